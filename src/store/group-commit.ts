import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Transact } from "./engine.ts";
import type { RunStatement } from "./sqlite-driver.ts";

/** The most changes in one transaction: nothing else runs in the process meanwhile. */
const mostTogether = 100;
/** The most turns of the event loop that a change waits for others: under load, each turn takes milliseconds. */
const mostTurns = 8;

interface Waiting {
  /** Makes the change. Resolves with a function that tells the caller, to be called when the change is durable. */
  readonly make: (transaction: Database) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Commits changes together that arrive at about the same time. With node:sqlite the whole process waits for the disk at every commit, so
 * ten mutations at once would wait ten times. Each change is all or nothing, and settles when its commit is durable. If the commit
 * fails, all of its changes reject.
 */
export function groupCommits(database: Database, run: RunStatement): Transact {
  const waiting: Waiting[] = [];
  let committing = false;

  async function commitWaiting(): Promise<void> {
    committing = true;
    while (waiting.length > 0) {
      await untilNobodyComes();
      await commit(database, run, waiting.splice(0, mostTogether));
    }
    committing = false;
  }

  /**
   * Waits until a turn of the event loop brings no more changes. A change that is alone waits for one turn; the higher the load, the more
   * changes share a commit.
   */
  async function untilNobodyComes(): Promise<void> {
    let turns = 0;
    let before: number;
    do {
      before = waiting.length;
      // At least one turn, even if many changes wait: other work must run between two commits.
      await nextTurn();
      turns += 1;
    } while (turns < mostTurns && before < waiting.length && waiting.length < mostTogether);
  }

  return <T>(change: (transaction: Database) => Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const make = async (transaction: Database): Promise<() => void> => {
      const result = await change(transaction);
      return () => resolve(result);
    };
    waiting.push({ make, fail: reject });
    if (!committing) void commitWaiting();
    return promise;
  };
}

/** Never rejects: each change gets its own failure. */
async function commit(database: Database, run: RunStatement, group: readonly Waiting[]): Promise<void> {
  try {
    const tellAll = await database.transaction().execute(async (transaction) => {
      const tellers: (() => void)[] = [];
      for (const waiting of group) tellers.push(await makeByItself(transaction, run, waiting, group.length > 1));
      return tellers;
    });
    for (const tell of tellAll) tell();
  } catch (error) {
    for (const { fail } of group) fail(error);
  }
}

/** Makes one change of a group. If it fails, only this change is rolled back. If it is alone, the transaction rolls it back. */
async function makeByItself(
  transaction: Database,
  run: RunStatement,
  { make, fail }: Waiting,
  hasCompany: boolean,
): Promise<() => void> {
  if (!hasCompany) return make(transaction);
  run("savepoint change", []);
  try {
    const tell = await make(transaction);
    run("release change", []);
    return tell;
  } catch (error) {
    takeBackChange(run, error);
    return () => fail(error);
  }
}

/** Rolls back to the savepoint. SQLite may have rolled back the whole transaction, as on a full disk: then all changes fail with that reason. */
function takeBackChange(run: RunStatement, reason: unknown): void {
  try {
    run("rollback to change", []);
  } catch {
    throw reason;
  }
  run("release change", []);
}
