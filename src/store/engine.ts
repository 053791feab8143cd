import type { Kysely, RawBuilder } from "kysely";
import type { QueryConfig, QueryResult } from "pg";
import type { RunStatement } from "./sqlite-driver.ts";
import type { WriteHealth } from "./write-health.ts";

/** A store whose tables are not stated: whoever has some there says so with `withTables`. */
export type Database = Kysely<NoTables>;
export type NoTables = Record<never, never>;

/** A database: all that those who keep something in it need to know of a dialect. */
export interface Engine {
  readonly database: Database;
  readonly transact: Transact;
  /** Runs statements whose text is fixed, prepared and in the fewest round trips. */
  readonly prepared: PreparedStatements;
  /**
   * The store's own clock, as an expression of SQL, `afterMs` from now: RFC 3339 with milliseconds, in UTC. The one clock that all
   * processes on a store share; in SQLite that of the machine.
   */
  readonly clock: (afterMs?: number) => RawBuilder<string>;
  /** Runs with a connection whose statements may take long: a migration waits while another process migrates. */
  readonly patiently: <T>(run: (database: Database) => Promise<T>) => Promise<T>;
  /** Why the database must not keep a journal as it is set up: a sentence for its operator; null = it may. */
  readonly unfit: () => Promise<string | null>;
  /** When a change happens, RFC 3339; asked inside the transaction that makes it. */
  readonly instant: (transaction: Database) => Promise<string>;
  /** Runs a statement that waits for no other: a heartbeat must not queue behind what it keeps alive. */
  readonly urgently: <T>(run: (database: Database) => Promise<T>) => Promise<T>;
  /** True for the error with which a unique index refuses a row. */
  readonly isDuplicate: (error: unknown) => boolean;
  readonly writeHealth: WriteHealth;
  readonly follow: Follow;
  /** Told of every connection that is made from now on: behind it may be another database than before. */
  readonly onNewConnection: (listener: () => void) => void;
  /** What the store was when this process last looked: see continuity.ts. */
  readonly lastSeen: LastSeen;
  /** Told when a change of this process is committed. */
  readonly committed: () => void;
  readonly close: () => Promise<void>;
}

/** By what a store is known: it was made once, and its count only grows. */
export interface StoreMark {
  readonly generation: string;
  readonly count: number;
}

/** Kept up by who looks. Whatever begins to act asks for the mark in its own transaction: between two looks, it may be gone. */
export interface LastSeen {
  /** Null = nobody has looked. */
  mark: StoreMark | null;
  /** False = the next one who asks is to look first. */
  isFresh: boolean;
}

export type PreparedStatements =
  | { readonly dialect: "sqlite"; readonly run: RunStatement; readonly instant: (transaction: Database) => string }
  | {
      readonly dialect: "postgres";
      readonly ask: Ask;
      /** True for an error with which the database refuses a statement for what it says: nothing of it has been done. */
      readonly refuses: (error: unknown) => boolean;
    };

/** Asks PostgreSQL on a connection of its own, outside of any transaction. */
export type Ask = (question: QueryConfig) => Promise<QueryResult>;

/** Makes a change in a transaction, all or nothing. It is durable when the promise resolves. */
export type Transact = <T>(change: (transaction: Database) => Promise<T>) => Promise<T>;

/**
 * Tells of every change that is committed, by whichever process, once its promise has resolved and until the function that
 * it resolves with is called. Rejects when the database cannot be reached.
 */
export type Follow = (tell: (operationId: string) => void) => Promise<() => Promise<void>>;
