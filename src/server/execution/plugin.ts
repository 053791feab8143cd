import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { executePlan, type Given } from "./execute.ts";
import type { OperationPlan } from "./plan.ts";
import { variableProblems } from "./variables.ts";

/**
 * Executes queries and mutations by their plans, and reports wrong variables, those of subscriptions too. Stands before plugins that
 * wrap the execution. Yoga executes what has no plan: operations that do not exist, and the events of subscriptions, which are few.
 * @param planOf returns the plan of the operation; null if there is none
 */
export function plannedExecution(planOf: (given: ExecutionArgs) => OperationPlan | null): Plugin {
  return {
    onExecute: ({ args, setExecuteFn }) => {
      const plan = planOf(args);
      if (!plan) return;
      setExecuteFn((given) => executePlanned(plan, given));
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const plan = planOf(args);
      const errors = plan && problemsOf(plan, args);
      if (errors) setResultAndStopExecution({ errors });
    },
  };
}

/** Wrong variables are always reported here: graphql would print every wrong value. */
export function executePlanned(plan: OperationPlan, given: Given): ExecutionResult | Promise<ExecutionResult> {
  return executePlan(plan, given) ?? { errors: problemsOf(plan, given) ?? [unfit()] };
}

/** Null if the variables are right. */
function problemsOf({ schema, operation }: OperationPlan, given: Given): readonly GraphQLError[] | null {
  const errors = variableProblems(schema, operation, given.variableValues ?? {});
  return errors.length > 0 ? errors : null;
}

function unfit(): GraphQLError {
  return new GraphQLError("The variables do not match what the operation declares.");
}
