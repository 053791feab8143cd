import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setInterval as ticks } from "node:timers/promises";
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
import { groupCommits } from "./group-commit.ts";
import { changesSince, newestChange } from "./newer-operations.ts";
import { isSqliteTrouble, keepStatements, type RunStatement, resultCode, sqliteDialect, whenNotBusy } from "./sqlite-driver.ts";
import { noFile, watchFile } from "./sqlite-file.ts";

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
  const file = path === ":memory:" ? noFile : watchFile(resolve(path));
  const lastSeen: LastSeen = { mark: null, isFresh: false };
  const noteFailure = (error: unknown): void => {
    // A write that succeeds elsewhere in the file does not mend it.
    if (file.noteFailure(error)) lastSeen.isFresh = false;
    else writeHealth.noteFailure(error);
  };
  const ensureKept = (): void => {
    const problem = file.problem();
    if (problem === null) return;
    lastSeen.isFresh = false;
    throw new StoreFailedError(new StoreError(problem.text));
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
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
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
