/** The one error type of adapters and the billing layer. The server translates it; all other errors are masked. */

export const errorCodes = [
  "INVALID_INPUT",
  "NOT_FOUND",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "CONFLICT",
  "UNSUPPORTED",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "TIMEOUT",
  "BAD_RESPONSE",
  "OUTCOME_UNKNOWN",
  "IDEMPOTENCY_KEY_REUSED",
  "LIKELY_DUPLICATE",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface BillingErrorDetails {
  /** The backend's key. The connection fills it in if an adapter leaves it out. */
  readonly backend?: string | undefined;
  /** Path of the input at fault, within the input object of the failing function: ["amount"]. */
  readonly field?: readonly string[] | undefined;
  /** The backend's own code: "402", "ArgumentNullException", "L04". Never its message. */
  readonly backendCode?: string | undefined;
  /** True: nothing happened, the same call may be sent again. Default: by code, see `retryableByDefault`. */
  readonly retryable?: boolean | undefined;
  /** Further errors of the same answer, for example one for each field at fault. */
  readonly related?: readonly BillingError[] | undefined;
  /** For RATE_LIMITED and UNAVAILABLE: the wait that the backend asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A backend in a message: its key between Unicode's isolates. Whoever hands the backend out replaces it by its label
 * (adapter/contained.ts). Nothing else here writes isolates, so other words that equal the key are not replaced.
 */
export const named = (key: string): string => `\u2068${key}\u2069`;
/** Replaces the backends that `named` wrote by a label. */
export const labelled = (written: string, label: string): string => written.replaceAll(mark, () => label);
const mark = /\u2068[^\u2069]*\u2069/g;
const marks = /[\u2068\u2069]/g;

/** A backend as whoever has to write its key reads it: "pbx (Telephony)". */
export function keyWithLabel(key: string, label: string | undefined): string {
  return label === undefined || label === key ? key : `${key} (${label})`;
}

const retryableByDefault: ReadonlySet<ErrorCode> = new Set(["RATE_LIMITED", "UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE"]);

/**
 * A failure that a caller may see. `message` is a sentence that a person can act on, without secrets and without the backend's
 * answer.
 */
export class BillingError extends Error {
  readonly code: ErrorCode;
  readonly backend: string | undefined;
  readonly field: readonly string[] | undefined;
  readonly backendCode: string | undefined;
  readonly retryable: boolean;
  readonly related: readonly BillingError[];
  readonly retryAfterMs: number | undefined;

  /** The message with its backends still marked by `named`, to build other messages from. */
  readonly written: string;

  constructor(code: ErrorCode, message: string, details: BillingErrorDetails = {}) {
    super(message.replaceAll(marks, ""), details.cause === undefined ? undefined : { cause: details.cause });
    this.written = message;
    this.name = "BillingError";
    this.code = code;
    this.backend = details.backend;
    this.field = details.field;
    this.backendCode = details.backendCode;
    this.retryable = details.retryable ?? retryableByDefault.has(code);
    this.related = details.related ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }

  /** This error with some details replaced. */
  with(details: BillingErrorDetails): BillingError {
    return new BillingError(this.code, this.written, {
      backend: this.backend,
      field: this.field,
      backendCode: this.backendCode,
      retryable: this.retryable,
      related: this.related,
      retryAfterMs: this.retryAfterMs,
      cause: this.cause,
      ...details,
    });
  }

  /** This error, with the backend's label in its messages. */
  called(label: string): BillingError {
    const message = labelled(this.written, label);
    const related = this.related.map((each) => each.called(label));
    if (message === this.written && related.length === 0) return this;
    const { code, backend, field, backendCode, retryable, retryAfterMs, cause } = this;
    return new BillingError(code, message, { backend, field, backendCode, retryable, retryAfterMs, cause, related });
  }

  /** This error and the related ones, each with its field's path in the caller's input. */
  flatten(place: FieldPlace = []): BillingError[] {
    const placed = (error: BillingError): BillingError =>
      error.field === undefined ? error : error.with({ field: fieldAt(place, error.field), related: [] });
    return [this, ...this.related].map(placed);
  }
}

/** The place of an object's input within the caller's: below this path, or at the path that the function returns. */
export type FieldPlace = readonly string[] | ((field: readonly string[]) => readonly string[]);

export function fieldAt(place: FieldPlace, field: readonly string[]): readonly string[] {
  return typeof place === "function" ? place(field) : [...place, ...field];
}

/** The gateway's own store failed. The cause is only for the log. */
export class StoreFailedError extends BillingError {
  constructor(cause: unknown) {
    super("UNAVAILABLE", "The gateway's own store of operations is not available.", { cause });
  }
}

/** INVALID_INPUT at a field, e.g. invalidInput("amount", "must not be negative"). */
export function invalidInput(field: string | readonly string[], problem: string): BillingError {
  const path = typeof field === "string" ? [field] : field;
  return new BillingError("INVALID_INPUT", `${path.join(".")}: ${problem}`, { field: path });
}

/** UNSUPPORTED: the backend cannot do this. `field` names the input that it cannot honour, if there is one. */
export function unsupported(backend: string, problem: string, field?: string | readonly string[]): BillingError {
  return new BillingError("UNSUPPORTED", problem, { backend, field: typeof field === "string" ? [field] : field });
}

/** UNAVAILABLE: the circuit is open, and the backend is not called for now. */
export function circuitOpen(backend: string, cause?: unknown): BillingError {
  return new BillingError(
    "UNAVAILABLE",
    `${named(backend)} has failed repeatedly, so the gateway does not call it for a moment; nothing was sent.`,
    {
      backend,
      cause,
    },
  );
}

/** BAD_RESPONSE for an answer that proves nothing and is not worth a retry. @param problem continues a sentence that begins with the backend's name */
export function badResponse(backend: string, problem: string): BillingError {
  return new BillingError("BAD_RESPONSE", `${named(backend)} ${problem}.`, { backend, retryable: false });
}

/** NOT_FOUND for an object of a backend. */
export function notFound(backend: string, what: string, field?: readonly string[]): BillingError {
  return new BillingError("NOT_FOUND", `${what} does not exist in ${named(backend)}, or its credentials may not see it.`, {
    backend,
    field,
  });
}

/** Turns a BillingError into a value, so that the failure of one key does not affect the others. */
export function settle<T>(promise: Promise<T>): Promise<T | BillingError> {
  return promise.catch(asValue);
}

function asValue(error: unknown): BillingError {
  if (error instanceof BillingError) return error;
  throw error;
}
