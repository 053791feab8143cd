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
