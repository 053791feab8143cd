import { setTimeout as pause } from "node:timers/promises";
import { isBrokenCircuitError } from "cockatiel";
import { BillingError } from "../model/errors.ts";

const retryPauseMs = 100;
const longestRetryPauseMs = 5_000;

/**
 * Makes a call, and retries it up to `retries` times after failures that may pass, if the next attempt begins before the `deadline` (by
 * performance.now) and the client has not left. Rejects with the failure of the last attempt.
 */
export function retrying<T>(
  once: () => Promise<T>,
  retries: number,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const attempt = (count: number): Promise<T> =>
    once().catch(async (error: unknown) => {
      const pauseMs = count > retries ? null : retryPause(error, count);
      if (pauseMs === null || performance.now() + pauseMs >= deadline) throw error;
      await pause(pauseMs, undefined, { signal }).catch(() => {
        throw error;
      });
      return attempt(count + 1);
    });
  return attempt(1);
}

/** The pause in milliseconds: jittered, growing, never shorter than the backend's Retry-After. Null if another attempt cannot help. */
function retryPause(error: unknown, attempt: number): number | null {
  if (!(error instanceof BillingError) || !error.retryable || isBrokenCircuitError(error.cause)) return null;
  if (error.code !== "UNAVAILABLE" && error.code !== "BAD_RESPONSE" && error.code !== "RATE_LIMITED") return null;
  const longest = Math.min(retryPauseMs * 2 ** (attempt - 1), longestRetryPauseMs);
  return (error.retryAfterMs ?? 0) + longest * (0.5 + Math.random() / 2);
}
