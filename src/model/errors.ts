/** The one error type that adapters and the billing layer fail with; the server translates it, everything else is masked. */

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
  /** The backend's key; filled in by the connection where an adapter leaves it out. */
  readonly backend?: string | undefined;
  /** Path of the input at fault, relative to the input object the failing function was given: ["amount"]. */
  readonly field?: readonly string[] | undefined;
  /** What the backend itself said: "402", "ArgumentNullException", "L04". Never its message. */
  readonly backendCode?: string | undefined;
  /** True: nothing happened, the same call may be sent again. Default: by code, see `retryableByDefault`. */
  readonly retryable?: boolean | undefined;
  /** Further errors of the same answer, e.g. one for each field at fault. */
  readonly related?: readonly BillingError[] | undefined;
  /** For RATE_LIMITED and UNAVAILABLE: how long the backend asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A backend in a message: its key, which whoever gives the backend out replaces by its label (adapter/contained.ts). Set off with
 * Unicode's isolates, which nothing else here writes, so that a key that is a word like any other is replaced nowhere else.
 */
export const named = (key: string): string => `\u2068${key}\u2069`;
/** A text with backends as `named` writes them, for people. */
export const labelled = (written: string, label: string): string => written.replaceAll(mark, () => label);
const mark = /\u2068[^\u2069]*\u2069/g;
const marks = /[\u2068\u2069]/g;

const retryableByDefault: ReadonlySet<ErrorCode> = new Set(["RATE_LIMITED", "UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE"]);

/** A failure that a caller may see: `message` is a sentence a person can act on and carries no secret and no upstream body. */
export class BillingError extends Error {
  readonly code: ErrorCode;
  readonly backend: string | undefined;
  readonly field: readonly string[] | undefined;
  readonly backendCode: string | undefined;
  readonly retryable: boolean;
  readonly related: readonly BillingError[];
  readonly retryAfterMs: number | undefined;

  /** The message with backends as `named` writes them: to make another message of. */
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

  /** This error, which calls its backend as people do. */
  called(label: string): BillingError {
    const message = labelled(this.written, label);
    const related = this.related.map((each) => each.called(label));
    if (message === this.written && related.length === 0) return this;
    const { code, backend, field, backendCode, retryable, retryAfterMs, cause } = this;
    return new BillingError(code, message, { backend, field, backendCode, retryable, retryAfterMs, cause, related });
  }

  /** This error and the related ones, each with the place of its field in the caller's input. */
  flatten(place: FieldPlace = []): BillingError[] {
    const placed = (error: BillingError): BillingError =>
      error.field === undefined ? error : error.with({ field: fieldAt(place, error.field), related: [] });
    return [this, ...this.related].map(placed);
  }
}

/** Where members of an object's input stand in the caller's: below these names, or each where the function says. */
export type FieldPlace = readonly string[] | ((field: readonly string[]) => readonly string[]);

export function fieldAt(place: FieldPlace, field: readonly string[]): readonly string[] {
  return typeof place === "function" ? place(field) : [...place, ...field];
}

/** The gateway's own store failed. Callers are told so; the cause is for the log. */
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

/** UNSUPPORTED: the backend has no such thing. `field` names the input that cannot be honoured, where it is one. */
export function unsupported(backend: string, problem: string, field?: string | readonly string[]): BillingError {
  return new BillingError("UNSUPPORTED", problem, { backend, field: typeof field === "string" ? [field] : field });
}

/** UNAVAILABLE: the backend is not asked at all for now. */
export function circuitOpen(backend: string, cause?: unknown): BillingError {
  return new BillingError(
    "UNAVAILABLE",
    `${named(backend)} has failed repeatedly and is left alone for a moment; nothing was sent.`,
    {
      backend,
      cause,
    },
  );
}

/** NOT_FOUND for an object of a backend. */
export function notFound(backend: string, what: string, field?: readonly string[]): BillingError {
  return new BillingError("NOT_FOUND", `${what} does not exist in ${named(backend)}, or its credentials may not see it.`, {
    backend,
    field,
  });
}

/** Runs a per-key function and turns a BillingError into a value, so that one key's failure stays with its key. */
export async function settle<T>(promise: Promise<T>): Promise<T | BillingError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof BillingError) return error;
    throw error;
  }
}
