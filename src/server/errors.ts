import { GraphQLError } from "graphql";
import { BillingError } from "../billing/errors.ts";

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

/** Every error of an answer has a code; what GraphQL finds wrong with variables comes without one. */
export function addMissingCode(error: GraphQLError): void {
  if (error.extensions["code"] === undefined) Object.assign(error.extensions, { code: "INVALID_INPUT", retryable: false });
}

/** True for errors whose cause callers do not see: they belong into the log. */
export function isMasked(error: GraphQLError): boolean {
  return error.extensions["code"] === "INTERNAL";
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
