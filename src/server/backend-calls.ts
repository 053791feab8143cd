import type { Plugin } from "graphql-yoga";
import type { Context } from "../schema/index.ts";

/** extensions.backendCalls: what a query costs, for the developer who looks at it. Never bodies, ids or credentials. */
export const backendCalls: Plugin<Context> = {
  onExecute: ({ args }) => ({
    onExecuteDone: ({ result, setResult }) => {
      if (Symbol.asyncIterator in result) return;
      const rows = (args.contextValue as Context).backendCalls.map(({ attempts, ...call }) => ({
        ...call,
        ...(attempts > 1 && { retried: attempts - 1 }),
      }));
      setResult({ ...result, extensions: { ...result.extensions, backendCalls: rows } });
    },
  }),
};
