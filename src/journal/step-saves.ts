import { setImmediate as nextTurn } from "node:timers/promises";
import type { Step } from "./model.ts";
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
  save: (operationId: string, steps: readonly Step[], operationChanges: OperationChanges) => Promise<void>,
  isOneAlone: (error: unknown) => boolean,
): Store["saveStep"] {
  const waitingOf = new Map<string, WaitingSave[]>();

  async function saveWaiting(operationId: string, waiting: WaitingSave[]): Promise<void> {
    while (waiting.length > 0) {
      // Within a turn of the event loop, everybody who has become ready gets to ask.
      await nextTurn();
      await saveTogether(operationId, waiting.splice(0));
    }
    waitingOf.delete(operationId);
  }

  /** Never rejects: every failure is told to whom it concerns. */
  async function saveTogether(operationId: string, saves: readonly WaitingSave[]): Promise<void> {
    try {
      const changes: OperationChanges = Object.assign({}, ...saves.map(({ operationChanges }) => operationChanges));
      await save(
        operationId,
        saves.map(({ step }) => step),
        changes,
      );
      for (const { resolve } of saves) resolve();
    } catch (error) {
      if (saves.length > 1 && isOneAlone(error)) for (const each of saves) await saveTogether(operationId, [each]);
      else for (const { reject } of saves) reject(error);
    }
  }

  return (operationId, step, operationChanges = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = waitingOf.get(operationId) ?? [];
    waiting.push({ step, operationChanges, resolve, reject });
    if (!waitingOf.has(operationId)) {
      waitingOf.set(operationId, waiting);
      void saveWaiting(operationId, waiting);
    }
    return promise;
  };
}
