import { setInterval as ticks } from "node:timers/promises";
import { type Engine, reporting } from "../store/engine.ts";
import { createWatch } from "../store/watch.ts";
import type { DirectoryType, RecordChange } from "./model.ts";
import { type DirectoryTables, directoryDatabase, transactDirectory } from "./tables.ts";

/** The changes that the directory has noticed, oldest first. Each method rejects with UNAVAILABLE while the store is down. */
export interface RecordChanges {
  /** At most `limit` changes after a number, in the order in which they were noticed. */
  readonly behind: (seq: number, filter: ChangeFilter, limit: number) => Promise<readonly RecordChange[]>;
  /** The number of the last change before an instant: all changes noticed at or after it follow. */
  readonly before: (instant: string) => Promise<number>;
  /** The numbers of the oldest and the newest kept change; null = there is none. */
  readonly span: () => Promise<{ readonly oldest: number; readonly newest: number } | null>;
  /** Deletes changes noticed before an instant, except for the newest of them: it shows from where on nothing is missing. */
  readonly prune: (noticedBefore: string) => Promise<void>;
  /**
   * Passes every change, of any process, to the listener from the moment it resolves, until the function that it resolves with
   * is called. A listener must not throw.
   */
  readonly watch: (listener: (change: RecordChange) => void) => Promise<() => Promise<void>>;
  /** Call it after this process has recorded changes: listeners then hear of them at once. */
  readonly recorded: () => void;
  readonly end: () => Promise<void>;
}

interface ChangeFilter {
  readonly types?: readonly DirectoryType[] | null | undefined;
  readonly backends: readonly string[];
}

const prunedAtOnce = 1_000;
const toldAtOnce = 500;

/** @param pollMs how often it looks for changes that other processes have recorded */
export function createRecordChanges(engine: Engine, pollMs: number): RecordChanges {
  const database = directoryDatabase(engine);

  async function span() {
    const { min, max } = database.fn;
    const row = await database
      .selectFrom("directory_changes")
      .select([min("seq").as("oldest"), max("seq").as("newest")])
      .executeTakeFirst();
    return row?.oldest == null || row.newest == null ? null : { oldest: Number(row.oldest), newest: Number(row.newest) };
  }

  async function behind(seq: number, { types, backends }: ChangeFilter, limit: number): Promise<readonly RecordChange[]> {
    if (backends.length === 0 || types?.length === 0) return [];
    let query = database.selectFrom("directory_changes").selectAll().where("seq", ">", seq).where("backend", "in", backends);
    if (types) query = query.where("type", "in", types);
    return (await query.orderBy("seq").limit(limit).execute()).map(toChange);
  }

  async function everythingBehind(seq: number): Promise<readonly RecordChange[]> {
    const rows = await database
      .selectFrom("directory_changes")
      .selectAll()
      .where("seq", ">", seq)
      .orderBy("seq")
      .limit(toldAtOnce)
      .execute();
    return rows.map(toChange);
  }

  const feed = createFeed({ newest: async () => (await span())?.newest ?? 0, behind: everythingBehind, pollMs });

  return {
    behind: reporting(behind),
    span: reporting(span),
    before: reporting(async (instant) => {
      const first = await database
        .selectFrom("directory_changes")
        .select((expression) => expression.fn.min("seq").as("seq"))
        .where("noticed_at", ">=", instant)
        .executeTakeFirst();
      if (first?.seq != null) return Number(first.seq) - 1;
      return (await span())?.newest ?? 0;
    }),
    prune: reporting(async (noticedBefore) => {
      const newestOld = await database
        .selectFrom("directory_changes")
        .select((expression) => expression.fn.max("seq").as("seq"))
        .where("noticed_at", "<", noticedBefore)
        .executeTakeFirst();
      if (newestOld?.seq == null) return;
      const until = newestOld.seq;
      for (;;) {
        const deleted = await transactDirectory(engine, (transaction) =>
          transaction
            .deleteFrom("directory_changes")
            .where("seq", "in", (inner) =>
              inner.selectFrom("directory_changes").select("seq").where("seq", "<", until).orderBy("seq").limit(prunedAtOnce),
            )
            .executeTakeFirst(),
        );
        if (Number(deleted.numDeletedRows) < prunedAtOnce) return;
      }
    }),
    watch: reporting(feed.watch),
    recorded: feed.look,
    end: feed.end,
  };
}

interface FeedOptions {
  readonly newest: () => Promise<number>;
  readonly behind: (seq: number) => Promise<readonly RecordChange[]>;
  readonly pollMs: number;
}

/** Follows changes: this process's at once, those of others by polling. */
function createFeed({ newest, behind, pollMs }: FeedOptions) {
  const nobody = (): void => {};
  let look = nobody;

  async function follow(tell: (change: RecordChange) => void): Promise<() => Promise<void>> {
    let last = await newest();
    let looking: Promise<void> | null = null;
    let again = false;
    const lookOnce = async (): Promise<void> => {
      do {
        again = false;
        const changes = await behind(last);
        for (const change of changes) {
          last = change.seq;
          tell(change);
        }
        if (changes.length === toldAtOnce) again = true;
      } while (again);
    };
    const lookNow = (): void => {
      again = true;
      // If the database does not answer, the next tick looks again from the same number.
      looking ??= lookOnce()
        .catch(() => {})
        .finally(() => {
          looking = null;
        });
    };
    const stopped = new AbortController();
    const poll = async (): Promise<void> => {
      for await (const _ of ticks(pollMs, null, { ref: false, signal: stopped.signal })) lookNow();
    };
    const polling = poll().catch(() => {});
    look = lookNow;
    return async () => {
      if (look === lookNow) look = nobody;
      stopped.abort();
      await Promise.all([polling, looking]);
    };
  }

  const { watch, close } = createWatch(follow);
  return { look: () => look(), watch, end: close };
}

function toChange(row: Omit<DirectoryTables["directory_changes"], "seq"> & { readonly seq: number | string }): RecordChange {
  const { seq, type, backend, id, kind, at, noticed_at: noticedAt } = row;
  return { seq: Number(seq), type, backend, id, kind, at, noticedAt };
}

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
