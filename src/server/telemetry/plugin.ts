import type { IncomingMessage } from "node:http";
import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { StoreFailedError } from "../../model/errors.ts";
import type { Context } from "../../schema/index.ts";
import { knownCallerOf } from "../auth/authenticate.ts";
import { documentOf } from "../document/plugin.ts";
import { addMissingCode, isMasked, translateError } from "../errors.ts";
import { addCalls, type Exchange, exchangeOf, requestIdHeader, requestIdOf } from "./exchange.ts";

/** What Yoga puts into every context, and hands to hooks, of a request that came over HTTP. */
interface NodeContext {
  readonly req?: IncomingMessage;
  readonly request: Request;
}

/**
 * Gives every answer its request id, logs under it what callers do not get to see, and notes for the log and the metrics what only
 * the GraphQL server knows of a request.
 */
export function requestRecords(logger: Logger, onError: (error: GraphQLError) => void): Plugin<Context> {
  /** Of an answer, or of one event of a subscription. */
  function noteErrors(request: Request, exchange: Exchange | undefined, errors: readonly GraphQLError[]): void {
    for (const error of errors) {
      addMissingCode(error);
      exchange?.errorCodes.add(String(error.extensions["code"]));
      onError(error);
      const requestId = requestIdOf(request);
      const storeFailure = storeFailureIn(error.originalError);
      if (storeFailure) logger.error({ requestId, path: error.path, error: storeFailure.cause }, "the store failed");
      if (!isMasked(error)) continue;
      error.extensions["requestId"] = requestId;
      logger.error({ requestId, path: error.path, error: error.originalError }, "unexpected failure");
    }
  }

  return {
    onParse: ({ context }) => {
      const { req, params } = context as unknown as NodeContext & { params?: { operationName?: string | null } };
      return () => {
        const operation = documentOf(context)?.operation(params?.operationName);
        const exchange = operation && exchangeOf(req);
        if (exchange) exchange.operation = { name: operation.name, type: operation.kind };
      };
    },
    onExecute: ({ args }) => {
      const { req } = args.contextValue as unknown as NodeContext;
      const { backendCalls } = args.contextValue as unknown as Context;
      const exchange = exchangeOf(req);
      return { onExecuteDone: () => exchange && addCalls(exchange, backendCalls) };
    },
    onSubscribe: ({ args }) => {
      const { req, request } = args.contextValue as unknown as NodeContext;
      const { backendCalls } = args.contextValue as unknown as Context;
      const exchange = exchangeOf(req);
      return {
        onSubscribeResult: () => ({
          onNext: ({ result }) => {
            // The list is emptied when the next event begins, and errors are translated for the caller only later.
            if (exchange) addCalls(exchange, backendCalls);
            noteErrors(request, exchange, (result.errors ?? []).map(translateError));
          },
        }),
      };
    },
    onResultProcess: ({ request, result, serverContext }) => {
      if (Array.isArray(result) || !("errors" in result)) return;
      noteErrors(request, exchangeOf((serverContext as Partial<NodeContext>).req), (result.errors ?? []) as GraphQLError[]);
    },
    onResponse: ({ request, response, serverContext }) => {
      const exchange = exchangeOf((serverContext as Partial<NodeContext>).req);
      if (exchange) exchange.caller = knownCallerOf(request)?.name ?? null;
      response.headers.set(requestIdHeader, requestIdOf(request));
    },
  };
}

/** What callers are told of as UNAVAILABLE, or as an unknown outcome: of both, the log has the reason. */
function storeFailureIn(error: unknown): StoreFailedError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof StoreFailedError) return cause;
  return null;
}
