import type { Clock } from "./clock.ts";
import type { Operation } from "./model.ts";
import type { Store } from "./store.ts";

const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * Waits until an operation is nobody's. However many callers wait for the same one, the store is asked by one of them: 200 repeats of
 * a key would otherwise ask it without end, and keep the one that works on it from being recorded.
 *
 * @returns the operation as it was when nobody had it, or null when it is gone; the operation as it is when `longestMs` have passed
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
