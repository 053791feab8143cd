import { type FailureDetailsFragment, GatewayError } from "../client/index.ts";

/** Explains a failure to the person at the page, mostly in the words of the gateway or backend. Pure. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return "The reason is not known.";
  if (!(error instanceof GatewayError) || error.backend !== null) return error.message;
  switch (error.code) {
    case "FORBIDDEN":
      return `${error.message} Your access key does not allow it. Ask the gateway’s operators for one that does.`;
    case "RATE_LIMITED":
      return `Too many requests in a short time. Try again ${inSeconds(error.retryAfterSeconds)}.`;
    default:
      return error.message;
  }
}

/** "in 12 seconds", or "in a while" when the time is not known. */
function inSeconds(seconds: number | null): string {
  if (seconds === null) return "in a while";
  return seconds === 1 ? "in a second" : `in ${seconds} seconds`;
}

/** Names each missing backend once, although each page of a list names it. */
export function failuresOf(failures: readonly FailureDetailsFragment[]): FailureDetailsFragment[] {
  return [...new Map(failures.map((failure) => [failure.backend.key, failure])).values()];
}
