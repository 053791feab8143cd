import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { executeFields, executeSerially } from "./execute-fields.ts";
import { createExecution, type Execution } from "./execution.ts";
import { Pending, promiseOf } from "./pending.ts";
import { type OperationPlan, planOperation } from "./plan.ts";

/** Executes queries and mutations. Null for what it leaves to others: operations that their document has not, variables that do not fit. */
export type Execute = (given: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult> | null;

/**
 * Like graphql's `execute`, with the same answers, but what does not depend on the request is worked out once an operation instead
 * of with each request, field and item. It is kept as long as its document is. Documents must be valid.
 */
export function createExecutor(): Execute {
  const plans = new WeakMap<OperationDefinitionNode, OperationPlan>();

  function planOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationPlan {
    const known = plans.get(operation);
    if (known?.schema === schema) return known;
    const plan = planOperation(schema, document, operation);
    plans.set(operation, plan);
    return plan;
  }

  return ({ schema, document, operationName, rootValue, contextValue, variableValues: variables }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, firstErrorOnly);
    if (!variableValues) return null;
    const plan = planOf(schema, document, operation);
    return run(createExecution({ plan, rootValue, contextValue, variableValues }));
  };
}

/** What is wrong is found out by variables.ts: each of these errors costs the printing of a whole value. */
const firstErrorOnly = { maxErrors: 0, hideSuggestions: true };

function run(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
  const { errors, end } = execution;
  const answer = (result: unknown): ExecutionResult => {
    const data = result as Record<string, unknown> | null;
    return errors.list.length > 0 ? { errors: errors.list, data } : { data };
  };
  const fail = (error: unknown): ExecutionResult => {
    errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined, undefined), undefined);
    return answer(null);
  };
  try {
    const data = executeRoot(execution);
    if (data instanceof Promise) {
      const answered = data.then(answer, fail);
      answered.then(end);
      return answered;
    }
    end();
    return answer(data);
  } catch (error) {
    end();
    return fail(error);
  }
}

function executeRoot(execution: Execution): unknown {
  const { plan, rootValue, variableValues } = execution;
  const { operation } = plan.operation;
  const type = plan.schema.getRootType(operation);
  if (!type) throw new GraphQLError(`Schema is not configured to execute ${operation} operation.`, { nodes: plan.operation });
  const selection = plan.selectRoot(type, variableValues);
  if (operation === OperationTypeNode.MUTATION) return executeSerially(execution, selection, rootValue);
  const data = executeFields(execution, selection, rootValue, undefined);
  return data instanceof Pending ? promiseOf(data) : data;
}
