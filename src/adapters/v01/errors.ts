import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { withPlainNames } from "../../adapter/kit/list-shapes.ts";
import { quote } from "../../adapter/kit/quote.ts";
import { isRow } from "../../adapter/kit/reading.ts";
import type { BackendAnswer } from "../../connections/http.ts";
import { BillingError, type ErrorCode, named } from "../../model/errors.ts";

/**
 * What a failed answer means (contract 3). Neither status codes nor the JSON of an exception are documented, only that its
 * `failureCode` is a category letter and a number: the letter decides, the status where there is none.
 */
interface Failure {
  readonly code: ErrorCode;
  /** "V01", or the status where the answer has no well-formed failure code. */
  readonly backendCode: string;
  /** Rule 3.3.4: what means "not found" where a record is loaded. */
  readonly missing: boolean;
  /** The same in the backend's own words: no status of a server in front of it. */
  readonly isCertainlyMissing: boolean;
  /** It allows fewer rows than were asked for. */
  readonly refusesLimit: boolean;
  /** The backend's own words. What of them may be shown says adapter/kit/quote.ts. */
  readonly message: string | null;
}

/** By failure code, letter and status, letter, then status: the first that is listed counts. */
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
  ["408", "UNAVAILABLE"],
  ["409", "CONFLICT"],
]);

/** UNAVAILABLE that may pass by itself; a system failure (S) is one for the vendor's support. */
const transient: ReadonlySet<string> = new Set(["E", "408", "502", "503", "504"]);

/** Failures V of a value, which say nothing of a record: an invalid field, an amount above the authorization, a limit (18). */
const ofValues: ReadonlySet<string> = new Set(["V21", "V28", "V30"]);

/** What is needed to word an error. */
export interface ErrorContext {
  readonly backend: string;
  /** The credentials, which the backend could echo. */
  readonly secrets: readonly string[];
  /** Paths of the unified input by v01 parameter. */
  readonly parameters: FieldPaths;
}

/** The error that an answer reports; null for a success, which a warning (W) with a 2xx status is too. */
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
 * The exception at the top of an answer or one level down (rule 3.3.2). A code of an unknown form is an exception without code, as is
 * an answer that calls itself one (18).
 */
function exceptionIn(json: unknown): { readonly failureCode: string | null; readonly message: string | null } | null {
  if (typeof json !== "object" || json === null) return null;
  for (const candidate of [json, ...Object.values(json)]) {
    const { failureCode, failureMessage, responseType } = isRow(candidate) ? withPlainNames(candidate) : {};
    const isNamed = failureCode !== undefined && failureCode !== null && failureCode !== "";
    if (!isNamed && responseType !== "exception") continue;
    return {
      failureCode: typeof failureCode === "string" && /^[A-Z]\d{1,6}$/i.test(failureCode) ? failureCode.toUpperCase() : null,
      message: typeof failureMessage === "string" ? withoutEcho(failureMessage) : null,
    };
  }
  return null;
}

/** Messages may end in what was sent: "… [accountId=2001, customerId=8]" (18). What stands there is the request's, and says nothing. */
function withoutEcho(message: string): string {
  return message.replace(/\s*\[\s*[\w.-]+\s*=.*$/s, "").trim();
}

/** A failure as callers see it. */
function worded(failure: Failure, { backend, secrets, parameters }: ErrorContext): BillingError {
  const { code, backendCode } = failure;
  const refusal = code === "INVALID_INPUT" || code === "CONFLICT";
  const words = refusal ? quote(failure.message, secrets) : null;
  const sentence = `${sentences[code] ?? "refused the request"} (${backendCode}).`;
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

/** What errors report besides what callers see. */
const failures = new WeakMap<Error, Failure>();

/** Whether the error reports that there is no such record. */
export const isMissing = (error: Error): boolean => failures.get(error)?.missing ?? false;

/** The same in the backend's own words: no status of a server in front of it. */
export const isCertainlyMissing = (error: Error): boolean => failures.get(error)?.isCertainlyMissing ?? false;

/** Whether the error reports that fewer rows are allowed than were asked for. */
export const isLimitRefusal = (error: Error): boolean => failures.get(error)?.refusesLimit ?? false;

/** Guess: a message about one field names its parameter; whether exceptions name fields is not documented (3.2). */
function fieldNamedIn(message: string, parameters: FieldPaths): readonly string[] | undefined {
  const words = new Set(message.match(/\w+/g));
  const named = Object.entries(parameters).filter(([parameter]) => words.has(parameter));
  return named.length === 1 ? named[0]?.[1] : undefined;
}
