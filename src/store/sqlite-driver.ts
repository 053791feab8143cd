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

/** How long a writer waits for the others. */
const busyTimeoutMs = 5_000;
const longestPauseMs = 10;
/** Prepared statements are few (one for each shape of a query), but lists of values make shapes of their own. */
const keptStatements = 500;

/**
 * Runs a statement at once, and keeps it prepared. Throws node:sqlite's error. Outside of Kysely, only in a transaction of Kysely's:
 * there is one connection.
 */
export type RunStatement = (sql: string, values: readonly SQLInputValue[]) => StatementResult;

export interface StatementResult {
  /** Of a statement that returns any. */
  readonly rows: readonly Record<string, SQLOutputValue>[];
  /** How many rows the statement has changed; null where it returns rows. */
  readonly changes: number | null;
}

/** The one place where statements are prepared. */
export function keepStatements(database: DatabaseSync): RunStatement {
  const statements = new Map<string, { readonly statement: StatementSync; readonly returnsRows: boolean }>();
  const prepare = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= keptStatements) statements.clear();
    const statement = database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    statements.set(sql, prepared);
    return prepared;
  };
  return (sql, values) => {
    const { statement, returnsRows } = prepare(sql);
    if (returnsRows) return { rows: statement.all(...values), changes: null };
    return { rows: [], changes: Number(statement.run(...values).changes) };
  };
}

/** Is told of what failed, which its caller is told as well. */
type NoteFailure = (error: unknown) => void;

/** Kysely over the platform's own node:sqlite, on one connection. */
export function sqliteDialect(database: DatabaseSync, run: RunStatement, noteFailure: NoteFailure): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => sqliteDriver(database, run, noteFailure),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Has migrations run in a transaction, which begins by locking the file: of several processes that start at once, one
 * migrates and the others find it done. Kysely's own adapter leaves that out for migrations that switch foreign keys off.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function sqliteDriver(database: DatabaseSync, run: RunStatement, noteFailure: NoteFailure): Driver {
  const noting = async <T>(attempt: () => T): Promise<T> => {
    try {
      return await whenNotBusy(attempt);
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  };
  const connection = sqliteConnection(run, noting);
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    // Immediate: a transaction that reads first and then finds another one writing could not wait for it, only fail
    // (SQLite, "BEGIN TRANSACTION", SQLITE_BUSY_SNAPSHOT).
    beginTransaction: (_connection, { accessMode }) =>
      noting(() => database.exec(accessMode === "read only" ? "begin deferred" : "begin immediate")),
    commitTransaction: () => noting(() => database.exec("commit")),
    rollbackTransaction: async () => {
      // A full disk and the like have already rolled it back (SQLite, "Response To Errors Within A Transaction").
      if (database.isTransaction) database.exec("rollback");
    },
    destroy: async () => database.close(),
  };
}

function sqliteConnection(run: RunStatement, noting: typeof whenNotBusy): DatabaseConnection {
  return {
    executeQuery: <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> =>
      noting(() => {
        const { rows, changes } = run(sql, parameters as SQLInputValue[]);
        return changes === null ? { rows: rows as Row[] } : { rows: [], numAffectedRows: BigInt(changes) };
      }),
    streamQuery: () => {
      throw new Error("nothing is streamed from the journal");
    },
  };
}

/**
 * Tries again while another connection holds the lock that this needs, for at most five seconds. SQLite's own busy timeout would
 * stop the whole process while it waits, and for ever where the one that it waits for is another connection of this process.
 */
export async function whenNotBusy<T>(attempt: () => T): Promise<T> {
  const until = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      // SQLITE_BUSY; its extended codes keep it in their lowest byte.
      if ((resultCode(error) & 0xff) !== 5 || Date.now() >= until) throw error;
    }
    await pause(1 + Math.random() * longestPauseMs);
  }
}

/** Primary result codes that speak of a statement or its values: ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const ofStatements: ReadonlySet<number> = new Set([1, 18, 19, 20, 21, 25]);

/** True for what the file, the disk or another process is to blame for: SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY and the like. */
export function isSqliteTrouble(error: unknown): boolean {
  const code = resultCode(error) & 0xff;
  return code !== 0 && !ofStatements.has(code);
}

/** SQLite's result code (sqlite.org/rescode.html) of an error of node:sqlite; 0 for other errors. */
export function resultCode(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
}
