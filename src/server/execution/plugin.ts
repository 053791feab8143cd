import { type ExecutionArgs, GraphQLError, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import { createExecutor } from "./execute.ts";
import { variableProblems } from "./variables.ts";

/**
 * Executes queries and mutations by plans that are kept with their documents, and answers what is wrong with variables, those of
 * subscriptions too. Stands before plugins that wrap what executes. Yoga executes what this does not: operations that are not there,
 * and the events of subscriptions, which are few.
 */
export function plannedExecution(): Plugin<Context> {
  const execute = createExecutor();
  return {
    onExecute: ({ executeFn, setExecuteFn }) => {
      setExecuteFn((given) => {
        const result = execute(given);
        if (result) return result;
        // Never left to others where there is an operation: they would print every wrong value.
        return getOperationAST(given.document, given.operationName)
          ? { errors: problemsOf(given) ?? [unfit()] }
          : executeFn(given);
      });
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const errors = problemsOf(args);
      if (errors) setResultAndStopExecution({ errors });
    },
  };
}

/** Null where the variables fit, and where there is no operation. */
function problemsOf(given: ExecutionArgs): readonly GraphQLError[] | null {
  const operation = getOperationAST(given.document, given.operationName);
  const errors = operation ? variableProblems(given.schema, operation, given.variableValues ?? {}) : [];
  return errors.length > 0 ? errors : null;
}

function unfit(): GraphQLError {
  return new GraphQLError("The variables do not fit what the operation declares.");
}
