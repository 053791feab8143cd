import type { CallScope, Shown, WriteStep } from "../adapter.ts";
import { createComparison } from "./comparing.ts";
import { readIfThere } from "./loading.ts";
import { lookAtState, type Members } from "./looking.ts";
import { warningsOf } from "./warnings.ts";

/** A call after which an object is not shown any more. */
interface Removal<T extends Shown> {
  readonly backend: string;
  readonly action: string;
  /** Rejects with NOT_FOUND where the object is gone. */
  readonly read: (id: string, scope: CallScope) => Promise<T>;
  readonly send: (scope: CallScope) => Promise<void>;
  /** The object after its removal, from the object before. */
  readonly gone: (before: T) => T;
  /** Whether an object that is shown anyway is marked as removed. */
  readonly isMarked: (now: T) => boolean;
  /** The wanted member of the unified input, and its value while the object is still there. */
  readonly wanted: Members;
  readonly otherwise: Members;
  /** See WarningContext. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** The step of a removal: sends, looks whether the object is gone, and warns where it is not. It needs no note, as nothing brings the object back. */
export function removalStep<T extends Shown>(id: string, removal: Removal<T>): WriteStep<T> {
  const { backend, action, read, send, gone, isMarked, wanted, otherwise, fields = {} } = removal;
  const isGone = async (scope: CallScope): Promise<boolean> => {
    const now = await readIfThere(read(id, scope));
    return now === null || isMarked(now);
  };
  return {
    action,
    send: async (_id, _intent, scope) => {
      // Read first: afterwards the object cannot be read.
      const before = await read(id, scope);
      await send(scope);
      return { id, value: gone(before) };
    },
    find: async (_id, _intent, scope) => lookAtState(id, await isGone(scope)),
    compare: async (_shown, _intent, scope) =>
      warningsOf({ backend, comparison: createComparison({}), fields }, wanted, (await isGone(scope)) ? wanted : otherwise),
  };
}
