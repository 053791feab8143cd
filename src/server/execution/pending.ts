import { type Execution, failField, type Path, refuseAfterEnd } from "./execution.ts";
import type { FieldPlan, Value } from "./plan.ts";

/**
 * An object or a list of the answer of which a part comes later. It takes a promise's place, as there is one for everything around
 * something that comes later: it costs no turns of the microtask queue and has one listener, which is set before anything comes.
 */
export class Pending {
  /** Told to the listener when nothing is missing any more. */
  readonly value: object;
  /** Of the microtask queue, after which graphql-js's promise of the same rejects when a part has failed; see failPending. */
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

/** Where a value belongs that is not there yet. */
export interface Place {
  readonly execution: Execution;
  readonly field: FieldPlan;
  /** What the value is of: the field, or an item of its list. */
  readonly of: Value;
  readonly path: Path;
  readonly within: Pending;
  readonly key: string | number;
}

/** Has a promise of all fields, and one of the object made of them. */
export const pendingObject = (value: object): Pending => new Pending(value, 2);
/** Has a promise of all items. */
export const pendingList = (value: object): Pending => new Pending(value, 1);
/** Has the promise of its one field. */
export const pendingField = (value: object): Pending => new Pending(value, 0);

/** Completes what a promise gives, and puts it into its place. */
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

/** Puts what is being completed into its place. */
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

/** For where a promise is needed. */
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

/** One less is missing. */
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
 * The first part that fails decides. As late as with graphql-js: what else fails until then is told in the answer too, and where
 * several fail below something that becomes null, it is the same one that made it so.
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
