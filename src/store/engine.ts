import { randomBytes, randomUUID } from "node:crypto";
import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";
import type { QueryConfig, QueryResult } from "pg";
import { BillingError, StoreFailedError } from "../model/errors.ts";
import type { RunStatement } from "./sqlite-driver.ts";

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
  /**
   * The database's line of history, as a SQL expression of a text: on another one, commits of this one may be missing. Null = none can,
   * or it is not known.
   */
  readonly timeline: RawBuilder<string | null>;
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

/** A store cannot be opened or used. The message is a sentence for its operator, without credentials. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** Node's error for a name with several addresses has a code, but no message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}

/** Turns failures of the store into UNAVAILABLE for callers: mutations are refused before anything is sent. A start explains a StoreError. */
export function reporting<Arguments extends readonly unknown[], Result>(
  method: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return async (...parameters) => {
    try {
      return await method(...parameters);
    } catch (cause) {
      if (cause instanceof BillingError || cause instanceof StoreError) throw cause;
      throw new StoreFailedError(cause);
    }
  };
}

/** Makes a text storable in both databases: PostgreSQL takes no NUL and no lone surrogate. */
export function storable(text: string): string {
  return text.replaceAll("\0", " ").toWellFormed();
}

/** JSON without lone surrogates: PostgreSQL refuses their escapes. */
export function wellFormedJson(value: unknown): string {
  return repairedJson(value, /\\ud[89a-f]/, (text) => text.toWellFormed());
}

/** JSON whose texts both databases can store. */
export function storableJson(value: unknown): string {
  return repairedJson(value, /\\u(?:0000|d[89a-f])/, storable);
}

/**
 * Without a function for each member, JSON.stringify is several times as fast. It escapes what is to be repaired, and nearly always
 * nothing is.
 */
function repairedJson(value: unknown, broken: RegExp, repaired: (text: string) => string): string {
  const json = JSON.stringify(value);
  if (!broken.test(json)) return json;
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === "string" ? repaired(member) : member));
}

/** Where the two dialects differ. */

export function isPostgres(database: Pick<Kysely<unknown>, "getExecutor">): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/** Text that is compared byte by byte, as SQLite does: times and ids are sorted, and a database's locale must not change the order. */
export function textType(database: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(database) ? sql`text collate "C"` : sql`text`;
}

/**
 * Whether the database still accepts writes. A full disk answers every read, and so does a PostgreSQL that has become read-only: only
 * writes show the failure.
 */
interface WriteHealth {
  /** The error of the last failure for which the store itself is to blame; null while all is well. */
  readonly failure: () => unknown;
  /** Call this with every error of the database. */
  readonly noteFailure: (error: unknown) => void;
  /** Resolves at once while all is well. After a failure it tries a write: resolves if that succeeds, which ends the failure, else rejects. */
  readonly confirm: () => Promise<void>;
  /** Registers a listener: called with the error when a failure begins, and with null when it ends. */
  readonly listen: (listener: (failure: unknown) => void) => void;
}

/** In characters; longer than most operations with all their steps. A smaller trial might fit where the next operation does not. */
const trialSize = 65_536;

type TrialTables = { trial_writes: { id: string; filler: string } };

/** @param isTrouble tells failures of the database from faults of a statement */
export function createWriteHealth(database: Database, isTrouble: (error: unknown) => boolean): WriteHealth {
  const trials = database.withTables<TrialTables>();
  const listeners: ((failure: unknown) => void)[] = [];
  let failure: unknown = null;
  let trying: Promise<void> | null = null;

  function change(next: unknown): void {
    const isNews = (failure === null) !== (next === null);
    failure = next;
    if (isNews) for (const listener of listeners) listener(next);
  }

  /** Uses two transactions: what is deleted in the transaction that wrote it never needs space on the disk. */
  async function tryWriting(): Promise<void> {
    const before = failure;
    const filler = randomBytes(trialSize / 2).toString("hex");
    await trials.insertInto("trial_writes").values({ id: randomUUID(), filler }).execute();
    await trials.deleteFrom("trial_writes").execute();
    // If something failed meanwhile, that is another failure.
    if (failure === before) change(null);
  }

  return {
    failure: () => failure,
    noteFailure: (error) => {
      if (isTrouble(error)) change(error);
    },
    confirm: async () => {
      if (failure === null) return;
      trying ??= tryWriting().finally(() => {
        trying = null;
      });
      await trying;
    },
    listen: (listener) => void listeners.push(listener),
  };
}

/** PostgreSQL's clock now, not at the transaction's start, in the store's form: RFC 3339, milliseconds, UTC. */
export const storeNow = postgresClock("clock_timestamp()");

/** PostgreSQL's `Engine.timeline`, a function of the migration 0017. */
export const unconfirmedTimeline = "unconfirmed_timeline()";

/** @param moment an expression of type timestamptz */
export function postgresClock(moment: string): string {
  return `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
