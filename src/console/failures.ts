import type { FailureDetailsFragment } from "../client/index.ts";

/** Each page of a list names the backends that it had to do without: once is enough. */
export function failuresOf(failures: readonly FailureDetailsFragment[]): FailureDetailsFragment[] {
  return [...new Map(failures.map((failure) => [failure.backend.key, failure])).values()];
}
