import type { RecordChange } from "./model.ts";
import type { Changes } from "./record-changes.ts";

/** Changes of an object that its reader has not yet come to are one: as many as there are objects, whatever happens to them. */
const mostWaiting = 10_000;

/**
 * Changes that pass, from its resolving on. No generator: one that waits for a change cannot be ended before there is one
 * (ECMAScript, AsyncGenerator.prototype.return). A reader that falls far behind misses the oldest; `changes` has them all.
 */
export async function watchChanges(
  watch: Changes["watch"],
  passes: (change: RecordChange) => boolean,
  isVisible: (change: RecordChange) => Promise<boolean>,
): Promise<AsyncIterableIterator<RecordChange, undefined>> {
  const queue = new Map<string, RecordChange>();
  let waiting = Promise.withResolvers<void>();
  let ended = false;
  const stop = await watch((change) => {
    if (!passes(change)) return;
    const key = `${change.type}:${change.backend}:${change.id}:${change.kind}`;
    queue.delete(key);
    queue.set(key, change);
    const [oldest] = queue.size > mostWaiting ? queue.keys() : [];
    if (oldest !== undefined) queue.delete(oldest);
    waiting.resolve();
  });

  async function end(): Promise<IteratorReturnResult<undefined>> {
    if (!ended) {
      ended = true;
      waiting.resolve();
      await stop();
    }
    return { done: true, value: undefined };
  }

  const changes: AsyncIterableIterator<RecordChange, undefined> = {
    next: async () => {
      while (!ended) {
        const [entry] = queue;
        if (entry) {
          queue.delete(entry[0]);
          if ((await isVisible(entry[1])) && !ended) return { done: false, value: entry[1] };
          continue;
        }
        waiting = Promise.withResolvers();
        await waiting.promise;
      }
      return { done: true, value: undefined };
    },
    return: end,
    [Symbol.asyncIterator]: () => changes,
  };
  return changes;
}
