import type { Plugin } from "graphql-yoga";
import { stateOf } from "./state.ts";

/** extensions.backendCalls: what a query costs, for the developer who looks at it. Never bodies, ids or credentials. */
export const backendCalls: Plugin = {
  onExecute: ({ args }) => ({
    onExecuteDone: ({ result, setResult }) => {
      if (Symbol.asyncIterator in result) return;
      const rows = stateOf(args.contextValue).backendCalls.map(({ attempts, ...call }) => ({
        ...call,
        ...(attempts > 1 && { retried: attempts - 1 }),
      }));
      setResult({ ...result, extensions: { ...result.extensions, backendCalls: rows } });
    },
  }),
};
