import type { Kysely, RawBuilder } from "kysely";
import type { QueryConfig, QueryResult } from "pg";
import type { RunStatement } from "./sqlite-driver.ts";
import type { WriteHealth } from "./write-health.ts";

/** A store without typed tables. Code that has tables there adds their types with `withTables`. */
export type Database = Kysely<NoTables>;
export type NoTables = Record<never, never>;

/** A database, independent of its dialect. */
export interface Engine {
  readonly database: Database;
  readonly transact: Transact;
  /** Runs statements of fixed text, prepared and in the fewest round trips. */
  readonly prepared: PreparedStatements;
  /**
   * The store's own clock plus `afterMs`, as a SQL expression: RFC 3339 with milliseconds, in UTC. It is the only clock that all
   * processes on a store share; with SQLite it is the machine's.
   */
  readonly clock: (afterMs?: number) => RawBuilder<string>;
  /** Runs with a connection whose statements may take long: a migration waits while another process migrates. */
  readonly patiently: <T>(run: (database: Database) => Promise<T>) => Promise<T>;
  /** Why the database, as it is set up, must not keep a journal: a sentence for its operator; null = it may. */
  readonly unfit: () => Promise<string | null>;
  /** The instant of a change, RFC 3339. Call it inside the transaction that makes the change. */
  readonly instant: (transaction: Database) => Promise<string>;
  /** Runs a statement that does not queue: a heartbeat must not wait for the work that it keeps alive. */
  readonly urgently: <T>(run: (database: Database) => Promise<T>) => Promise<T>;
  /** True for the error with which a unique index refuses a row. */
  readonly isDuplicate: (error: unknown) => boolean;
  readonly writeHealth: WriteHealth;
  readonly follow: Follow;
  /** Registers a listener for every new connection: it may lead to another database than before. */
  readonly onNewConnection: (listener: () => void) => void;
  /** Last known state of the store: see continuity.ts. */
  readonly lastSeen: LastSeen;
  /** Why the next process may not find what is written now; null while all is well. Until then every commit of a change rejects, and reads go on. */
  readonly fileProblem: () => FileProblem | null;
  /** Call this when a change of this process is committed. */
  readonly committed: () => void;
  readonly close: () => Promise<void>;
}

/** Something is wrong with the database's file. */
export interface FileProblem {
  /** For its operator, in sentences. */
  readonly text: string;
  /** True: the file itself is damaged, so that a restart does not help. */
  readonly isDamage: boolean;
}

/** Identifies a store: its generation is created once, and its count only grows. */
export interface StoreMark {
  readonly generation: string;
  readonly count: number;
}

/** Kept by the continuity check. Whoever begins to act checks the mark in its own transaction: the store may be lost between two checks. */
export interface LastSeen {
  /** Null = not checked yet. */
  mark: StoreMark | null;
  /** False = the next caller has to check first. */
  isFresh: boolean;
}

export type PreparedStatements =
  | { readonly dialect: "sqlite"; readonly run: RunStatement; readonly instant: (transaction: Database) => string }
  | {
      readonly dialect: "postgres";
      readonly ask: Ask;
      /** True if the database refuses a statement for its content: then none of it has been done. */
      readonly refuses: (error: unknown) => boolean;
    };

/** Asks PostgreSQL on a connection of its own, outside of any transaction. */
export type Ask = (question: QueryConfig) => Promise<QueryResult>;

/** Makes a change in a transaction, all or nothing. It is durable when the promise resolves. */
export type Transact = <T>(change: (transaction: Database) => Promise<T>) => Promise<T>;

/**
 * Calls `tell` for every committed change of any process, from when its promise resolves until the returned function is called.
 * Rejects if the database cannot be reached.
 */
export type Follow = (tell: (operationId: string) => void) => Promise<() => Promise<void>>;
