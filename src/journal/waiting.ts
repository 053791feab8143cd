import type { Clock } from "./leases.ts";
import type { Operation } from "./model.ts";
import type { Store } from "./store.ts";

const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * Waits until nobody holds an operation. Callers who wait for the same one share one poll of the store: 200 repeats of a key
 * would otherwise load the store so much that the holder cannot save.
 *
 * @returns the operation as it was when nobody held it, or as it is when `longestMs` have passed; null if it no longer exists
 */
export function createWaiting(store: Pick<Store, "byId">, clock: Clock, longestMs: number) {
  const loops = new Map<string, Promise<Operation | null>>();

  async function loop(id: string): Promise<Operation | null> {
    const until = clock.monotonic() + longestMs;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
      await clock.pause(wait);
      const operation = await store.byId(id);
      if (operation === null || operation.owner === null || clock.monotonic() >= until) return operation;
    }
  }

  return (id: string): Promise<Operation | null> => {
    const joined = loops.get(id) ?? loop(id).finally(() => loops.delete(id));
    loops.set(id, joined);
    return joined;
  };
}
