import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { BillingError } from "../model/errors.ts";

/** The message of INTERNAL, also outside of GraphQL. */
export const unexpectedMessage = "The gateway failed unexpectedly. Its log has the reason under the request's id.";

/**
 * Translates a failure into a GraphQL error; nothing else does. Pure. A BillingError becomes its code, message, backend and field.
 * GraphQL's own errors stay as they are. Everything else is masked, and its cause kept for the log.
 */
export function translateError(error: unknown): GraphQLError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? null) : error;
  if (cause === null) return error as GraphQLError;
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (cause instanceof GraphQLError) return cause;
  if (!(cause instanceof BillingError)) {
    return new GraphQLError(unexpectedMessage, { ...place, originalError: asError(cause), extensions: { code: "INTERNAL" } });
  }
  const { code, backend, field, backendCode, retryable } = cause;
  return new GraphQLError(cause.message, {
    ...place,
    originalError: cause,
    extensions: {
      code,
      ...(backend !== undefined && { backend }),
      ...(field !== undefined && { field }),
      ...(backendCode !== undefined && { backendCode }),
      retryable,
    },
  });
}

/**
 * Gives every error a code: ours, or one of GraphQL's own (GRAPHQL_VALIDATION_FAILED, …). GraphQL's errors about variables come
 * without a code, and Yoga's errors about a request with BAD_REQUEST: both become INVALID_INPUT.
 */
export function addMissingCode({ extensions }: GraphQLError): void {
  const { code = "BAD_REQUEST" } = extensions;
  if (code === "BAD_REQUEST") Object.assign(extensions, { code: "INVALID_INPUT", retryable: false });
}

/** True for errors whose cause is hidden from callers: they belong in the log. */
export function isMasked(error: GraphQLError): boolean {
  return error.extensions["code"] === "INTERNAL";
}

/**
 * Plain errors for a request that is not executed. Each message is said once: ten unknown directives are one error. graphql's "Did you mean …?", of
 * which its option leaves one, is cut off. The HTTP status is 400 or 503, never Yoga's default 500 for our errors; clients that accept only
 * application/json get 200 (GraphQL over HTTP, 6.4).
 */
export const plainErrors: Plugin = {
  onResultProcess: ({ result, setResult }) => {
    if (Array.isArray(result) || !("errors" in result) || !result.errors || "data" in result) return;
    const plain = new Map<string, GraphQLError>();
    for (const error of result.errors as readonly GraphQLError[]) {
      error.message = error.message.replace(/ Did you mean .*/s, "");
      if (error.extensions["code"] === "OPERATION_RESOLUTION_FAILURE") error.message = unresolved;
      const { http, retryable } = error.extensions;
      if (!http && !isMasked(error)) error.extensions["http"] = { spec: true, status: retryable === true ? 503 : 400 };
      if (!plain.has(error.message)) plain.set(error.message, error);
    }
    setResult({ ...result, errors: [...plain.values()] });
  },
};

/** Instead of graphql's "Could not determine what operation to execute", which does not say what to do. */
const unresolved = "The document has several operations, or none of this name: say in operationName which one to execute.";

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}

/**
 * Makes an error that refuses a request before execution, INVALID_INPUT by default. `http.spec` gives it the status of a validation
 * error: 400, or 200 for clients that accept only application/json (GraphQL over HTTP, 6.4).
 * @param message a sentence that names the limit, what was asked for, and what to do
 */
export function refusal(message: string, code = "INVALID_INPUT"): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retryable: false, http: { spec: true, status: 400 } } });
}

/** Validation stops after so many errors, and says so; graphql's default is 100. */
export const maximumErrors = 10;

/** In characters. Long enough for all our messages, and for graphql's with names of usual length. */
const maximumMessage = 400;

/**
 * Where messages of graphql 17 begin to print a value of the request: its rules for literals, its scalars and enums, and its parser.
 * Its messages about variables are never used (execution/variables.ts).
 */
const echoes = [
  /[,;] found: /,
  /(?<= cannot represent (?:a )?[\w -]{0,40}): /,
  /(?<=^Syntax Error: (?:Unexpected|Expected .{1,100}, found) (?:String|BlockString|Int|Float)) "/s,
];

/**
 * Limits the errors of a request that was not executed: a list of wrong values makes one error each. Values that were sent are
 * removed from graphql's messages. Names stay. Long messages are cut off, whether the request was executed or not.
 */
export function withoutEcho(errors: readonly GraphQLError[], wasExecuted: boolean): readonly GraphQLError[] {
  const kept = wasExecuted ? errors : errors.slice(0, maximumErrors + 1);
  for (const error of kept) {
    // The gateway's own errors have a cause and do not echo values.
    if (!error.originalError || error.originalError instanceof GraphQLError) error.message = withoutValue(error.message);
    if (error.message.length > maximumMessage) error.message = `${error.message.slice(0, maximumMessage)}…`;
  }
  return kept;
}

function withoutValue(message: string): string {
  const before = message.indexOf('Value "');
  const after = message.lastIndexOf('" does not exist in "');
  if (before !== -1 && after > before) return `${message.slice(0, before)}The value${message.slice(after + 1)}`;
  // A value follows one of these phrases. A phrase after the maximum length is cut off anyway.
  const beginning = message.slice(0, maximumMessage);
  const echo = echoes.map((each) => beginning.search(each)).find((index) => index !== -1);
  return echo === undefined ? message : `${message.slice(0, echo)}.`;
}
