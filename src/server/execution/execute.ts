import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getVariableValues,
  locatedError,
  OperationTypeNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { executeFields, executeSerially } from "./complete.ts";
import { createExecution, type Execution, Pending, promiseOf } from "./execution.ts";
import type { OperationPlan } from "./plan.ts";
import { variableProblems } from "./variables.ts";

export type Given = Pick<ExecutionArgs, "rootValue" | "contextValue" | "variableValues" | "abortSignal">;

/**
 * Executes a query or a mutation by its plan, with the same answer as graphql's `execute`. Returns null if the variables are wrong:
 * variables.ts says why.
 *
 * When the signal is aborted, no further resolver is called, and those in flight are not awaited. The execution rejects at once
 * with the signal's reason and drops its partial result.
 */
export function executePlan(
  plan: OperationPlan,
  { rootValue, contextValue, variableValues: given, abortSignal }: Given,
): ExecutionResult | Promise<ExecutionResult> | null {
  const definitions = plan.operation.variableDefinitions ?? [];
  const { variableValues } = getVariableValues(plan.schema, definitions, given ?? {}, firstErrorOnly);
  if (!variableValues) return null;
  if (abortSignal?.aborted) return Promise.reject(abortSignal.reason);
  return run(createExecution({ plan, rootValue, contextValue, variableValues }), abortSignal ?? null);
}

/** variables.ts finds the errors itself: each error of graphql's would print a whole value. */
const firstErrorOnly = { maxErrors: 0, hideSuggestions: true };

function run(execution: Execution, signal: AbortSignal | null): ExecutionResult | Promise<ExecutionResult> {
  const { errors, end } = execution;
  const answer = (result: unknown): ExecutionResult => {
    const data = result as Record<string, unknown> | null;
    return errors.list.length > 0 ? { errors: errors.list, data } : { data };
  };
  const fail = (error: unknown): ExecutionResult => {
    errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined, undefined), undefined);
    return answer(null);
  };
  // Watched before the first resolver is called: any of them may abort the signal.
  const watched = signal && watch(signal, end);
  const finish = (result: ExecutionResult): ExecutionResult => {
    watched?.leave();
    end();
    return result;
  };
  let result: ExecutionResult;
  try {
    const data = executeRoot(execution);
    if (data instanceof Promise) {
      return new Promise((resolve, reject) => {
        watched?.whenAborted(reject);
        data.then(
          (value) => resolve(finish(answer(value))),
          (error: unknown) => resolve(finish(fail(error))),
        );
      });
    }
    result = answer(data);
  } catch (error) {
    result = fail(error);
  }
  finish(result);
  return signal?.aborted ? Promise.reject(signal.reason) : result;
}

/** Ends the execution when the signal is aborted. `whenAborted` calls a function with the reason then, or now. */
function watch(signal: AbortSignal, end: Execution["end"]) {
  let told: ((reason: unknown) => void) | null = null;
  const abort = (): void => {
    end(signal.reason);
    told?.(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });
  return {
    whenAborted: (tell: (reason: unknown) => void): void => {
      told = tell;
      if (signal.aborted) tell(signal.reason);
    },
    leave: () => signal.removeEventListener("abort", abort),
  };
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
