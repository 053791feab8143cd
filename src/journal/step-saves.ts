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
 * Combines saves of steps of one operation that are requested at about the same time; later ones wait for the next commit. Each
 * save also updates the operation's row, so separate ones would wait for each other anyway. A save settles with the commit that
 * it was part of. The next save of the same step may be requested only then.
 *
 * @param save saves all of them or none
 * @param isOneAlone true for an error that may be the fault of one of them: then each is saved alone
 */
export function gatherSaves(
  save: (hold: Hold, steps: readonly Step[], operationChanges: OperationChanges) => Promise<void>,
  isOneAlone: (error: unknown) => boolean,
): Store["saveStep"] {
  const waitingOf = new Map<string, WaitingSave[]>();

  async function saveWaiting(hold: Hold, waiting: WaitingSave[]): Promise<void> {
    while (waiting.length > 0) {
      // Everybody who becomes ready within this turn of the event loop joins in.
      await nextTurn();
      await saveTogether(hold, waiting.splice(0));
    }
    waitingOf.delete(nameOf(hold));
  }

  /** Never rejects: it passes each failure on to its caller. */
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

/** Saves of different epochs are kept apart: those of an earlier one are refused, and must not take current ones with them. */
function nameOf({ id, owner, epoch }: Hold): string {
  return `${id} ${epoch} ${owner}`;
}
