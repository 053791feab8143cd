import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { StoreFailedError } from "../../model/errors.ts";
import { addMissingCode, isMasked, translateError } from "../errors.ts";
import { type RequestState, requestIdHeader, stateOf } from "../state.ts";

/**
 * Gives every answer its request id, logs under it what callers do not see, and notes the errors of the answer for the log and the
 * metrics.
 */
export function requestRecords(logger: Logger, onError: (error: GraphQLError) => void): Plugin {
  /** Notes the errors of an answer, or of one event of a subscription. */
  function noteErrors({ id: requestId, errorCodes }: RequestState, errors: readonly GraphQLError[]): void {
    for (const error of errors) {
      addMissingCode(error);
      errorCodes.add(String(error.extensions["code"]));
      onError(error);
      const storeFailure = storeFailureIn(error.originalError);
      if (storeFailure) logger.error({ requestId, path: error.path, error: storeFailure.cause }, "the store failed");
      if (!isMasked(error)) continue;
      error.extensions["requestId"] = requestId;
      logger.error({ requestId, path: error.path, error: error.originalError }, "unexpected failure");
    }
  }

  return {
    onSubscribe: ({ args }) => ({
      onSubscribeResult: () => ({
        // Yoga translates errors of events for the caller only later.
        onNext: ({ result }) => noteErrors(stateOf(args.contextValue), (result.errors ?? []).map(translateError)),
      }),
    }),
    onResultProcess: ({ result, serverContext }) => {
      if (Array.isArray(result) || !("errors" in result)) return;
      noteErrors(stateOf(serverContext), (result.errors ?? []) as GraphQLError[]);
    },
    onResponse: ({ response, serverContext }) => {
      response.headers.set(requestIdHeader, stateOf(serverContext).id);
    },
  };
}

/** Finds a failure of the store. Callers see only UNAVAILABLE or an unknown outcome; the log gets the reason. */
export function storeFailureIn(error: unknown): StoreFailedError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof StoreFailedError) return cause;
  return null;
}
