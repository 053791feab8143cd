import {
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  locatedError,
  responsePathAsArray,
  type VariableValues,
} from "graphql";
import type { FieldPlan, OperationPlan } from "./plan.ts";

export type Path = GraphQLResolveInfo["path"];

/** What an execution is of. */
export interface Request {
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: VariableValues;
}

/** One execution of an operation. */
export interface Execution extends Request {
  readonly errors: Errors;
  /** For resolvers. */
  readonly helpers: Pick<GraphQLResolveInfo, "getAbortSignal" | "getAsyncHelpers">;
  /** Once the answer is given, nothing further is asked for. */
  readonly hasEnded: () => boolean;
  readonly end: () => void;
}

export function createExecution(request: Request): Execution {
  let hasEnded = false;
  // Made for resolvers that ask for it, as none of the gateway's does: they get their signal from the request's scope.
  let controller: AbortController | null = null;
  return {
    ...request,
    errors: createErrors(),
    helpers: {
      getAbortSignal: () => {
        controller ??= new AbortController();
        if (hasEnded) controller.abort();
        return controller.signal;
      },
      getAsyncHelpers: () => asyncHelpers,
    },
    hasEnded: () => hasEnded,
    end: () => {
      hasEnded = true;
      controller?.abort();
    },
  };
}

const asyncHelpers = { promiseAll: <T>(values: readonly (PromiseLike<T> | T)[]) => Promise.all(values), track: abandon };

/** What an answer says is wrong with it. */
export interface Errors {
  readonly list: readonly GraphQLError[];
  /** But for what lies below a place that is null already, for another error. Undefined = the whole answer. */
  readonly add: (error: GraphQLError, path: Path | undefined) => void;
}

function createErrors(): Errors {
  const list: GraphQLError[] = [];
  const places = new Set<Path | undefined>();
  const isNullAlready = (path: Path | undefined): boolean => {
    for (let place = path; place; place = place.prev) if (places.has(place)) return true;
    return places.has(undefined);
  };
  return {
    list,
    add: (error, path) => {
      if (isNullAlready(path)) return;
      places.add(path);
      list.push(error);
    },
  };
}

/** Takes note of what went wrong with a value that may be null, and returns null; throws it located where it may not be. */
export function failField(
  { errors }: Execution,
  { nodes }: FieldPlan,
  type: GraphQLOutputType,
  path: Path,
  problem: unknown,
): null {
  const error = locatedError(problem, nodes, responsePathAsArray(path));
  if (isNonNullType(type)) throw error;
  errors.add(error, path);
  return null;
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}

/** Promises that nobody waits for any more: that they reject is no failure of the process. */
export function abandon(values: Iterable<unknown>): void {
  for (const value of values) if (isPromiseLike(value)) value.then(undefined, () => {});
}

/** Where an execution has ended meanwhile, what follows from a promise is not begun. */
export function refuseAfterEnd({ hasEnded }: Execution): void {
  if (hasEnded()) throw new Error("The answer was given already.");
}

/** What a resolver gets to know of its field. The path is that of the field, or of an item of its list. */
export function resolveInfo(
  { plan, rootValue, variableValues, helpers }: Execution,
  field: FieldPlan,
  path: Path,
): GraphQLResolveInfo {
  let fieldPath = path;
  while (typeof fieldPath.key === "number" && fieldPath.prev) fieldPath = fieldPath.prev;
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.type,
    parentType: field.parentType,
    path: fieldPath,
    schema: plan.schema,
    fragments: plan.fragments,
    rootValue,
    operation: plan.operation,
    variableValues,
    getAbortSignal: helpers.getAbortSignal,
    getAsyncHelpers: helpers.getAsyncHelpers,
  };
}
