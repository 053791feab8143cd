import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

/** How long a writer waits for other writers. */
const busyTimeoutMs = 5_000;
const longestPauseMs = 10;
/** Prepared statements that are kept. There are few, one per shape of a query, but each length of a list of values is another shape. */
const keptStatements = 500;

/**
 * Runs a statement at once, and keeps it prepared. Throws node:sqlite's error. There is only one connection, so call it outside of Kysely
 * only within a transaction of Kysely's.
 */
export type RunStatement = (sql: string, values: readonly SQLInputValue[]) => StatementResult;

type Row = Readonly<Record<string, SQLOutputValue>>;

interface StatementResult {
  /** Rows, if the statement returns any. */
  readonly rows: readonly Row[];
  /** How many rows the statement has changed; null if it returns rows. */
  readonly changes: number | null;
}

/** Prepares statements; nothing else does. */
export function keepStatements(database: DatabaseSync): RunStatement {
  const statements = new Map<string, Prepared>();
  const prepare = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= keptStatements) statements.clear();
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    const prepared = { statement, columns: columnsOf(statement) };
    statements.set(sql, prepared);
    return prepared;
  };
  return (sql, values) => {
    const prepared = prepare(sql);
    const { statement } = prepared;
    if (prepared.columns.count === 0) return { rows: [], changes: Number(statement.run(...values).changes) };
    // After setReturnArrays, each row is an array.
    const found = statement.all(...values) as unknown as readonly (readonly SQLOutputValue[])[];
    // A newer version of the gateway has added a column to the table: SQLite has prepared the statement again.
    if (found[0] && found[0].length !== prepared.columns.count) prepared.columns = columnsOf(statement);
    return { rows: found.map(prepared.columns.toRow), changes: null };
  };
}

interface Prepared {
  readonly statement: StatementSync;
  columns: Columns;
}

interface Columns {
  readonly count: number;
  readonly toRow: (values: readonly SQLOutputValue[]) => Row;
}

/**
 * The rows that node:sqlite makes itself are hash tables. These take a third of the memory, and half of the time to make and to read: they
 * are copies of one blank row, so that all have the same hidden class.
 */
function columnsOf(statement: StatementSync): Columns {
  const names = statement.columns().map(({ name }) => name);
  const blank: Record<string, SQLOutputValue> = Object.fromEntries(names.map((name) => [name, null]));
  return {
    count: names.length,
    toRow: (values) => {
      const row = { ...blank };
      for (let place = 0; place < names.length; place += 1) row[names[place] as string] = values[place] as SQLOutputValue;
      return row;
    },
  };
}

/** Statements that may return rows without changing any. */
const readers: ReadonlySet<string> = new Set(["SelectQueryNode", "RawNode"]);

interface Watching {
  /** Called with failures; their callers get them as well. */
  readonly noteFailure: (error: unknown) => void;
  /** Called after each commit of a change. Throws if the file is not the one that the next process opens: then the change rejects. */
  readonly ensureKept: () => void;
}

/** A Kysely dialect for Node's own node:sqlite, on one connection. */
export function sqliteDialect(database: DatabaseSync, run: RunStatement, watching: Watching): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => sqliteDriver(database, run, watching),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Lets migrations run in a transaction that first locks the file: if several processes start at once, one migrates and the others find
 * it done. Kysely's own adapter does not do so, for migrations that switch foreign keys off.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function sqliteDriver(database: DatabaseSync, run: RunStatement, { noteFailure, ensureKept }: Watching): Driver {
  const noting = async <T>(attempt: () => T): Promise<T> => {
    try {
      return await whenNotBusy(attempt);
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  };
  let isReadOnly = false;
  const connection = sqliteConnection(run, noting, () => {
    if (!database.isTransaction) ensureKept();
  });
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    // Immediate: a transaction that reads first and writes later could not wait for another writer, only fail
    // (SQLite, "BEGIN TRANSACTION", SQLITE_BUSY_SNAPSHOT).
    beginTransaction: async (_connection, { accessMode }) => {
      isReadOnly = accessMode === "read only";
      await noting(() => database.exec(isReadOnly ? "begin deferred" : "begin immediate"));
    },
    commitTransaction: async () => {
      await noting(() => database.exec("commit"));
      if (!isReadOnly) ensureKept();
    },
    rollbackTransaction: async () => {
      // SQLite itself rolls back on a full disk and the like ("Response To Errors Within A Transaction").
      if (database.isTransaction) database.exec("rollback");
    },
    destroy: async () => database.close(),
  };
}

/** @param changed called after each statement that changes rows or may do so */
function sqliteConnection(run: RunStatement, noting: typeof whenNotBusy, changed: () => void): DatabaseConnection {
  return {
    executeQuery: async <Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> => {
      const { rows, changes } = await noting(() => run(sql, parameters as SQLInputValue[]));
      // A change may return rows.
      if (changes !== null || !readers.has(query.kind)) changed();
      return changes === null ? { rows: rows as Row[] } : { rows: [], numAffectedRows: BigInt(changes) };
    },
    streamQuery: () => {
      throw new Error("nothing is streamed from the journal");
    },
  };
}

/**
 * Retries while another connection holds a lock, for five seconds at most. SQLite's own busy timeout would block the whole process,
 * and fruitlessly if another connection of this process holds the lock.
 */
export async function whenNotBusy<T>(attempt: () => T): Promise<T> {
  const until = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      // SQLITE_BUSY; its extended codes keep it in their lowest byte.
      if ((resultCode(error) & 0xff) !== 5 || performance.now() >= until) throw error;
    }
    await pause(1 + Math.random() * longestPauseMs);
  }
}

/** Primary result codes about a statement or its values: ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const ofStatements: ReadonlySet<number> = new Set([1, 18, 19, 20, 21, 25]);

/** True if the file, the disk or another process is at fault: SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY and the like. */
export function isSqliteTrouble(error: unknown): boolean {
  const code = resultCode(error) & 0xff;
  return code !== 0 && !ofStatements.has(code);
}

/** SQLite's result code (sqlite.org/rescode.html) of a node:sqlite error; 0 for other errors. */
export function resultCode(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
}
