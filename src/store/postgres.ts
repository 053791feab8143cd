import { randomUUID } from "node:crypto";
import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from "kysely";
import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient } from "pg";
import {
  type Ask,
  createWriteHealth,
  type Engine,
  type NoTables,
  postgresClock,
  storeNow,
  unconfirmedTimeline,
} from "./engine.ts";
import { followPostgres } from "./postgres-follow.ts";

/**
 * Fewer than a gateway uses, but more than the pooler processes that usually share one address (PgBouncer's so_reuseport): at least two
 * connections should reach the same process.
 */
const connections = 8;
/** Transactions are opened one by one, so that a pooler that hands out its sessions in turn gets out of step. */
const holders = 3;

/**
 * True if each connection has its own session on the server: there is no pooler, or one in session mode. In transaction or statement mode
 * sessions are shared. So each connection marks its session and reads the mark again. If it finds another mark or none, sessions are
 * shared. Open transactions occupy sessions meanwhile, so that the pooler has to hand out other ones. Only the mark is set: in a shared
 * session a setting would stay for its other users.
 */
export async function keepsSessions(settings: ClientConfig): Promise<boolean> {
  const marked = Array.from({ length: connections }, () => ({ client: new Client(settings), mark: randomUUID() }));
  const areKept = async (): Promise<boolean> => {
    const kept = await Promise.all(
      marked.map(async ({ client, mark }) => {
        const { rows } = await client.query("select current_setting('billing_gateway.session', true) as mark");
        return rows[0]?.mark === mark;
      }),
    );
    return kept.every(Boolean);
  };
  try {
    for (const { client } of marked) client.on("error", () => {});
    // One first: if it fails, the others would fail in the same way.
    await marked[0]?.client.connect();
    await Promise.all(marked.slice(1).map(({ client }) => client.connect()));
    for (const { client, mark } of marked) {
      await client.query(`set billing_gateway.session = '${mark}'`).catch(explainSilence);
    }
    // Before any transaction: in statement mode none can begin.
    if (!(await areKept())) return false;
    for (const { client } of marked.slice(0, holders)) {
      await client.query("begin");
      if (!(await areKept())) return false;
      await client.query("rollback");
    }
    return true;
  } finally {
    await Promise.allSettled(marked.map(({ client }) => client.end()));
  }
}

/** A pooler accepts any number of connections. Those for which it has no session have to wait. */
function explainSilence(cause: unknown): never {
  if (cause instanceof DatabaseError) throw cause;
  const problem = `one of ${connections} connections was accepted, but not answered`;
  throw new Error(`${problem}; a pooler in front of PostgreSQL must have room for all (PgBouncer: default_pool_size)`, { cause });
}

const connectionTimeoutMs = 2_000;
/** How long a change waits for a free connection: while all are in use, the database is busy, not down. */
const queueTimeoutMs = 10_000;
const statementTimeoutMs = 5_000;
const migrationTimeoutMs = 60_000;
/** How much earlier than ours the server's own timeout comes: after the server's, the connection is still usable. */
const graceMs = 1_000;
const mostConnections = 10;

/** PostgreSQL's SQLSTATE for unique_violation (PostgreSQL manual, appendix A). */
const uniqueViolation = "23505";

const sharesSessions =
  "a pooler in transaction or statement mode is between it and the gateway, which prepares statements and listens for changes on connections that must stay its own; use session mode (PgBouncer: pool_mode = session) or connect to PostgreSQL directly";

/** Opens the database that several replicas share. It connects on first use, and again after a failure. */
export function openPostgres(url: string): Engine {
  const open = (pool: PostgresPool) => new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
  const noteFailure = (error: unknown): void => writeHealth.noteFailure(error);
  const pool = createPool(url, statementTimeoutMs, mostConnections, noteFailure);
  const database = open(pool);
  // For heartbeats: one connection at most, opened on first use.
  const urgentPool = createPool(url, statementTimeoutMs, 1, noteFailure);
  const urgent = open(urgentPool);
  const writeHealth = createWriteHealth(database, isPostgresTrouble);
  return {
    database,
    prepared: { dialect: "postgres", ask: pool.ask, refuses },
    clock: (afterMs = 0) =>
      sql.raw<string>(postgresClock(`(clock_timestamp() + ${Math.round(afterMs)} * interval '1 millisecond')`)),
    urgently: (task) => task(urgent),
    // The server itself combines transactions that commit at the same time into one write to the disk.
    transact: (change) => database.transaction().execute(change),
    patiently: async (run) => {
      const patient = open(createPool(url, migrationTimeoutMs, 1, noteFailure));
      try {
        return await run(patient);
      } finally {
        await patient.destroy();
      }
    },
    unfit: async () => {
      if (!(await keepsSessions(connectionSettings(url, statementTimeoutMs)))) return sharesSessions;
      const { rows } = await sql<{ setting: string }>`select current_setting('synchronous_commit') as setting`.execute(database);
      const isOff = rows[0]?.setting === "off";
      return isOff ? "synchronous_commit is off, so that a commit may be lost although it was confirmed" : null;
    },
    instant: async (transaction) => {
      const { rows } = await sql<{ now: string }>`select ${sql.raw(storeNow)} as now`.execute(transaction);
      return rows[0]?.now ?? "";
    },
    isDuplicate: (error) => error instanceof DatabaseError && error.code === uniqueViolation,
    writeHealth,
    onNewConnection: pool.onConnect,
    timeline: sql.raw<string | null>(unconfirmedTimeline),
    lastSeen: { mark: null, isFresh: false },
    // The server looks after its files itself.
    fileProblem: () => null,
    follow: followPostgres(connectionSettings(url, statementTimeoutMs), database),
    committed: () => {},
    close: async () => {
      await Promise.all([database.destroy(), urgent.destroy()]);
      // Kysely ends a pool only if it has used it itself, but the journal's statements bypass Kysely.
      await Promise.all([pool.end(), urgentPool.end()]);
    },
  };
}

function connectionSettings(url: string, timeoutMs: number) {
  return {
    connectionString: url,
    application_name: "billing-gateway",
    connectionTimeoutMillis: connectionTimeoutMs,
    query_timeout: timeoutMs + graceMs,
    keepAlive: true,
  };
}

/**
 * SQLSTATE classes (PostgreSQL manual, appendix A) of trouble with the server or the way to it: connection, transaction state (a
 * read-only server), authorization, catalog, resources, operator intervention, system, configuration and internal errors.
 */
const troubleClasses = /^(08|25|28|3D|53|57|58|F0|XX)/;

/** An error that the server did not report is a broken connection. */
function isPostgresTrouble(error: unknown): boolean {
  return !(error instanceof DatabaseError) || troubleClasses.test(error.code ?? "");
}

/** True if the server refused the statement itself. Errors that end a connection do not count: they may come after a commit. */
function refuses(error: unknown): boolean {
  return !isPostgresTrouble(error);
}

/** After these errors the server, or the pooler in front, closes the connection: admin_shutdown and its kin, idle_in_transaction_session_timeout, protocol errors. */
const endsConnection = /^(57P0[1-5]|25P03|25P04|08)/;

interface AskablePool extends PostgresPool {
  readonly ask: Ask;
  readonly onConnect: (listener: () => void) => void;
}

function createPool(url: string, timeoutMs: number, max: number, noteFailure: (error: unknown) => void): AskablePool {
  const pool = new Pool({
    ...connectionSettings(url, timeoutMs),
    max,
    // In a pool, this limits the wait for a free connection (pg-pool, Pool.connect).
    connectionTimeoutMillis: queueTimeoutMs,
    Client: ConnectingClient,
    // Set by a statement: PgBouncer refuses these as connection parameters. A replica that stalls in the middle of a change must not
    // block the others.
    onConnect: async (client) => {
      await client.query(`set statement_timeout = ${timeoutMs}; set idle_in_transaction_session_timeout = ${timeoutMs}`);
    },
  });
  // Broken connections emit an error here, idle or not; the query tells its caller. Without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const connect = async () => {
    try {
      return discardBroken(await pool.connect(), noteFailure);
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  };
  let ending: Promise<void> | undefined;
  return {
    options: pool.options,
    connect,
    ask: async (question) => {
      const client = await connect();
      try {
        return await client.ask(question);
      } finally {
        client.release();
      }
    },
    onConnect: (listener) => void pool.on("connect", listener),
    end: () => {
      ending ??= pool.end();
      return ending;
    },
  };
}

/** The pool passes its own settings on, with its long timeout. Opening a connection gets a shorter one. */
class ConnectingClient extends Client {
  constructor(settings?: ClientConfig) {
    super({ ...settings, connectionTimeoutMillis: connectionTimeoutMs });
  }
}

/**
 * Wraps a client so that the pool drops it after an error that the server did not report, or after which the server closes the
 * connection. Otherwise the pool would keep handing out a dead connection.
 */
function discardBroken(client: PoolClient, noteFailure: (error: unknown) => void): PostgresPoolClient & { readonly ask: Ask } {
  let broken = false;
  const ask: Ask = (question) =>
    client.query(question).catch((error: unknown) => {
      broken ||= !(error instanceof DatabaseError) || endsConnection.test(error.code ?? "");
      noteFailure(error);
      throw error;
    });
  function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query(text: unknown, parameters?: readonly unknown[]): unknown {
    if (typeof text !== "string") throw new Error("nothing is streamed from the journal");
    return ask({ text, values: [...(parameters ?? [])] });
  }
  return { query, ask, release: (destroy) => client.release(destroy || broken) };
}
