import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn, setInterval as ticks } from "node:timers/promises";
import { Kysely, sql } from "kysely";
import { StoreFailedError } from "../model/errors.ts";
import {
  createWriteHealth,
  type Database,
  type Engine,
  type Follow,
  type LastSeen,
  type NoTables,
  StoreError,
  type Transact,
} from "./engine.ts";
import { changesSince, newestChange } from "./newer-operations.ts";
import { isSqliteTrouble, keepStatements, type RunStatement, resultCode, sqliteDialect, whenNotBusy } from "./sqlite-driver.ts";
import { noFile, watchFile } from "./sqlite-file.ts";

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
function groupCommits(database: Database, run: RunStatement): Transact {
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

/** As many pages as SQLite lets the log have by itself before it moves them into the file. */
const pagesInLog = 1_000;

/**
 * Moves a long log's pages into the file, as SQLite would by itself, but each time with a higher count, and only into a file that has just
 * been looked at: so that overwriting it is noticed, see sqlite-file.ts. A checkpoint that fails is tried again after the next commit.
 */
function checkpoint(run: RunStatement, most: number): void {
  try {
    const pages = Number(run("pragma wal_checkpoint(noop)", []).rows[0]?.["log"]);
    if (pages <= most) return;
    run("update continuity set count = count + 1", []);
    run("pragma wal_checkpoint(passive)", []);
  } catch {
    // Busy, or the disk is full. Commits go into the log, and tell their own failures.
  }
}

function generationIn(run: RunStatement): string | null {
  const [row] = run("select generation from continuity", []).rows;
  return row ? String(row["generation"]) : null;
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

const pollMs = 250;

/** SQLITE_CONSTRAINT_UNIQUE. */
const constraintUnique = 2067;

/**
 * Opens the embedded database; several processes of one machine may share its file. Rejects with node:sqlite's error if the file cannot
 * be opened.
 *
 * @param path a file, whose folder is created, or ":memory:"
 */
export async function openSqlite(path: string): Promise<Engine> {
  if (path !== ":memory:") makePrivate(path);
  const connection = await whenNotBusy(() => connect(path));
  const run = keepStatements(connection);
  const file = path === ":memory:" ? noFile : watchFile(resolve(path), () => generationIn(run));
  const lastSeen: LastSeen = { mark: null, isFresh: false };
  const noteFailure = (error: unknown): void => {
    // A write that succeeds elsewhere in the file does not mend it.
    if (file.noteFailure(error)) lastSeen.isFresh = false;
    else writeHealth.noteFailure(error);
  };
  const ensureKept = (): void => {
    const problem = file.problem();
    if (problem !== null) {
      lastSeen.isFresh = false;
      throw new StoreFailedError(new StoreError(problem.text));
    }
    if (lastSeen.mark !== null) checkpoint(run, file.isMarked() ? pagesInLog : 0);
  };
  const database = new Kysely<NoTables>({ dialect: sqliteDialect(connection, run, { noteFailure, ensureKept }) });
  const writeHealth = createWriteHealth(database, isSqliteTrouble);
  const commit = groupCommits(database, run);
  // The journal's statements bypass Kysely, so their failures are noted here.
  const transact: Transact = (change) =>
    commit(change).catch((error: unknown) => {
      noteFailure(error);
      throw error;
    });
  const instant = createClock(run);
  const { follow, committed } = followChanges(database);
  return {
    database,
    transact,
    prepared: { dialect: "sqlite", run, instant },
    clock: (afterMs = 0) => sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ${`${(afterMs / 1000).toFixed(3)} seconds`})`,
    urgently: (task) => task(database),
    patiently: (task) => task(database),
    // Each connection sets what the journal needs.
    unfit: async () => null,
    instant: async (transaction) => instant(transaction),
    isDuplicate: (error) => resultCode(error) === constraintUnique,
    writeHealth,
    follow,
    // There are no new connections: the file stays open.
    onNewConnection: () => {},
    // One file is one line of history.
    timeline: sql<null>`null`,
    lastSeen,
    fileProblem: file.problem,
    committed,
    close: () => database.destroy(),
  };
}

/** The journal holds callers' data, so only the gateway's own user may read it. SQLite gives its other files the same mode. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // WAL: readers do not wait for writers. FULL: a commit is on disk before a request leaves, as the journal promises.
    // Without checkpoints of its own: see `checkpoint`.
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;",
    );
    // Opens the log and its index.
    database.exec("select count(*) from sqlite_schema");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Follows changes by `updated_at`, which never repeats or goes back here (see `createClock`): at once after a commit of this process,
 * and by polling for those of others.
 */
function followChanges(database: Database): { readonly follow: Follow; readonly committed: () => void } {
  const nobody = (): void => {};
  let committed = nobody;

  const follow: Follow = async (tell) => {
    let version = await dataVersion(database);
    let last = await newestChange(database);
    let telling = Promise.resolve();
    let next: Promise<void> | null = null;
    // Reads one after the other: two at once would tell of the same changes. A waiting read covers all requests until it begins.
    const tellNext = (): Promise<void> => {
      next ??= telling.then(async () => {
        next = null;
        for (const { id, updated_at } of await changesSince(database, last)) {
          last = updated_at;
          tell(id);
        }
      });
      telling = next.catch(() => {});
      return next;
    };
    const stopped = new AbortController();
    const poll = async (): Promise<void> => {
      for await (const _ of ticks(pollMs, null, { ref: false, signal: stopped.signal })) {
        try {
          const current = await dataVersion(database);
          if (current !== version) await tellNext();
          version = current;
        } catch {
          // The database does not answer: the next tick compares with the same version again.
        }
      }
    };
    const polling = poll().catch(() => {});
    const tellOwn = (): void => void tellNext().catch(() => {});
    committed = tellOwn;
    return async () => {
      if (committed === tellOwn) committed = nobody;
      stopped.abort();
      await Promise.all([polling, telling]);
    };
  };

  return { follow, committed: () => committed() };
}

/** A number that differs after another connection has committed (SQLite, "PRAGMA data_version"). */
async function dataVersion(database: Database): Promise<number | undefined> {
  const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(database);
  return rows[0]?.data_version;
}

/**
 * Returns the time now, or a millisecond after the newest change if that is later. There is one writer at a time, so no two changes share
 * an instant. For the same reason the clock and the newest change are read only once per transaction.
 */
function createClock(run: RunStatement): (transaction: Database) => string {
  const newestIn = new WeakMap<Database, string>();
  return (transaction) => {
    const newest = newestIn.get(transaction);
    const instant = newest === undefined ? firstInstant(run) : justAfter(newest);
    newestIn.set(transaction, instant);
    return instant;
  };
}

function firstInstant(run: RunStatement): string {
  const [row] = run(
    "select strftime('%Y-%m-%dT%H:%M:%fZ', 'now') as now, (select max(updated_at) from operations) as newest",
    [],
  ).rows;
  const [now, newest] = [String(row?.["now"]), String(row?.["newest"] ?? "")];
  return now > newest ? now : justAfter(newest);
}

function justAfter(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString();
}
