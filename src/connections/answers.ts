import { BillingError, type ErrorCode, named } from "../model/errors.ts";
import { type CharsetSettings, readText, UnreadableTextError } from "./charset.ts";
import { parseExactJson } from "./exact-json.ts";
import type { Exchanged } from "./exchange.ts";
import type { BackendAnswer, BackendCall } from "./http.ts";

/** Turns the bytes of an answer into JSON, and into the value that a call decodes. Pure. */

/** Reads an answer. Throws BAD_RESPONSE if its bytes are not text in its charset. */
export function readAnswer(backend: string, { status, headers, body }: Exchanged, settings: CharsetSettings): BackendAnswer {
  try {
    const { text, ...read } = readText(body, headers["content-type"], settings);
    return { status, headers, json: parseExactJson(text), empty: text.trim() === "", ...read };
  } catch (error) {
    if (!(error instanceof UnreadableTextError)) throw error;
    // An HTML page, or an answer with status 429, needs no body: only its status and headers are read.
    if (status === 429 || /html/i.test(String(headers["content-type"]))) {
      return { status, headers, json: undefined, empty: false };
    }
    const message = `${named(backend)} gave an answer that is not valid text in ${error.charset}: check its setting charset.`;
    throw new BillingError("BAD_RESPONSE", message, { backend, cause: error });
  }
}

/** Decodes an answer. Throws what the backend reported; for a write, transport-error.ts decides what a failure means. */
export function understand<T>(backend: string, call: BackendCall<T>, answer: BackendAnswer): T {
  if (answer.status === 429) {
    throw new BillingError("RATE_LIMITED", `${named(backend)} asks for fewer calls.`, {
      backendCode: "429",
      retryAfterMs: retryAfterMs(answer),
    });
  }
  if (unfinished.has(answer.status)) {
    const message = `${named(backend)} is not available: a server in front of it timed out (HTTP status ${answer.status}).`;
    throw new BillingError("UNAVAILABLE", message, { backendCode: String(answer.status) });
  }
  // A body that is neither JSON nor empty comes from a server in front of the backend; only its status means anything.
  if (answer.json === undefined && answer.status >= 500) {
    throw new BillingError(
      "UNAVAILABLE",
      `${named(backend)} is not available: a server in front of it answered ${answer.status}.`,
      {
        backendCode: String(answer.status),
        retryAfterMs: retryAfterMs(answer),
      },
    );
  }
  const isUnexplained = call.effect === "write" && answer.status >= 400 && answer.status < 500;
  if (isUnexplained && !call.isOwnFailure?.(answer.json)) throw unexplained(backend, answer.status);
  return call.decode(answer);
}

/**
 * The failure of a write that was answered 4xx without the backend's own report. Such an answer may come from a server in front of the backend,
 * and firewalls also block answers: the backend may have acted. Only some statuses say that the request was not processed.
 */
function unexplained(backend: string, status: number): BillingError {
  const code = unprocessed.get(status);
  const details = { backend, backendCode: String(status), retryable: false };
  if (code === "UNAUTHENTICATED") {
    return new BillingError(code, `${named(backend)} does not accept the gateway's credentials.`, details);
  }
  if (code !== undefined) {
    return new BillingError(code, `${named(backend)} does not accept this kind of request (HTTP status ${status}).`, details);
  }
  return new BillingError("BAD_RESPONSE", `${named(backend)} answered with HTTP status ${status} and gave no reason.`, details);
}

/**
 * 401: "has not been applied". 405, 411, 413, 414, 415, 417, 421, 426, 431: about the form of the request or where it was sent (RFC 9110, 15.5;
 * RFC 6585, 5). 429 is handled above. Not among them: 403 and 404, with which firewalls block answers (OWASP CRS, outbound rules).
 */
const unprocessed: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHENTICATED"],
  [405, "UNSUPPORTED"],
  [411, "UNSUPPORTED"],
  [413, "INVALID_INPUT"],
  [414, "INVALID_INPUT"],
  [415, "UNSUPPORTED"],
  [417, "UNSUPPORTED"],
  [421, "UNSUPPORTED"],
  [426, "UNSUPPORTED"],
  [431, "INVALID_INPUT"],
]);

/**
 * Says that a request was given up before its end, by whom it came from: 408 (RFC 9110, 15.5.9), 460 of AWS load balancers, 499 of nginx and
 * of what is built on it. Who is behind them may have acted.
 */
const unfinished: ReadonlySet<number> = new Set([408, 460, 499]);

function retryAfterMs(answer: BackendAnswer): number | undefined {
  const header = answer.headers["retry-after"];
  if (typeof header !== "string") return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
