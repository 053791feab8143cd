import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { BillingError } from "../model/errors.ts";

/**
 * The one translation of failures into GraphQL errors. Pure. A BillingError becomes its code, message, backend and field; what
 * GraphQL itself found wrong in the request stays as it is; everything else is masked, with the cause kept for the log.
 */
export function translateError(error: unknown): GraphQLError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? null) : error;
  if (cause === null) return error as GraphQLError;
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (cause instanceof GraphQLError) return cause;
  if (!(cause instanceof BillingError)) {
    const message = "The gateway failed unexpectedly. Its log has the reason under the request's id.";
    return new GraphQLError(message, { ...place, originalError: asError(cause), extensions: { code: "INTERNAL" } });
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
 * Every error of an answer has a code of ours, or one of GraphQL's own (GRAPHQL_VALIDATION_FAILED, …): what GraphQL finds wrong
 * with variables comes without one, and what Yoga finds wrong with a request as BAD_REQUEST.
 */
export function addMissingCode({ extensions }: GraphQLError): void {
  const { code = "BAD_REQUEST" } = extensions;
  if (code === "BAD_REQUEST") Object.assign(extensions, { code: "INVALID_INPUT", retryable: false });
}

/** True for errors whose cause callers do not see: they belong into the log. */
export function isMasked(error: GraphQLError): boolean {
  return error.extensions["code"] === "INTERNAL";
}

/**
 * What keeps a request from being executed, said once each and without help in guessing: ten unknown directives are one error, and
 * graphql's "Did you mean …?", of which its option leaves one, is cut off. Its HTTP status is never the default for errors of
 * ours, 500; clients that accept application/json only get 200 (GraphQL over HTTP, 6.4).
 */
export const plainErrors: Plugin = {
  onResultProcess: ({ result, setResult }) => {
    if (Array.isArray(result) || !("errors" in result) || !result.errors || "data" in result) return;
    const plain = new Map<string, GraphQLError>();
    for (const error of result.errors as readonly GraphQLError[]) {
      error.message = error.message.replace(/ Did you mean .*/s, "");
      const { http, retryable } = error.extensions;
      if (!http && !isMasked(error)) error.extensions["http"] = { spec: true, status: retryable === true ? 503 : 400 };
      if (!plain.has(error.message)) plain.set(error.message, error);
    }
    setResult({ ...result, errors: [...plain.values()] });
  },
};

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}

/**
 * INVALID_INPUT before execution. `http.spec` gives it the status of a validation error: 400, or 200 for clients that accept
 * application/json only (GraphQL over HTTP, 6.4).
 * @param message a sentence that names the limit, what was asked for, and what to do
 */
export function refusal(message: string, code = "INVALID_INPUT"): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retryable: false, http: { spec: true, status: 400 } } });
}

/** Errors that validation lists before it gives up, and says so; graphql's default is 100. */
export const maximumErrors = 10;

/** Characters; enough for every message of ours and of graphql's that repeats names of usual length. */
const maximumMessage = 400;

/**
 * How messages of graphql 17 go on to print a value of the request: its rules for literals, its scalars and enums, and its parser.
 * What it says of variables is never asked for (execution/variables.ts).
 */
const echoes = [
  /[,;] found: /,
  /(?<= cannot represent (?:a )?[\w -]{0,40}): /,
  /(?<=^Syntax Error: (?:Unexpected|Expected .{1,100}, found) (?:String|BlockString|Int|Float)) "/s,
];

/**
 * Bounds the errors of a request that was not executed: of a list of wrong values, each is one. What graphql finds wrong is told
 * without the values that were sent; names stay, and are cut off where they are long, whether the request was executed or not.
 */
export function withoutEcho(errors: readonly GraphQLError[], wasExecuted: boolean): readonly GraphQLError[] {
  const kept = wasExecuted ? errors : errors.slice(0, maximumErrors + 1);
  for (const error of kept) {
    // Errors of the gateway's own have a cause.
    if (!error.originalError || error.originalError instanceof GraphQLError) error.message = withoutValue(error.message);
    if (error.message.length > maximumMessage) error.message = `${error.message.slice(0, maximumMessage)}…`;
  }
  return kept;
}

function withoutValue(message: string): string {
  const before = message.indexOf('Value "');
  const after = message.lastIndexOf('" does not exist in "');
  if (before !== -1 && after > before) return `${message.slice(0, before)}The value${message.slice(after + 1)}`;
  // A value stands behind these words: where they come late, it is cut off with all that is late.
  const beginning = message.slice(0, maximumMessage);
  const echo = echoes.map((each) => beginning.search(each)).find((index) => index !== -1);
  return echo === undefined ? message : `${message.slice(0, echo)}.`;
}
