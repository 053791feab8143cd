import { type Execution, failField, type Path, refuseAfterEnd } from "./execution.ts";
import type { FieldPlan, Value } from "./plan.ts";

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
export interface Place {
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
