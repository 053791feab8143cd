import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Transact } from "./engine.ts";
import type { RunStatement } from "./sqlite-driver.ts";

/** Changes in one transaction at most: nothing else runs in the process meanwhile. */
const mostTogether = 100;
/** Turns of the event loop that a change waits for company: with much to do, each of them takes milliseconds. */
const mostTurns = 8;

interface Waiting {
  /** Makes the change, and resolves with what tells its caller; that is called when the change is durable. */
  readonly make: (transaction: Database) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Commits changes together that are asked for at about the same time: with node:sqlite the whole process waits for the disk at
 * every commit, so ten mutations at once would wait for it ten times. Each change is all or nothing by itself, and settles when
 * what it was committed with is durable; where the commit fails, all of them reject.
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
   * Within a turn of the event loop, everybody who has become ready gets to ask. Who is alone, waits for one turn that brings nobody;
   * the more there is to do, the more changes share a commit.
   */
  async function untilNobodyComes(): Promise<void> {
    let turns = 0;
    let before: number;
    do {
      before = waiting.length;
      // At least one, also where many wait: others have their turn between two commits.
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

/** Never rejects: every failure is told to whom it concerns. */
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

/** A change that fails takes nothing back but itself. Alone in its transaction, it takes that back. */
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

/** Not possible where SQLite has already taken the whole transaction back, as on a full disk: then all of it fails for that reason. */
function takeBackChange(run: RunStatement, reason: unknown): void {
  try {
    run("rollback to change", []);
  } catch {
    throw reason;
  }
  run("release change", []);
}
