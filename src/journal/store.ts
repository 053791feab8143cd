import { type Kysely, sql } from "kysely";
import { BillingError } from "../billing/errors.ts";
import type { Engine } from "../store/engine.ts";
import { migrate } from "../store/migrate.ts";
import { openSqlite } from "../store/sqlite.ts";
import { createWatch, type OperationListener } from "../store/watch.ts";
import { createChanges } from "./changes.ts";
import type { Operation, OperationFilter, OperationPosition, Step } from "./model.ts";
import {
  blockingOperations,
  claimedSteps,
  dueOperations,
  type OperationKey,
  operationById,
  operationByKey,
  operationPages,
  orphanedOperations,
  stepsOf,
} from "./queries.ts";
import { type OperationRow, type Tables, toOperation } from "./rows.ts";
import { type OperationStatistics, operationStatistics } from "./statistics.ts";

/**
 * Where operations are kept. What a method changes is durable when its promise resolves. Each rejects with UNAVAILABLE while the
 * store is down, and works again once it is back. Times are RFC 3339 with milliseconds, in UTC.
 */
export interface Store {
  /** For what else is kept beside the journal: accounts and the directory have tables of their own. */
  readonly engine: Engine;
  /**
   * Records a new operation and its steps in one transaction. Null when (actor, mutation, idempotencyKey, validateOnly) exists
   * already: see `byKey`.
   */
  readonly insert: (operation: Operation) => Promise<Operation | null>;
  readonly byKey: (key: OperationKey) => Promise<Operation | null>;
  readonly byId: (id: string) => Promise<Operation | null>;
  /** Newest first, strictly behind `after`; full pages of what `visibleTo` may see. */
  readonly list: (filter: OperationFilter, first: number, after: OperationPosition | null) => Promise<readonly Operation[]>;
  /** The operations that hold an UNKNOWN or SENDING step on this object (global id), oldest first. */
  readonly blocking: (objectId: string) => Promise<readonly Operation[]>;
  /** Which of these claims are taken by some step. */
  readonly claimed: (backend: string, claims: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * Saves a step and, in the same transaction, what changes of its operation with it. Rejects with StepClaimedError when another
   * step has the step's claim.
   */
  readonly saveStep: (operationId: string, step: Step, operationChanges?: OperationChanges) => Promise<void>;
  /**
   * Frees a claim for its true maker: the step that a look gave it to has not made it, and is UNKNOWN again, to be looked for in
   * a moment. False where that operation is being worked on, was never looked for, or has been rolled back: then the
   * claim stays.
   */
  readonly takeBack: (backend: string, claim: string) => Promise<boolean>;
  readonly addSteps: (operationId: string, steps: readonly Step[]) => Promise<void>;
  readonly save: (operationId: string, changes: OperationChanges) => Promise<void>;
  /** Makes `to` the owner if `from` is it now (null = nobody); of several that race, exactly one gets true. */
  readonly claim: (operationId: string, from: string | null, to: string) => Promise<boolean>;
  /** Notes that this owner is alive. */
  readonly heartbeat: (owner: string) => Promise<void>;
  /** Forgets an owner. */
  readonly retire: (owner: string) => Promise<void>;
  /** Operations with an owner that was not seen since, or never noted; at most 100. */
  readonly orphans: (seenBefore: string) => Promise<readonly Operation[]>;
  /** UNKNOWN operations that nobody owns and that are to be looked at by now, the one that waits longest first. */
  readonly due: (now: string, limit: number) => Promise<readonly Operation[]>;
  /**
   * Deletes finished operations, and with them their keys, that were completed before an instant; forgets owners not seen for a
   * day. Returns how many operations.
   */
  readonly prune: (completedBefore: string) => Promise<number>;
  /**
   * Tells of every change from its resolving on, by whichever process, until what it resolves with is called. Changes of one
   * operation that follow each other closely may be told of once. A listener must not throw.
   */
  readonly watch: (listener: OperationListener) => Promise<() => Promise<void>>;
  readonly statistics: () => Promise<OperationStatistics>;
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export type OperationChanges = Partial<Pick<Operation, "status" | "completedAt" | "owner" | "looks" | "nextLookAt">>;

/** Why a store cannot be opened: a sentence for its operator, without credentials. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** What a step was found to have made is another step's work already. */
export class StepClaimedError extends Error {
  override readonly name = "StepClaimedError";
}

/**
 * Opens the store and brings its schema up to date. Rejects with StoreError when it cannot be reached, or was written by a newer
 * version of the gateway.
 *
 * @param url "sqlite:<path>", "sqlite::memory:" or "postgres://…"
 */
export async function openStore(url: string): Promise<Store> {
  const place = placeOf(url);
  const cannotOpen = (cause: unknown): never => {
    throw new StoreError(`The store of operations (${place}) cannot be opened: ${reasonOf(cause)}.`, { cause });
  };
  const engine = await openEngine(url).catch(cannotOpen);
  try {
    const unknown = await engine.patiently(migrate).catch(cannotOpen);
    if (unknown.length > 0) {
      throw new StoreError(
        `The store of operations (${place}) belongs to a newer version of the gateway: this one does not know ${unknown.join(", ")}.`,
      );
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore(engine);
}

async function openEngine(url: string): Promise<Engine> {
  if (url.startsWith("sqlite:")) return openSqlite(url.slice("sqlite:".length));
  // Its driver is loaded only where it is used.
  const { openPostgres } = await import("../store/postgres.ts");
  return openPostgres(url);
}

function createStore(engine: Engine): Store {
  const { database, isDuplicate } = engine;
  const changes = createChanges(engine);
  const { watch, close } = createWatch(engine.follow);

  /** The operations that queries find, in their order unless it is arranged, as they were at one instant. */
  async function read(
    query: (transaction: Kysely<Tables>) => readonly ReturnType<typeof operationById>[],
    arrange: (rows: OperationRow[]) => OperationRow[] = (rows) => rows,
  ): Promise<readonly Operation[]> {
    const snapshot = database.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
    return snapshot.execute(async (transaction) => {
      const found: OperationRow[] = [];
      for (const each of query(transaction)) found.push(...(await each.execute()));
      const rows = arrange(found);
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      const steps = Map.groupBy(await stepsOf(transaction, ids).execute(), ({ operation_id }) => operation_id);
      return rows.map((row) => toOperation(row, steps.get(row.id) ?? []));
    });
  }

  return {
    engine,
    insert: reporting(changes.insert),
    byKey: reporting(async (key) => (await read((from) => [operationByKey(from, key)]))[0] ?? null),
    byId: reporting(async (id) => (await read((from) => [operationById(from, id)]))[0] ?? null),
    list: reporting((filter, first, after) =>
      read(
        (from) => operationPages(from, filter, first, after),
        (rows) => eachOnce(rows).sort(newestFirst).slice(0, first),
      ),
    ),
    blocking: reporting(async (objectId) => {
      // Nearly always there is none, which takes one statement to know; every target of a fan-out that changes something asks.
      if (!(await blockingOperations(database, objectId).limit(1).executeTakeFirst())) return [];
      return read(
        (from) => [blockingOperations(from, objectId)],
        (rows) => rows.sort(newestFirst).reverse(),
      );
    }),
    claimed: reporting(async (backend, claims) => {
      if (claims.length === 0) return new Set();
      const steps = await claimedSteps(database, backend, claims).execute();
      return new Set(steps.flatMap(({ claim }) => claim ?? []));
    }),
    saveStep: reporting(async (operationId, step, operationChanges) => {
      try {
        await changes.saveStep(operationId, step, operationChanges);
      } catch (cause) {
        if (!isDuplicate(cause)) throw cause;
        throw new StepClaimedError(`Another step has claimed ${step.claim} of ${step.backend}.`, { cause });
      }
    }),
    takeBack: reporting(changes.takeBack),
    addSteps: reporting(changes.addSteps),
    save: reporting(changes.save),
    claim: reporting(changes.claim),
    heartbeat: reporting(changes.heartbeat),
    retire: reporting(changes.retire),
    orphans: reporting((seenBefore) => read((from) => [orphanedOperations(from, seenBefore)])),
    due: reporting((now, limit) => read((from) => [dueOperations(from, now, limit)])),
    prune: reporting(changes.prune),
    watch: reporting(watch),
    statistics: reporting(() => operationStatistics(database)),
    ping: reporting(async () => {
      await sql`select 1`.execute(database);
    }),
    close: async () => {
      await close();
      await engine.close();
    },
  };
}

/** A store that fails is UNAVAILABLE to callers: mutations are refused before anything is sent. */
export function reporting<Arguments extends readonly unknown[], Result>(
  method: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return async (...parameters) => {
    try {
      return await method(...parameters);
    } catch (cause) {
      if (cause instanceof BillingError || cause instanceof StepClaimedError) throw cause;
      throw new BillingError("UNAVAILABLE", "The gateway's own store of operations is not available.", { cause });
    }
  };
}

function eachOnce(rows: readonly OperationRow[]): OperationRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** As the database orders them: ids and times are ASCII. */
function newestFirst(left: OperationRow, right: OperationRow): number {
  if (left.created_at !== right.created_at) return left.created_at < right.created_at ? 1 : -1;
  return left.id < right.id ? 1 : -1;
}

/** An address without its user, password and parameters. */
function placeOf(url: string): string {
  if (url.startsWith("sqlite:")) return `SQLite, ${url.slice("sqlite:".length)}`;
  if (!URL.canParse(url)) return "PostgreSQL";
  const { host, pathname } = new URL(url);
  return `PostgreSQL, ${host}${pathname}`;
}

/** Node's error for a name with several addresses has no message of its own, but a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
