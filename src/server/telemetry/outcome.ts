import type { ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { ErrorCode } from "../../model/errors.ts";
import { failureCodes, type RequestState } from "../state.ts";

/** How a request ended. */
export interface Ending {
  readonly milliseconds: number;
  /** Null if the client left before there was an answer. */
  readonly status: number | null;
  /** True if the answer did not reach the client completely. */
  readonly aborted: boolean;
}

/** Calls `onEnd` once the answer is sent or the client is gone. */
export function whenEnded(state: RequestState, response: ServerResponse, onEnd: (ending: Ending) => void): void {
  response.once("close", () => {
    const status = response.headersSent ? response.statusCode : null;
    const refusal = state.errorCodes.size === 0 && refusalOf(status);
    if (refusal) state.errorCodes.add(refusal);
    onEnd({ milliseconds: performance.now() - state.started, status, aborted: !response.writableFinished });
  });
}

/** The error code of an answer that did not come from GraphQL, by its status: see http/refusal.ts. */
function refusalOf(status: number | null): ErrorCode | null {
  if (status === null || status < 400) return null;
  return refusals.get(status) ?? (status < 500 ? "INVALID_INPUT" : "INTERNAL");
}

const refusals: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [421, "FORBIDDEN"],
  [429, "RATE_LIMITED"],
  [503, "UNAVAILABLE"],
  [504, "TIMEOUT"],
]);

/**
 * The outcome of a request, for log and metrics. `failed`: the gateway failed, or a call to a backend did, even if the answer reports
 * that among its data, in the result of one backend of several. `refused`: the caller has to change something. Pure.
 */
export function outcomeOf({ errorCodes, backends }: RequestState, { status }: Ending): "ok" | "refused" | "failed" {
  const isFailed =
    [...errorCodes].some((code) => failureCodes.has(code)) || [...backends.values()].some((sum) => sum.failures.size > 0);
  if (isFailed || (status ?? 0) >= 500) return "failed";
  return (status ?? 0) >= 400 || errorCodes.size > 0 ? "refused" : "ok";
}
