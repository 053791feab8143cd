import { setTimeout as pause } from "node:timers/promises";
import { type IBackoff, isBrokenCircuitError } from "cockatiel";
import { BillingError, named } from "../model/errors.ts";
import { TooLateError } from "./exchange.ts";

interface Circumstances {
  readonly backend: string;
  readonly call: { readonly function: string; readonly effect: "read" | "write" };
  /** True if the request was handed to a connected socket. */
  readonly left: boolean;
  /** True if the gateway's own client has left, or the request's time is up. */
  readonly abandoned: boolean;
}

/**
 * Translates a failed exchange. Pure. For a write it matters whether the request left: one that never left may be sent again, and one that
 * left without an understandable answer has an unknown outcome. Messages name only the backend and the kind of failure: addresses and
 * upstream texts stay in `cause`, which is never published.
 */
export function transportError(error: unknown, { backend, call, left, abandoned }: Circumstances): BillingError {
  const failure = error instanceof BillingError ? error : classify(error, backend, abandoned);
  if (call.effect === "read") return failure;
  if (error instanceof TooLateError) {
    const message = `The request waited too long for a connection to ${named(backend)}. Nothing was sent.`;
    return new BillingError("UNAVAILABLE", message, { backend, retryable: true, cause: error });
  }
  if (!left) {
    return new BillingError("UNAVAILABLE", `${failure.written} Nothing was sent.`, { backend, retryable: true, cause: failure });
  }
  if (!ambiguous.has(failure.code)) return failure;
  return new BillingError(
    "OUTCOME_UNKNOWN",
    `${call.function} was sent to ${named(backend)}, but no understandable answer came: it may or may not have happened. It is not sent again.`,
    { backend, backendCode: failure.backendCode, retryable: false, cause: failure },
  );
}

/** Codes that do not tell whether the backend acted. */
const ambiguous: ReadonlySet<string> = new Set(["UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE"]);

function classify(error: unknown, backend: string, abandoned: boolean): BillingError {
  const details = { backend, cause: error };
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError" || code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new BillingError("TIMEOUT", `${named(backend)} did not answer in time.`, details);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new BillingError("BAD_RESPONSE", `${named(backend)} gave an answer that is larger than its maxAnswerBytes.`, {
      ...details,
      retryable: false,
    });
  }
  if (abandoned) return new BillingError("CONFLICT", "The client cancelled the request.", { ...details, retryable: true });
  if (code === "PROXY_REFUSED") {
    return new BillingError(
      "UNAVAILABLE",
      `The proxy on the way to ${named(backend)} does not let the gateway through.`,
      details,
    );
  }
  if (code === "ERR_BUFFER_TOO_LARGE") {
    const message = `${named(backend)} gave an answer that is larger than its maxAnswerBytes.`;
    return new BillingError("BAD_RESPONSE", message, { ...details, retryable: false });
  }
  if (code !== undefined && unreachable.test(code))
    return new BillingError("UNAVAILABLE", `${named(backend)} cannot be reached.`, details);
  if (code !== undefined && broken.test(code))
    return new BillingError("UNAVAILABLE", `${named(backend)} closed the connection.`, details);
  return new BillingError("BAD_RESPONSE", `${named(backend)} gave an answer that is not understood.`, details);
}

/** Failures of name resolution, connection or TLS: nothing was exchanged. */
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;
const broken =
  /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED|UND_ERR_DESTROYED|UND_ERR_CLOSED|UND_ERR_RES_|UND_ERR_RESPONSE|UND_ERR_INFO)/;

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

/**
 * How long a circuit stays open. cockatiel compares two readings of the wall clock with `duration` at every call: after the clock was
 * set back by an hour, the circuit would stay open for an hour. This counts by performance.now, which is never set.
 */
export class CircuitPause implements IBackoff<unknown> {
  readonly #milliseconds: number;
  readonly #openedAt = performance.now();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get duration(): number {
    return performance.now() - this.#openedAt >= this.#milliseconds ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** Called when the circuit opens. */
  next(): CircuitPause {
    return new CircuitPause(this.#milliseconds);
  }
}
