import type { Plugin } from "graphql-yoga";
import { stateOf } from "./state.ts";

/** Adds extensions.backendCalls to an answer: the calls that a query made, for its developer. Never bodies, ids or credentials. */
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
