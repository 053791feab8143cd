import { GraphQLError, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";

/** Time for a query whose backend calls were aborted to be answered with what it has (milliseconds). */
const graceMs = 1_000;

/**
 * The end of a query that waits for something else than a backend, whose calls end by themselves at the time limit (request.ts):
 * nobody waits for ever. Mutations are not cut: what they send is decided by the journal, and they answer when it is.
 * @param requestTimeoutMs milliseconds
 */
export function timeLimit(requestTimeoutMs: number): Plugin<Context> {
  return {
    onExecute: ({ args, executeFn, setExecuteFn }) => {
      if (getOperationAST(args.document, args.operationName)?.operation !== "query") return;
      setExecuteFn(async (given) => {
        const { promise: late, resolve } = Promise.withResolvers<object>();
        const timer = setTimeout(() => resolve({ errors: [timedOut(requestTimeoutMs)] }), requestTimeoutMs + graceMs);
        return Promise.race([executeFn(given), late]).finally(() => clearTimeout(timer));
      });
    },
  };
}

function timedOut(requestTimeoutMs: number): GraphQLError {
  const message = `The query took longer than ${requestTimeoutMs} ms (limits.requestTimeoutMs); ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: "TIMEOUT", retryable: true, http: { status: 504, spec: true } } });
}
