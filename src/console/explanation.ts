import { GatewayError } from "../client/index.ts";

/** What a failure means for the person in front of the page, in sentences: mostly the words of whoever refused. Pure. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return "The reason is not known.";
  if (!(error instanceof GatewayError) || error.backend !== null) return error.message;
  switch (error.code) {
    case "FORBIDDEN":
      return `${error.message} Your access key does not allow it: ask whoever runs the gateway for one that does.`;
    case "RATE_LIMITED":
      return `There were too many requests in a short time. Try again ${inSeconds(error.retryAfterSeconds)}.`;
    default:
      return error.message;
  }
}

/** "in 12 seconds"; "in a while" where nobody said. */
function inSeconds(seconds: number | null): string {
  if (seconds === null) return "in a while";
  return seconds === 1 ? "in a second" : `in ${seconds} seconds`;
}
