import type { Kysely } from "kysely";
import type { Recorder } from "../journal/recorder.ts";
import type { Tables } from "../journal/rows.ts";

/** A database that the journal is kept in: all that the store needs to know of a dialect. */
export interface Engine {
  readonly database: Kysely<Tables>;
  readonly transact: Transact;
  readonly recorder: Recorder;
  /** Runs with a connection whose statements may take long: a migration waits while another process migrates. */
  readonly patiently: <T>(run: (database: Kysely<Tables>) => Promise<T>) => Promise<T>;
  /** When a change happens, RFC 3339; asked inside the transaction that makes it. */
  readonly instant: (transaction: Kysely<Tables>) => Promise<string>;
  /** True for the error with which a unique index refuses a row. */
  readonly isDuplicate: (error: unknown) => boolean;
  readonly follow: Follow;
  /** Told when a change of this process is committed. */
  readonly committed: () => void;
  readonly close: () => Promise<void>;
}

/** Makes a change in a transaction, all or nothing. It is durable when the promise resolves. */
export type Transact = <T>(change: (transaction: Kysely<Tables>) => Promise<T>) => Promise<T>;

/**
 * Tells of every change that is committed, by whichever process, once its promise has resolved and until the function that
 * it resolves with is called. Rejects when the database cannot be reached.
 */
export type Follow = (tell: (operationId: string) => void) => Promise<() => Promise<void>>;
