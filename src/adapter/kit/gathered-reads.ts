import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { BillingError } from "../../model/errors.ts";
import type { CallScope, GetMany, Loaded } from "../adapter.ts";
import { absentAsNull } from "./loading.ts";

/** A read that takes longer does not hold up the next one. */
const usuallyReadMs = 50;

interface Waiting<T> {
  readonly id: string;
  readonly scope: CallScope;
  readonly resolve: (read: T | null) => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * Reads single records together that are asked for at about the same time: while a group is read, others of it gather for its next read.
 * Nobody joins a read that has begun, as that may have seen the backend before the record was there. If a read of several fails, each is
 * read by itself: one of them may be the reason.
 *
 * @param groupOf the group of an id: what one call reads. Different groups are read at once
 * @returns reads the record of an id; null where there is none
 */
export function gatherReads<T extends object>(groupOf: (id: string) => string, getMany: GetMany<T>) {
  const groups = new Map<string, Waiting<T>[]>();

  /** Never rejects: it passes each failure on to its caller. */
  async function readAlone({ id, scope, resolve, reject }: Waiting<T>): Promise<void> {
    try {
      const [read = null] = (await getMany([id], scope)).map(absentAsNull<T>);
      if (read instanceof BillingError) reject(read);
      else resolve(read);
    } catch (failure) {
      reject(failure);
    }
  }

  /** Never rejects. */
  async function readTogether(waiting: readonly Waiting<T>[]): Promise<void> {
    const ids = waiting.map(({ id }) => id);
    const read = await getMany(ids, scopeOf(waiting)).catch((): readonly Loaded<T>[] => []);
    const alone = waiting.filter(({ resolve }, index) => {
      const found = absentAsNull<T>(read[index] ?? null);
      const isRead = index in read && !(found instanceof BillingError);
      if (isRead) resolve(found);
      return !isRead;
    });
    await Promise.all(alone.map(readAlone));
  }

  async function readGroup(group: string, waiting: Waiting<T>[]): Promise<void> {
    while (waiting.length > 0) {
      // Everybody who becomes ready within this turn of the event loop joins in.
      await nextTurn();
      const [first, ...others] = waiting.splice(0);
      if (first === undefined) break;
      const reading = others.length === 0 ? readAlone(first) : readTogether([first, ...others]);
      await Promise.race([reading, pause(usuallyReadMs, undefined, { ref: false })]);
    }
    groups.delete(group);
  }

  return (id: string, scope: CallScope): Promise<T | null> => {
    const { promise, resolve, reject } = Promise.withResolvers<T | null>();
    const group = groupOf(id);
    const waiting = groups.get(group) ?? [];
    waiting.push({ id, scope, resolve, reject });
    if (!groups.has(group)) {
      groups.set(group, waiting);
      void readGroup(group, waiting);
    }
    return promise;
  };
}

/** The scope of a read for several: its calls are told to all, and to all but the first as calls that another one has made. */
function scopeOf(waiting: readonly Pick<Waiting<unknown>, "scope">[]): CallScope {
  return {
    fresh: true,
    record: (call) => {
      for (const [index, { scope }] of waiting.entries()) scope.record?.(index === 0 ? call : { ...call, coalesced: true });
    },
  };
}
