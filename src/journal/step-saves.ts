import { setImmediate as nextTurn } from "node:timers/promises";
import type { Hold, Step } from "./model.ts";
import type { OperationChanges, Store } from "./store.ts";

interface WaitingSave {
  readonly step: Step;
  readonly operationChanges: OperationChanges;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Has the steps of an operation saved together that are asked for at about the same time, and the next ones when those are saved:
 * each change writes the operation too, so the changes of one operation would wait for each other anyway. Each save settles with
 * the change that it was part of. Of one step, a save is asked for when the one before it has settled.
 *
 * @param save saves all of them or none
 * @param isOneAlone true for an error that may concern one of them only: then each is saved by itself
 */
export function gatherSaves(
  save: (hold: Hold, steps: readonly Step[], operationChanges: OperationChanges) => Promise<void>,
  isOneAlone: (error: unknown) => boolean,
): Store["saveStep"] {
  const waitingOf = new Map<string, WaitingSave[]>();

  async function saveWaiting(hold: Hold, waiting: WaitingSave[]): Promise<void> {
    while (waiting.length > 0) {
      // Within a turn of the event loop, everybody who has become ready gets to ask.
      await nextTurn();
      await saveTogether(hold, waiting.splice(0));
    }
    waitingOf.delete(nameOf(hold));
  }

  /** Never rejects: every failure is told to whom it concerns. */
  async function saveTogether(hold: Hold, saves: readonly WaitingSave[]): Promise<void> {
    try {
      const changes: OperationChanges = Object.assign({}, ...saves.map(({ operationChanges }) => operationChanges));
      await save(
        hold,
        saves.map(({ step }) => step),
        changes,
      );
      for (const { resolve } of saves) resolve();
    } catch (error) {
      if (saves.length > 1 && isOneAlone(error)) for (const each of saves) await saveTogether(hold, [each]);
      else for (const { reject } of saves) reject(error);
    }
  }

  return (hold, step, operationChanges = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const name = nameOf(hold);
    const waiting = waitingOf.get(name) ?? [];
    waiting.push({ step, operationChanges, resolve, reject });
    if (!waitingOf.has(name)) {
      waitingOf.set(name, waiting);
      void saveWaiting(hold, waiting);
    }
    return promise;
  };
}

/** A save under an earlier epoch is refused as a whole, without effect on those of the current epoch. */
function nameOf({ id, owner, epoch }: Hold): string {
  return `${id} ${epoch} ${owner}`;
}
