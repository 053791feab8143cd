import type { RecordChange } from "./model.ts";
import type { RecordChanges } from "./record-changes.ts";

/** The most changes that wait for a reader. Several of one kind to one object count as one. */
const mostWaiting = 10_000;

/**
 * The changes that pass the filter, from the moment it resolves. It is no generator: a generator that waits for a change cannot
 * be ended before one comes (ECMAScript, AsyncGenerator.prototype.return). A slow reader misses the oldest changes; `changes`
 * has them all.
 */
export async function watchChanges(
  watch: RecordChanges["watch"],
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
