import { GraphQLError } from "graphql";

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
 * Bounds the errors of a request that was not executed: of a list of wrong values, each is one. Messages repeat names and values
 * of the request, each of which may be as long as its body: they are cut off, whether it was executed or not.
 */
export function withoutEcho(errors: readonly GraphQLError[], wasExecuted: boolean): readonly GraphQLError[] {
  const kept = wasExecuted ? errors : errors.slice(0, maximumErrors + 1);
  for (const error of kept) {
    if (error.message.length > maximumMessage) error.message = `${error.message.slice(0, maximumMessage)}…`;
  }
  return kept;
}
