import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import { createExecutor } from "./execute.ts";

/**
 * Executes queries and mutations by plans that are kept with their documents. Stands before plugins that wrap what executes. Yoga
 * executes what this does not: requests that are refused, and the events of subscriptions, which are few.
 */
export function plannedExecution(): Plugin<Context> {
  const execute = createExecutor();
  return {
    onExecute: ({ executeFn, setExecuteFn }) => {
      setExecuteFn((given) => execute(given) ?? executeFn(given));
    },
  };
}
