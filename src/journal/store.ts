import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import type { Warning } from "../model/warnings.ts";
import { type Engine, reporting } from "../store/engine.ts";
import { keptQuery } from "../store/kept-queries.ts";
import { openEngine, ping } from "../store/open.ts";
import { createWatch, type Listener } from "../store/watch.ts";
import { type AlikeCharge, type AlikeQuery, findAlike, hasAlike } from "./alike.ts";
import type { Hold, Operation, OperationFilter, OperationPosition, Step } from "./model.ts";
import { createOperationChanges, storeTime } from "./operation-changes.ts";
import {
  blockingOperations,
  claimedSteps,
  dueOperations,
  heldOperations,
  type OperationKey,
  operationById,
  operationByKey,
  operationPage,
  operationPages,
  operationsByIds,
  operationsOfOnce,
  orphanedOperations,
  rivalSteps,
  sendingOn,
  stepsOf,
} from "./queries.ts";
import type { RecordConditions } from "./recorder.ts";
import { type OperationStatistics, operationStatistics } from "./statistics.ts";
import { type OperationRow, type Tables, toOperation } from "./tables.ts";

/** RFC 3339, UTC, with milliseconds. `until` null = no end. */
interface TrailRange {
  readonly since: string;
  readonly until: string | null;
}

/** Reads at most `first` operations of the range, oldest first, strictly after `after`. */
type ReadTrail = (range: TrailRange, first: number, after: OperationPosition | null) => Promise<readonly Operation[]>;

/** Oldest first, strictly after `after`: recorded at `since` or later, and before `until`. */
export function operationTrail(
  database: Kysely<Tables>,
  { since, until }: TrailRange,
  first: number,
  after: OperationPosition | null,
): SelectQueryBuilder<Tables, "operations", OperationRow> {
  let trail = database.selectFrom("operations").selectAll("operations").where("created_at", ">=", since);
  if (until !== null) trail = trail.where("created_at", "<", until);
  if (after) trail = trail.where(sql<boolean>`(created_at, id) > (${after.createdAt}, ${after.id})`);
  return trail.orderBy("created_at").orderBy("id").limit(first);
}

/** Operations in memory at once. A trail may not fit into memory, and one operation may be a megabyte. */
const operationsAtOnce = 50;

/** The operations of a range, oldest first, read page by page as the caller consumes them. */
export async function* operationsIn(read: ReadTrail, range: TrailRange): AsyncGenerator<Operation, void> {
  let after: Operation | null = null;
  for (;;) {
    const page: readonly Operation[] = await read(range, operationsAtOnce, after);
    yield* page;
    after = page.at(-1) ?? null;
    if (page.length < operationsAtOnce) return;
  }
}

/**
 * Stores operations. A change is durable when its promise resolves. Each method rejects with UNAVAILABLE while the store is down,
 * and works again afterwards. Times are RFC 3339 in UTC with milliseconds; leases and due times are by the store's clock. A
 * holder's change rejects with OwnershipLostError, without effect, once another holder has claimed the operation.
 */
export interface Store {
  /** The database, for other tables: accounts, the directory and more. */
  readonly engine: Engine;
  /**
   * Records a new operation and its steps in one transaction. Null if (actor, mutation, idempotencyKey, validateOnly) exists (see
   * `byKey`), or if another operation has the same `once` (see `ofOnce`). Rejects, without effect, with AlikeError if there is a
   * similar charge as described by `unlessAlike`, and with RunLostError if `heldRun` is lost.
   */
  readonly insert: (operation: Operation, conditions?: RecordConditions) => Promise<Operation | null>;
  readonly byKey: (key: OperationKey) => Promise<Operation | null>;
  readonly byId: (id: string) => Promise<Operation | null>;
  /** The operations with these ids that exist, unordered. */
  readonly byIds: (ids: readonly string[]) => Promise<readonly Operation[]>;
  /** The operations with one of these `once.key`, unordered. */
  readonly ofOnce: (keys: readonly string[]) => Promise<readonly Operation[]>;
  /**
   * Similar charges recorded since then that happened or may have happened, oldest first. Leaves out those voided through the
   * gateway.
   */
  readonly alike: (query: AlikeQuery) => Promise<readonly AlikeCharge[]>;
  /** Whether there are similar charges. Waits for transactions that are recording some at the moment. */
  readonly hasAlike: (query: AlikeQuery) => Promise<boolean>;
  /** Newest first, strictly after `after`. Pages are full: `visibleTo` filters before they are cut. */
  readonly list: (filter: OperationFilter, first: number, after: OperationPosition | null) => Promise<readonly Operation[]>;
  /** The operations recorded in this time, oldest first, read page by page as the caller consumes them. */
  readonly trail: (range: TrailRange) => AsyncIterable<Operation>;
  /** The operations that have an UNKNOWN or SENDING step on this object (global id), oldest first. */
  readonly blocking: (objectId: string) => Promise<readonly Operation[]>;
  /** Those of these claims that some step has. */
  readonly claimed: (backend: string, claims: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * Adds the warning to the steps of other operations that have one of these claims, unless they have one with its code. Resolves
   * with those operations, as they are then.
   */
  readonly warnClaimants: (besides: string, claims: Claims, warning: Warning) => Promise<readonly Operation[]>;
  /** Whether another operation is sending a similar step, which could have made the record that this step is looked for by. */
  readonly hasRival: (operationId: string, step: Step) => Promise<boolean>;
  /** Whether another operation is sending a step that changes this object (global id). */
  readonly isBeingChanged: (operationId: string, objectId: string) => Promise<boolean>;
  /**
   * Saves a step, and changes of its operation in the same transaction. Rejects with StepClaimedError if another step has the
   * step's claim.
   */
  readonly saveStep: (hold: Hold, step: Step, operationChanges?: OperationChanges) => Promise<void>;
  readonly addSteps: (hold: Hold, steps: readonly Step[]) => Promise<void>;
  readonly save: (hold: Hold, changes: OperationChanges) => Promise<void>;
  /**
   * Makes `owner` the owner under a new epoch, if nobody holds the operation or its owner's lease has lapsed. If several
   * processes race, exactly one gets it. Returns the operation with its steps as the claim found them: what was read earlier is
   * stale.
   */
  readonly claim: (operationId: string, owner: string, heldRun?: Hold) => Promise<Operation | null>;
  /** The same for an operation that is held exactly as this hold says. */
  readonly reclaim: (hold: Hold, owner: string) => Promise<Operation | null>;
  /** Extends the lease of an owner to this time from now. */
  readonly heartbeat: (owner: string, leaseMs: number) => Promise<void>;
  /** Removes an owner: others may claim what it holds. */
  readonly retire: (owner: string) => Promise<void>;
  /** Operations of this owner; at most 100. */
  readonly heldBy: (owner: string) => Promise<readonly Operation[]>;
  /** Operations whose owner's lease has lapsed; at most 100. */
  readonly orphans: () => Promise<readonly Operation[]>;
  /** UNKNOWN operations that nobody holds and that are due for a look, those that have waited longest first. */
  readonly due: (limit: number) => Promise<readonly Operation[]>;
  /**
   * Deletes operations that were completed before an instant, and with them their keys. Removes owners not seen for a day.
   * Returns how many operations were deleted.
   *
   * @param onceBefore the instant for operations with a `once` key, which are kept longer; absent = all of those are kept
   */
  readonly prune: (completedBefore: string, onceBefore?: string) => Promise<number>;
  /** The store's clock, in milliseconds since 1970. */
  readonly time: () => Promise<number>;
  /**
   * Calls the listener with every change after the promise has resolved, by whichever process, until the resolved function is
   * called. May combine changes of one operation in quick succession. A listener must not throw.
   */
  readonly watch: (listener: Listener<string>) => Promise<() => Promise<void>>;
  readonly statistics: () => Promise<OperationStatistics>;
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Claims on records of one backend. */
interface Claims {
  readonly backend: string;
  readonly claims: readonly string[];
}

export type OperationChanges = Partial<Pick<Operation, "status" | "completedAt" | "owner" | "looks" | "nextLookAt">>;

/** Opens the store of operations: see store/open.ts. */
export async function openStore(url: string): Promise<Store> {
  return createStore(await openEngine(url));
}

function createStore(engine: Engine): Store {
  const { clock } = engine;
  const database = engine.database.withTables<Tables>();
  const changes = createOperationChanges(engine);
  const { watch, close } = createWatch(engine.follow);

  /**
   * Reads operations and their steps from one snapshot. `arrange` sorts and cuts the rows; without it they keep the order in which
   * they were found.
   */
  async function read(
    find: (transaction: Kysely<Tables>) => Promise<OperationRow[]>,
    arrange: (rows: OperationRow[]) => OperationRow[] = (rows) => rows,
  ): Promise<readonly Operation[]> {
    const snapshot = database.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
    return snapshot.execute(async (transaction) => {
      const rows = arrange(await find(transaction));
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      const steps = Map.groupBy(await stepsOf(transaction, ids), ({ operation_id }) => operation_id);
      return rows.map((row) => toOperation(row, steps.get(row.id) ?? []));
    });
  }

  return {
    engine,
    insert: reporting(changes.insert),
    byKey: reporting(async (key) => (await read((from) => operationByKey(from, key).execute()))[0] ?? null),
    byId: reporting(async (id) => (await read((from) => operationById(from, id).execute()))[0] ?? null),
    byIds: reporting(async (ids) => (ids.length === 0 ? [] : read((from) => operationsByIds(from, ids)))),
    ofOnce: reporting(async (keys) => (keys.length === 0 ? [] : read((from) => operationsOfOnce(from, keys).execute()))),
    alike: reporting(async (query) => (await findAlike(database, query)).toSorted(oldestFirst)),
    hasAlike: reporting((query) => engine.transact(async (transaction) => hasAlike(transaction.withTables<Tables>(), query))),
    list: reporting((filter, first, after) =>
      read(
        async (from) => {
          const pages = operationPages(filter, first, after);
          return (await Array.fromAsync(pages, (page) => rowsOfPage(from, page))).flat();
        },
        (rows) => eachOnce(rows).sort(newestFirst).slice(0, first),
      ),
    ),
    trail: (range) =>
      operationsIn(
        reporting((...page) => read((from) => operationTrail(from, ...page).execute())),
        range,
      ),
    blocking: reporting(async (objectId) => {
      // Nearly always nothing blocks, and this one statement shows it. Every target of a fan-out that changes something asks.
      if (!(await blockingOperations(database, objectId).limit(1).executeTakeFirst())) return [];
      return read(
        (from) => blockingOperations(from, objectId).execute(),
        (rows) => rows.sort(newestFirst).reverse(),
      );
    }),
    claimed: reporting(async (backend, claims) => {
      if (claims.length === 0) return new Set();
      const steps = await claimedSteps(database, backend, claims).execute();
      return new Set(steps.flatMap(({ claim }) => claim ?? []));
    }),
    warnClaimants: reporting(changes.warnClaimants),
    hasRival: reporting(async (operationId, step) => {
      const rival = await rivalSteps(database, operationId, step).limit(1).executeTakeFirst();
      return rival !== undefined;
    }),
    isBeingChanged: reporting(async (operationId, objectId) => {
      const other = await sendingOn(database, operationId, objectId).limit(1).executeTakeFirst();
      return other !== undefined;
    }),
    saveStep: reporting(changes.saveStep),
    addSteps: reporting(changes.addSteps),
    save: reporting(changes.save),
    claim: reporting(changes.claim),
    reclaim: reporting(changes.reclaim),
    heartbeat: reporting(changes.heartbeat),
    retire: reporting(changes.retire),
    heldBy: reporting((owner) => read((from) => heldOperations(from, owner).execute())),
    orphans: reporting(() => read((from) => orphanedOperations(from, clock).execute())),
    due: reporting((limit) => read((from) => dueOperations(from, clock, limit).execute())),
    prune: reporting(changes.prune),
    time: reporting(() => storeTime(engine.database, clock)),
    watch: reporting(watch),
    statistics: reporting(() => operationStatistics(database)),
    ping: reporting(() => ping(engine)),
    close: async () => {
      await close();
      await engine.close();
    },
  };
}

const rowsOfPage = keptQuery(operationPage);

function eachOnce(rows: readonly OperationRow[]): OperationRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function oldestFirst(left: AlikeCharge, right: AlikeCharge): number {
  return left.recordedAt < right.recordedAt ? -1 : left.recordedAt > right.recordedAt ? 1 : 0;
}

/** As the database orders them: ids and times are ASCII. */
function newestFirst(left: OperationRow, right: OperationRow): number {
  if (left.created_at !== right.created_at) return left.created_at < right.created_at ? 1 : -1;
  return left.id < right.id ? 1 : -1;
}
