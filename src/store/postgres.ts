import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from "kysely";
import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient } from "pg";
import { type Ask, recordInPostgres } from "../journal/postgres-recorder.ts";
import type { Tables } from "../journal/rows.ts";
import type { Engine } from "./engine.ts";
import { followPostgres } from "./postgres-follow.ts";

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

/** The database that several replicas share. Connects when it is used, and again after it was away. */
export function openPostgres(url: string): Engine {
  const open = (pool: PostgresPool) => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const pool = createPool(url, statementTimeoutMs, mostConnections);
  const database = open(pool);
  return {
    database,
    recorder: recordInPostgres(pool.ask),
    // The server itself lets transactions that commit at the same time share a write to the disk.
    transact: (change) => database.transaction().execute(change),
    patiently: async (run) => {
      const patient = open(createPool(url, migrationTimeoutMs, 1));
      try {
        return await run(patient);
      } finally {
        await patient.destroy();
      }
    },
    instant: async () => new Date().toISOString(),
    isDuplicate: (error) => error instanceof DatabaseError && error.code === uniqueViolation,
    follow: followPostgres(connectionSettings(url, statementTimeoutMs), database),
    committed: () => {},
    close: async () => {
      await database.destroy();
      // Kysely ends a pool only when it has used it itself; what is recorded goes past it.
      await pool.end();
    },
  };
}

function connectionSettings(url: string, timeoutMs: number) {
  return {
    connectionString: url,
    application_name: "billing-gateway",
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + graceMs,
    // A replica that stalls in the middle of a change must not hold the others up.
    idle_in_transaction_session_timeout: timeoutMs,
    keepAlive: true,
  };
}

interface AskablePool extends PostgresPool {
  readonly ask: Ask;
}

function createPool(url: string, timeoutMs: number, max: number): AskablePool {
  const pool = new Pool({
    ...connectionSettings(url, timeoutMs),
    max,
    // The pool bounds the wait for a free connection with it (pg-pool, Pool.connect).
    connectionTimeoutMillis: queueTimeoutMs,
    Client: ConnectingClient,
  });
  // A connection that breaks says so here, idle or not; its user is told by the query. Unheard, it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const connect = async () => discardBroken(await pool.connect());
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
 * A client that the pool drops after an error that the server did not report itself: where a network swallows packets, it
 * would otherwise keep handing out a connection on which nothing is ever answered.
 */
function discardBroken(client: PoolClient): PostgresPoolClient & { readonly ask: Ask } {
  let broken = false;
  const ask: Ask = (question) =>
    client.query(question).catch((error: unknown) => {
      broken ||= !(error instanceof DatabaseError);
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
