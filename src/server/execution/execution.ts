import {
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  locatedError,
  responsePathAsArray,
  type VariableValues,
} from "graphql";
import type { FieldPlan, OperationPlan, Value } from "./plan.ts";

export type Path = GraphQLResolveInfo["path"];

/** The operation to execute, with its values. */
interface Executable {
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: VariableValues;
}

/** One execution of an operation. */
export interface Execution extends Executable {
  readonly errors: Errors;
  /** For resolvers. */
  readonly helpers: Pick<GraphQLResolveInfo, "getAbortSignal" | "getAsyncHelpers">;
  /** True once the answer is given or nobody waits for it. Nothing further is called then. */
  hasEnded: boolean;
  readonly end: (reason?: unknown) => void;
}

export function createExecution(executable: Executable): Execution {
  // Created on demand. None of the gateway's resolvers asks for it: they get their signal from the request's scope.
  let controller: AbortController | null = null;
  const execution: Execution = {
    ...executable,
    errors: new Errors(),
    helpers: {
      getAbortSignal: () => {
        controller ??= new AbortController();
        if (execution.hasEnded) controller.abort();
        return controller.signal;
      },
      getAsyncHelpers: () => asyncHelpers,
    },
    hasEnded: false,
    end: (reason) => {
      execution.hasEnded = true;
      controller?.abort(reason);
    },
  };
  return execution;
}

const asyncHelpers = { promiseAll: <T>(values: readonly (PromiseLike<T> | T)[]) => Promise.all(values), track: abandon };

/** The errors of an answer. A class, because every execution makes one. */
class Errors {
  readonly list: GraphQLError[] = [];
  #places: Set<Path | undefined> | null = null;

  /** Adds an error, unless its place or one above it is null already because of another error. Undefined = the whole answer. */
  add(error: GraphQLError, path: Path | undefined): void {
    this.#places ??= new Set();
    if (isNullAlready(this.#places, path)) return;
    this.#places.add(path);
    this.list.push(error);
  }
}

function isNullAlready(places: ReadonlySet<Path | undefined>, path: Path | undefined): boolean {
  for (let place = path; place; place = place.prev) if (places.has(place)) return true;
  return places.has(undefined);
}

/** Records the error of a nullable value and returns null. For a non-null type, throws the error with its location. */
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

/** Ignores promises that nobody awaits any more: their rejections must not end the process. */
export function abandon(values: Iterable<unknown>): void {
  for (const value of values) if (isPromiseLike(value)) value.then(undefined, () => {});
}

/** Throws if the execution has ended, so that no further resolver is called. */
export function refuseAfterEnd({ hasEnded }: Execution): void {
  if (hasEnded) throw new Error("The answer was given already, or nobody waits for it any more.");
}

/**
 * Makes the `info` of a resolver. Most resolvers do not look at it, so its members are computed on demand. `path` is the path of the
 * field, or of an item of its list.
 */
export function resolveInfo(execution: Execution, field: FieldPlan, path: Path): GraphQLResolveInfo {
  return new ResolveInfo(execution, field, path);
}

/**
 * Computes `work` once per plan, field and key. `work` may depend only on the selections of the resolver's field. If graphql itself
 * executes the field, it is computed with each call.
 */
export function remembered<Result>(info: GraphQLResolveInfo, key: object, work: () => Result): Result {
  const known = ResolveInfo.fieldOf(info)?.remembered;
  if (known?.has(key)) return known.get(key) as Result;
  const result = work();
  known?.set(key, result);
  return result;
}

class ResolveInfo implements GraphQLResolveInfo {
  readonly #execution: Execution;
  readonly #field: FieldPlan;
  readonly #path: Path;

  constructor(execution: Execution, field: FieldPlan, path: Path) {
    this.#execution = execution;
    this.#field = field;
    this.#path = path;
  }

  static fieldOf(info: GraphQLResolveInfo): FieldPlan | null {
    return #field in info ? info.#field : null;
  }

  get fieldName() {
    return this.#field.definition.name;
  }
  get fieldNodes() {
    return this.#field.nodes;
  }
  get returnType() {
    return this.#field.type;
  }
  get parentType() {
    return this.#field.parentType;
  }
  get path() {
    let path = this.#path;
    while (typeof path.key === "number" && path.prev) path = path.prev;
    return path;
  }
  get schema() {
    return this.#execution.plan.schema;
  }
  get fragments() {
    return this.#execution.plan.fragments;
  }
  get rootValue() {
    return this.#execution.rootValue;
  }
  get operation() {
    return this.#execution.plan.operation;
  }
  get variableValues() {
    return this.#execution.variableValues;
  }
  get getAbortSignal() {
    return this.#execution.helpers.getAbortSignal;
  }
  get getAsyncHelpers() {
    return this.#execution.helpers.getAsyncHelpers;
  }
}

/**
 * An object or a list of the answer that lacks a part. It replaces promises: there would be one for each object and list
 * around a late value. It costs no turns of the microtask queue and has one listener, which is set before any part arrives.
 */
export class Pending {
  /** Passed to the listener when nothing is missing any more. */
  readonly value: object;
  /** After a part has failed, graphql-js's promise rejects this many turns of the microtask queue later; see failPending. */
  readonly turnsToFail: number;
  missing = 0;
  hasFailed = false;
  whenComplete: (value: object) => void = ignore;
  whenFailed: (error: unknown) => void = ignore;

  constructor(value: object, turnsToFail: number) {
    this.value = value;
    this.turnsToFail = turnsToFail;
  }
}

/** The place of a value that is not there yet. */
interface Place {
  readonly execution: Execution;
  readonly field: FieldPlan;
  /** The type of the value (of the field, or of an item of its list), and its completer. */
  readonly of: Value;
  readonly path: Path;
  readonly within: Pending;
  readonly key: string | number;
}

/** graphql-js has a promise for all fields, and one for the object. */
export const pendingObject = (value: object): Pending => new Pending(value, 2);
/** graphql-js has a promise for all items. */
export const pendingList = (value: object): Pending => new Pending(value, 1);
/** graphql-js has only the promise of the field itself. */
export const pendingField = (value: object): Pending => new Pending(value, 0);

/** Waits for a promise, completes its value and puts it into its place. */
export function awaitValue(place: Place, promise: PromiseLike<unknown>): void {
  const { execution, field, of, path } = place;
  Promise.resolve(promise).then(
    (value) => {
      let completed: unknown;
      try {
        refuseAfterEnd(execution);
        completed = of.complete(execution, field, path, value);
      } catch (error) {
        return fail(place, error);
      }
      if (isLater(completed)) awaitCompleted(place, completed);
      else put(place, completed);
    },
    (error: unknown) => fail(place, error),
  );
}

/** Waits for a value that is being completed, and puts it into its place. */
export function awaitCompleted(place: Place, completed: Pending | Promise<unknown>): void {
  if (completed instanceof Promise) {
    completed.then(
      (value) => put(place, value),
      (error: unknown) => fail(place, error),
    );
    return;
  }
  completed.whenComplete = (value) => put(place, value);
  completed.whenFailed = (error) => queueMicrotask(() => fail(place, error));
}

export function isLater(completed: unknown): completed is Pending | Promise<unknown> {
  return completed instanceof Pending || completed instanceof Promise;
}

/** Makes a promise of it, where one is needed. */
export function promiseOf(pending: Pending): Promise<unknown> {
  return new Promise((resolve, reject) => {
    pending.whenComplete = resolve;
    pending.whenFailed = reject;
  });
}

function put({ within, key }: Place, value: unknown): void {
  (within.value as Record<string | number, unknown>)[key] = value;
  finishOne(within);
}

/** Counts one missing part as done. */
export function finishOne(pending: Pending): void {
  pending.missing -= 1;
  if (pending.missing === 0) pending.whenComplete(pending.value);
}

function fail(place: Place, problem: unknown): void {
  const { execution, field, of, path, within } = place;
  try {
    failField(execution, field, of.type, path, problem);
    put(place, null);
  } catch (error) {
    failPending(within, error);
  }
}

/**
 * Fails the object or list with the first part that fails, exactly as late as graphql-js: errors that come before then are in the
 * answer too, and if several parts fail below a place that becomes null, the same one is reported.
 */
function failPending(pending: Pending, error: unknown): void {
  if (pending.hasFailed) return;
  pending.hasFailed = true;
  afterTurns(pending.turnsToFail, () => pending.whenFailed(error));
}

function afterTurns(turns: number, then: () => void): void {
  if (turns === 0) then();
  else queueMicrotask(() => afterTurns(turns - 1, then));
}

function ignore(): void {}
