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
import type { Ask, Engine, NoTables } from "./engine.ts";
import { postgresClock, storeNow } from "./postgres-clock.ts";
import { followPostgres } from "./postgres-follow.ts";
import { keepsSessions } from "./postgres-sessions.ts";
import { createWriteHealth } from "./write-health.ts";

const connectionTimeoutMs = 2_000;
/** How long a change waits for a connection while all of them are at work: then the database is busy, not away. */
const queueTimeoutMs = 10_000;
const statementTimeoutMs = 5_000;
const migrationTimeoutMs = 60_000;
/** By how much the server's own timeout comes before ours: after that one the connection is still good. */
const graceMs = 1_000;
const mostConnections = 10;

/** PostgreSQL's SQLSTATE for unique_violation (PostgreSQL manual, appendix A). */
const uniqueViolation = "23505";

const sharesSessions =
  "a pooler in transaction or statement mode is between it and the gateway, which prepares statements and listens for changes on connections that must stay its own; use session mode (PgBouncer: pool_mode = session) or connect to PostgreSQL directly";

/** The database that several replicas share. Connects when it is used, and again after it was away. */
export function openPostgres(url: string): Engine {
  const open = (pool: PostgresPool) => new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
  const noteFailure = (error: unknown): void => writeHealth.noteFailure(error);
  const pool = createPool(url, statementTimeoutMs, mostConnections, noteFailure);
  const database = open(pool);
  // Heartbeats: at most one connection, made when it is used.
  const urgentPool = createPool(url, statementTimeoutMs, 1, noteFailure);
  const urgent = open(urgentPool);
  const writeHealth = createWriteHealth(database, isPostgresTrouble);
  return {
    database,
    prepared: { dialect: "postgres", ask: pool.ask, refuses },
    clock: (afterMs = 0) =>
      sql.raw<string>(postgresClock(`(clock_timestamp() + ${Math.round(afterMs)} * interval '1 millisecond')`)),
    urgently: (task) => task(urgent),
    // The server itself lets transactions that commit at the same time share a write to the disk.
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
    lastSeen: { mark: null, isFresh: false },
    follow: followPostgres(connectionSettings(url, statementTimeoutMs), database),
    committed: () => {},
    close: async () => {
      await Promise.all([database.destroy(), urgent.destroy()]);
      // Kysely ends a pool only when it has used it itself; what is recorded goes past it.
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
 * Classes of SQLSTATE (PostgreSQL manual, appendix A) that speak of the server or of the way to it: connection, transaction state (a
 * server that is read-only), authorization, catalog, resources, operator intervention, system, configuration and internal errors.
 */
const troubleClasses = /^(08|25|28|3D|53|57|58|F0|XX)/;

/** What the server did not report itself is a connection that broke. */
function isPostgresTrouble(error: unknown): boolean {
  return !(error instanceof DatabaseError) || troubleClasses.test(error.code ?? "");
}

/** What ends a connection, and may come after what was committed, is trouble as well. */
function refuses(error: unknown): boolean {
  return !isPostgresTrouble(error);
}

/** With these, the server (or the pooler in front of it) closes the connection: admin_shutdown and its kin, idle_in_transaction_session_timeout, protocol. */
const endsConnection = /^(57P0[1-5]|25P03|25P04|08)/;

interface AskablePool extends PostgresPool {
  readonly ask: Ask;
  readonly onConnect: (listener: () => void) => void;
}

function createPool(url: string, timeoutMs: number, max: number, noteFailure: (error: unknown) => void): AskablePool {
  const pool = new Pool({
    ...connectionSettings(url, timeoutMs),
    max,
    // The pool bounds the wait for a free connection with it (pg-pool, Pool.connect).
    connectionTimeoutMillis: queueTimeoutMs,
    Client: ConnectingClient,
    // By a statement: PgBouncer refuses them as parameters of the connection. A replica that stalls in the middle of a change must not
    // hold the others up.
    onConnect: async (client) => {
      await client.query(`set statement_timeout = ${timeoutMs}; set idle_in_transaction_session_timeout = ${timeoutMs}`);
    },
  });
  // A connection that breaks says so here, idle or not; its user is told by the query. Unheard, it would end the process.
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

/** The pool hands its own settings on, with its patience; a connection that is being made gets less. */
class ConnectingClient extends Client {
  constructor(settings?: ClientConfig) {
    super({ ...settings, connectionTimeoutMillis: connectionTimeoutMs });
  }
}

/**
 * A client that the pool drops after an error that the server did not report itself, or reported as its last word: the pool would
 * otherwise keep handing out a connection on which nothing is ever answered.
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
