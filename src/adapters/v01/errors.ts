import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { quote } from "../../adapter/kit/quote.ts";
import { isRow } from "../../adapter/kit/reading.ts";
import type { BackendAnswer } from "../../connections/http.ts";
import { BillingError, type ErrorCode, named } from "../../model/errors.ts";
import { withPlainNames } from "./list-shapes.ts";

/**
 * The meaning of a failed answer (contract 3). Documented is only that an exception's `failureCode` is a category letter and a number:
 * the letter decides, or the HTTP status where there is none.
 */
interface Failure {
  readonly code: ErrorCode;
  /** "V01", or the status where the answer has no well-formed failure code. */
  readonly backendCode: string;
  /** It means "not found" where a record is loaded (rule 3.3.4). */
  readonly missing: boolean;
  /** The same by the backend's own failure code, not by the status of a server in front of it. */
  readonly isCertainlyMissing: boolean;
  /** It allows fewer rows than the request asked for. */
  readonly refusesLimit: boolean;
  /** The backend's own words; adapter/kit/quote.ts decides what may be shown. */
  readonly message: string | null;
}

/** Keys: a failure code, a letter and a status, a letter, a status. The first that is listed counts, in this order. */
const codes: ReadonlyMap<string, ErrorCode> = new Map([
  ["L04", "FORBIDDEN"], // "raw account data not allowed through this endpoint for this user"
  ["L 403", "FORBIDDEN"], // L is bad credentials or a missing privilege; a 403 says which
  ["L", "UNAUTHENTICATED"],
  ["V24", "NOT_FOUND"], // "not found within the System or not accessible to the current user" (18)
  ["F", "INVALID_INPUT"],
  ["V", "INVALID_INPUT"],
  ["U", "CONFLICT"],
  ["O", "CONFLICT"],
  ["E", "UNAVAILABLE"],
  ["S", "UNAVAILABLE"],
  ["Q", "FORBIDDEN"],
  ["401", "UNAUTHENTICATED"],
  ["403", "FORBIDDEN"],
  ["409", "CONFLICT"],
]);

/** UNAVAILABLE failures that are worth a retry; a system failure (S) is one for the vendor's support. */
const transient: ReadonlySet<string> = new Set(["E", "502", "503", "504"]);

/** Failures V that are about a value, not a missing record: an invalid field, an amount above the authorization, a limit (18). */
const ofValues: ReadonlySet<string> = new Set(["V21", "V28", "V30"]);

/** The facts of a call that its error message needs. */
export interface ErrorContext {
  readonly backend: string;
  /** The credentials: the backend could echo them. */
  readonly secrets: readonly string[];
  /** Paths of the unified input by v01 parameter. */
  readonly parameters: FieldPaths;
}

/** The error that an answer reports; null for a success. A warning (W) with a 2xx status is a success. */
export function errorIn(answer: Pick<BackendAnswer, "status" | "json">, context: ErrorContext): BillingError | null {
  const failure = failureIn(answer);
  return failure && worded(failure, context);
}

function failureIn({ status, json }: Pick<BackendAnswer, "status" | "json">): Failure | null {
  const exception = exceptionIn(json);
  const failureCode = exception?.failureCode ?? null;
  const letter = failureCode?.charAt(0) ?? null;
  if (status < 400 && (exception === null || letter === "W")) return null;
  const message = exception?.message ?? null;
  const isCertainlyMissing = letter === "V" && !ofValues.has(failureCode ?? "") && !/\brequired\b/i.test(message ?? "");
  const ofRequest = letter === "F" || letter === "V";
  return {
    code: codeOf(status, failureCode),
    backendCode: failureCode ?? String(status),
    missing: isCertainlyMissing || (status === 404 && letter !== "V"),
    isCertainlyMissing,
    refusesLimit: failureCode === "V30" || (ofRequest && /\blimit\b|\bpagination\b/i.test(message ?? "")),
    message,
  };
}

function codeOf(status: number, failureCode: string | null): ErrorCode {
  if (status === 404 && !ofValues.has(failureCode ?? "")) return "NOT_FOUND";
  const letter = failureCode?.charAt(0);
  const keys = failureCode === null ? [String(status)] : [failureCode, `${letter} ${status}`, `${letter}`, String(status)];
  const known = keys.find((key) => codes.has(key));
  return codes.get(known ?? "") ?? (status >= 400 && status < 500 ? "INVALID_INPUT" : "UNAVAILABLE");
}

/**
 * Finds the exception at the top of an answer or one level down (rule 3.3.2). One with a code of an unknown form, or only a
 * `responseType` of "exception" (18), has the code null.
 */
function exceptionIn(json: unknown): Exception | null {
  if (typeof json !== "object" || json === null) return null;
  const own = exceptionOf(json);
  if (own) return own;
  for (const each of Array.isArray(json) ? json : Object.values(json)) {
    const found = exceptionOf(each);
    if (found) return found;
  }
  return null;
}

interface Exception {
  readonly failureCode: string | null;
  readonly message: string | null;
}

function exceptionOf(candidate: unknown): Exception | null {
  if (!isRow(candidate)) return null;
  const { failureCode, failureMessage, responseType } = withPlainNames(candidate);
  const isNamed = failureCode !== undefined && failureCode !== null && failureCode !== "";
  if (!isNamed && responseType !== "exception") return null;
  return {
    failureCode: typeof failureCode === "string" && /^[A-Z]\d{1,6}$/i.test(failureCode) ? failureCode.toUpperCase() : null,
    message: typeof failureMessage === "string" ? withoutEcho(failureMessage) : null,
  };
}

/** Whether an answer is the backend's own report of a failure. */
export const isOwnFailure = (json: unknown): boolean => exceptionIn(json) !== null;

/** Cuts the echo of the request from a message: "… [accountId=2001, customerId=8]" (18). */
function withoutEcho(message: string): string {
  return message.replace(/\s*\[\s*[\w.-]+\s*=.*$/s, "").trim();
}

/** The error that callers see. */
function worded(failure: Failure, { backend, secrets, parameters }: ErrorContext): BillingError {
  const { code, backendCode } = failure;
  const refusal = code === "INVALID_INPUT" || code === "CONFLICT";
  const words = refusal ? quote(failure.message, secrets) : null;
  const sentence = `${(backendCode.startsWith("L") && loginSentences[code]) || (sentences[code] ?? "refused the request")} (${backendCode}).`;
  const error = new BillingError(code, `${named(backend)} ${sentence}${words === null ? "" : ` It says: ${words}`}`, {
    backend,
    backendCode,
    field: code === "INVALID_INPUT" && words !== null ? fieldNamedIn(words, parameters) : undefined,
    ...(code === "UNAVAILABLE"
      ? { retryable: transient.has(/^[A-Z]/.test(backendCode) ? backendCode.charAt(0) : backendCode) }
      : {}),
  });
  failures.set(error, failure);
  return error;
}

const sentences: Partial<Record<ErrorCode, string>> = {
  INVALID_INPUT: "does not accept a value of the request",
  NOT_FOUND: "has no such record, or its credentials may not see it",
  UNAUTHENTICATED: "does not accept the configured credentials",
  FORBIDDEN: "does not allow this to the configured user",
  CONFLICT: "does not do this in the record's present state or with its present configuration",
  UNAVAILABLE: "reported a failure of its own",
};

/** Letter L is for bad credentials and for a missing privilege alike (3.1). */
const loginSentences: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: "does not accept the configured credentials, or they lack the privilege for this",
};

/** The failure behind each error: more than callers see. */
const failures = new WeakMap<Error, Failure>();

/** Whether the error reports that there is no such record. */
export const isMissing = (error: Error): boolean => failures.get(error)?.missing ?? false;

/** The same by the backend's own failure code, not by the status of a server in front of it. */
export const isCertainlyMissing = (error: Error): boolean => failures.get(error)?.isCertainlyMissing ?? false;

/** Whether the error reports that the request asked for too many rows. */
export const isLimitRefusal = (error: Error): boolean => failures.get(error)?.refusesLimit ?? false;

/** The field of the one parameter that a message names. Guess: whether exceptions name fields is not documented (3.2). */
function fieldNamedIn(message: string, parameters: FieldPaths): readonly string[] | undefined {
  const words = new Set(message.match(/\w+/g));
  const named = Object.entries(parameters).filter(([parameter]) => words.has(parameter));
  return named.length === 1 ? named[0]?.[1] : undefined;
}
