import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  validate,
} from "graphql";
import { executePlan } from "../../../src/server/execution/execute.ts";
import { type OperationPlan, planOperation } from "../../../src/server/execution/plan.ts";

/** Executes as the gateway does; the executor keeps its plans with the document. Null: graphql's own executor must answer. */
export function createExecutor(): (given: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult> | null {
  const plans = new WeakMap<OperationDefinitionNode, OperationPlan>();
  return (given) => {
    const operation = getOperationAST(given.document, given.operationName);
    if (!operation) return null;
    const plan = plans.get(operation) ?? planOperation(given.schema, given.document, operation);
    plans.set(operation, plan);
    return executePlan(plan, given);
  };
}

type Execute = (given: ExecutionArgs) => unknown;

/** The answer as text: the data in its order, the errors by their paths. */
export async function answerOf(execute: Execute, given: ExecutionArgs): Promise<string> {
  const { data, errors = [], ...rest } = (await execute(given)) as ExecutionResult;
  return JSON.stringify({ data, errors: errors.map(describeError).sort(), rest }, null, 1);
}

/** The errors as clients, the log and the error translation see them. */
function describeError({ message, path, locations, extensions, originalError }: GraphQLError): string {
  return JSON.stringify([path, message, locations, extensions, originalError?.message]);
}

/** Whether a document is valid. Only valid documents are executed. */
export function isValid({ schema, document }: Pick<ExecutionArgs, "schema" | "document">): boolean {
  return validate(schema, document, undefined, { maxErrors: 1 }).length === 0;
}
