import type { FailureDetailsFragment } from "../client/index.ts";

/** Names each missing backend once, although each page of a list names it. */
export function failuresOf(failures: readonly FailureDetailsFragment[]): FailureDetailsFragment[] {
  return [...new Map(failures.map((failure) => [failure.backend.key, failure])).values()];
}
