import type { CallScope, Shown, WriteStep } from "../adapter.ts";
import { createComparison } from "./comparing.ts";
import { readIfThere } from "./loading.ts";
import { lookAtState, type Members } from "./looking.ts";
import { warningsOf } from "./warnings.ts";

/** A call after which an object is not shown any more. */
export interface Removal<T extends Shown> {
  readonly backend: string;
  readonly action: string;
  /** NOT_FOUND for what is gone. */
  readonly read: (id: string, scope: CallScope) => Promise<T>;
  readonly send: (scope: CallScope) => Promise<void>;
  /** The object that was there, as it is to be taken for from now on. */
  readonly gone: (before: T) => T;
  /** Of an object that is shown all the same: whether its record says that it is gone. */
  readonly isMarked: (now: T) => boolean;
  /** What is wanted, by the name of the unified input; and how an object that is still there shows in it. */
  readonly wanted: Members;
  readonly otherwise: Members;
  /** As of Told. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** Removes, looks whether the object is gone, and tells where it is not. It does not come back, so that nothing needs to be noted. */
export function removalStep<T extends Shown>(id: string, removal: Removal<T>): WriteStep<T> {
  const { backend, action, read, send, gone, isMarked, wanted, otherwise, fields = {} } = removal;
  const isGone = async (scope: CallScope): Promise<boolean> => {
    const now = await readIfThere(read(id, scope));
    return now === null || isMarked(now);
  };
  return {
    action,
    send: async (_id, _intent, scope) => {
      // Afterwards nothing is left to be read.
      const before = await read(id, scope);
      await send(scope);
      return { id, value: gone(before) };
    },
    find: async (_id, _intent, scope) => lookAtState(id, await isGone(scope)),
    compare: async (_shown, _intent, scope) =>
      warningsOf({ backend, comparison: createComparison({}), fields }, wanted, (await isGone(scope)) ? wanted : otherwise),
  };
}
