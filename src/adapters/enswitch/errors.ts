import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { quote, quoteName } from "../../adapter/kit/quote.ts";
import type { BackendAnswer } from "../../connections/http.ts";
import { BillingError, badResponse, type ErrorCode, named, notFound } from "../../model/errors.ts";
import { type FunctionResponse, readEnvelope } from "./wire.ts";

/** The facts of a call that its error message needs. */
export interface ErrorContext {
  /** The backend's key. */
  readonly backend: string;
  readonly function: string;
  /** "validation": sent with validation=1, so that only 201 is a success. */
  readonly answer: "result" | "validation";
  /** The object that a 404 means, as the start of a sentence: "Customer 123". */
  readonly subject: string;
  /** Paths of the unified input by Enswitch parameter. */
  readonly fields: FieldPaths;
  /** The meaning of a 400 that names no parameter of the input, where the manual gives one for this function. */
  readonly problem?: string | undefined;
  /** Texts that no message may contain. */
  readonly secrets: readonly string[];
}

/** Guide 4.4, response codes. `codeOf` judges all other codes; 500 is known from an operator's public notes. */
const codes: Readonly<Record<string, ErrorCode>> = {
  "400": "INVALID_INPUT",
  "401": "UNAUTHENTICATED",
  // Not "payment required": the role, and for 403 the rate plan, does not allow the call.
  "402": "FORBIDDEN",
  "403": "FORBIDDEN",
  "404": "NOT_FOUND",
};

/**
 * The error that an answer reports, or null. The envelope counts before the HTTP status, as the manual does not relate the two
 * (contract 3.2).
 */
export function errorIn(answer: BackendAnswer, expected: ErrorContext): BillingError | null {
  const envelope = readEnvelope(answer.json);
  if (envelope === null) return withoutEnvelope(answer, expected);
  const { responses } = envelope;
  const failures = responses.filter(({ code }) => Number(code) >= 400).map((entry) => failureOf(entry, expected));
  // A refusal proves that nothing happened; beside an internal error it proves nothing.
  const first = failures.find(({ code }) => code === "UNAVAILABLE") ?? failures[0];
  if (first) return first.with({ related: failures.filter((failure) => failure !== first) });
  if (responses.some(({ code }) => code === "202")) return secondFactor(expected);
  const accepted = expected.answer === "validation" ? ["201"] : ["200", "204"];
  if (responses.every(({ code }) => accepted.includes(code))) return null;
  const problem = `answered ${expected.function} with an unexpected code`;
  return badResponse(expected.backend, problem).with({ backendCode: responses[0]?.code });
}

/** Whether an answer is Enswitch's own report. */
export const isOwnFailure = (json: unknown): boolean => readEnvelope(json) !== null;

function failureOf(entry: FunctionResponse, expected: ErrorContext): BillingError {
  const { backend, subject } = expected;
  const field = entry.key === null ? undefined : expected.fields[entry.key];
  const code = codeOf(entry.code);
  if (code === "NOT_FOUND") return notFound(backend, subject, field).with({ backendCode: entry.code });
  return new BillingError(code, messageOf(code, entry, expected, field), {
    backend,
    backendCode: entry.code,
    field,
    // An internal error may have struck before or after the write.
    retryable: false,
  });
}

function codeOf(code: string): ErrorCode {
  return codes[code] ?? (Number(code) >= 500 ? "UNAVAILABLE" : "BAD_RESPONSE");
}

function messageOf(
  code: ErrorCode,
  entry: FunctionResponse,
  expected: ErrorContext,
  field: readonly string[] | undefined,
): string {
  const { backend } = expected;
  switch (code) {
    case "INVALID_INPUT":
      return refusal(entry, expected, field);
    case "UNAUTHENTICATED":
      return `${named(backend)} does not accept the gateway's user name and password or token: check them in the configuration.`;
    case "FORBIDDEN":
      return entry.code === "403"
        ? `The rate plan of the gateway's account in ${named(backend)} does not allow ${expected.function}.`
        : `The role of the gateway's account in ${named(backend)} does not allow ${expected.function}. ${needed(expected.function)}`;
    case "UNAVAILABLE":
      return `${named(backend)} reported an internal error (code ${entry.code}) for ${expected.function}.`;
    default:
      return `${named(backend)} refused ${expected.function} with a code that is not documented (${entry.code}).`;
  }
}

function needed(functionName: string): string {
  const privilege = privileges[functionName];
  return privilege === undefined ? "Give the role the privilege it needs." : `The role needs the privilege ${privilege}.`;
}

function refusal({ key, message }: FunctionResponse, expected: ErrorContext, field: readonly string[] | undefined): string {
  const { backend, secrets } = expected;
  const words = quote(message, secrets);
  const said = words === null ? "" : ` It says: "${words}".`;
  if (field !== undefined && expected.problem === undefined) {
    return `${field.join(".")}: ${named(backend)} does not accept what was given.${said}`;
  }
  if (expected.problem !== undefined) return `${expected.subject}: ${expected.problem}.${said}`;
  const name = quoteName(key, secrets);
  return `${named(backend)} does not accept the input of ${expected.function}${name === null ? "" : ` (parameter ${name})`}.${said}`;
}

/** Guide 4.4, user/login (newer capture): the password is right, but a one-time code is needed, which a service cannot give. */
function secondFactor({ backend }: ErrorContext): BillingError {
  return new BillingError(
    "UNAUTHENTICATED",
    `${named(backend)} asks for a two-factor code: the gateway's account must not have TOTP enabled.`,
    { backend, backendCode: "202" },
  );
}

function withoutEnvelope({ status }: BackendAnswer, { backend, function: functionName }: ErrorContext): BillingError {
  const backendCode = status === 200 ? undefined : String(status);
  if (status >= 500) {
    return new BillingError(
      "UNAVAILABLE",
      `${named(backend)} is not available: it answered ${functionName} with HTTP status ${status}.`,
      {
        backend,
        backendCode,
      },
    );
  }
  if (status >= 300) {
    const hint = "check its url in the configuration, which ends in /api/json/";
    return badResponse(backend, `answered ${functionName} with HTTP status ${status}: ${hint}`).with({ backendCode });
  }
  return new BillingError(
    "BAD_RESPONSE",
    `${named(backend)} gave an answer to ${functionName} that the gateway does not understand.`,
    {
      backend,
    },
  );
}

/** The privilege that each function needs of a person's role (guide 4.4, each function's page; customers/balance/add: 4.2). */
export const privileges: Readonly<Record<string, string>> = {
  "customers/get": "user, and callshop or commerce for other customers than its own",
  "customers/list": "callshop or commerce",
  "customers/create": "commerce",
  "customers/update": "commerce",
  "customers/delete": "commerce",
  "customers/undelete": "commerce",
  "customers/balance/add": "commerce",
  "charges/get": "commerce",
  "charges/list": "commerce",
  "charges/charge": "commerce",
  "charges/create": "administrator or wholesale",
  "charges/update": "administrator or wholesale",
  "taxes/create": "commerce",
  "taxes/update": "commerce",
  "taxes/list": "commerce or payment",
  "taxes/liable/get": "commerce",
  "taxes/liable/set": "commerce",
  "transactions/list": "reports",
  "plans/list": "commerce or settings",
  "user/login": "user",
};
