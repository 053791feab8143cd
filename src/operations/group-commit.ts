import { setImmediate as nextTurn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Transact } from "./engine.ts";
import type { Tables } from "./rows.ts";

/** Changes in one transaction at most: nothing else runs in the process meanwhile. */
const mostTogether = 100;

interface Waiting {
  /** Makes the change, and resolves with what tells its caller; that is called when the change is durable. */
  readonly make: (transaction: Kysely<Tables>) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Commits changes together that are asked for at about the same time: with node:sqlite the whole process waits for the disk at
 * every commit, so ten mutations at once would wait for it ten times. Each change is all or nothing by itself, and settles when
 * what it was committed with is durable; where the commit fails, all of them reject.
 */
export function groupCommits(database: Kysely<Tables>): Transact {
  const waiting: Waiting[] = [];
  let committing = false;

  async function commitWaiting(): Promise<void> {
    committing = true;
    while (waiting.length > 0) {
      // Within a turn of the event loop, everybody who has become ready gets to ask.
      await nextTurn();
      await commit(database, waiting.splice(0, mostTogether));
    }
    committing = false;
  }

  return <T>(change: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const make = async (transaction: Kysely<Tables>): Promise<() => void> => {
      const result = await change(transaction);
      return () => resolve(result);
    };
    waiting.push({ make, fail: reject });
    if (!committing) void commitWaiting();
    return promise;
  };
}

/** Never rejects: every failure is told to whom it concerns. */
async function commit(database: Kysely<Tables>, group: readonly Waiting[]): Promise<void> {
  try {
    const tellAll = await database.transaction().execute(async (transaction) => {
      const tellers: (() => void)[] = [];
      for (const waiting of group) tellers.push(await makeByItself(transaction, waiting, group.length > 1));
      return tellers;
    });
    for (const tell of tellAll) tell();
  } catch (error) {
    for (const { fail } of group) fail(error);
  }
}

/** A change that fails takes nothing back but itself. Alone in its transaction, it takes that back. */
async function makeByItself(transaction: Kysely<Tables>, { make, fail }: Waiting, hasCompany: boolean): Promise<() => void> {
  if (!hasCompany) return make(transaction);
  await sql`savepoint change`.execute(transaction);
  try {
    const tell = await make(transaction);
    await sql`release change`.execute(transaction);
    return tell;
  } catch (error) {
    // Not possible where SQLite has already taken the whole transaction back, as on a full disk.
    await sql`rollback to change`.execute(transaction).catch(() => Promise.reject(error));
    await sql`release change`.execute(transaction);
    return () => fail(error);
  }
}
