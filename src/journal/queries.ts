import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { type Engine, isPostgres } from "../store/engine.ts";
import { keptQuery } from "../store/kept-queries.ts";
import { type OperationFilter, type OperationPosition, type Step, seesOthers } from "./model.ts";
import { fromActor, fromBoolean, type OperationRow, type Tables } from "./tables.ts";

/** The journal's queries. Each is answered from an index: tests check the plans of both databases. */

type Database = Kysely<Tables>;
type OperationQuery = SelectQueryBuilder<Tables, "operations", OperationRow>;

/** How many operations of lost processes are taken over at once. */
const mostOrphans = 100;

export interface OperationKey {
  readonly actor: string | null;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly validateOnly: boolean;
}

export function operationById(database: Database, id: string): OperationQuery {
  return database.selectFrom("operations").selectAll("operations").where("id", "=", id);
}

export function operationByKey(database: Database, key: OperationKey): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("actor", "=", fromActor(key.actor))
    .where("mutation", "=", key.mutation)
    .where("idempotency_key", "=", key.idempotencyKey)
    .where("validate_only", "=", fromBoolean(key.validateOnly));
}

/**
 * Newest first, strictly after `after`. There is one query for each index range that has matching operations in this order. Each
 * returns its own first rows; the page is the newest of all of them, without repetitions. With several filters, the database
 * walks the index of one and tests the others.
 */
export function operationPages(
  database: Database,
  filter: OperationFilter,
  first: number,
  after: OperationPosition | null,
): readonly OperationQuery[] {
  return rangesOf(database, filter).map(({ query, createdAt, id }) => {
    let page = query;
    if (filter.mutation != null) page = page.where("operations.mutation", "=", filter.mutation);
    if (filter.validateOnly != null) page = page.where("operations.validate_only", "=", fromBoolean(filter.validateOnly));
    if (filter.from != null) page = page.where(createdAt, ">=", filter.from);
    if (filter.to != null) page = page.where(createdAt, "<=", filter.to);
    if (after) page = page.where(sql<boolean>`(${createdAt}, ${id}) < (${after.createdAt}, ${after.id})`);
    return page.orderBy(createdAt, "desc").orderBy(id, "desc").limit(first);
  });
}

/** A query with the columns that order it: those of the table whose index is walked. */
interface Range {
  readonly query: OperationQuery;
  readonly createdAt: RawBuilder<string>;
  readonly id: RawBuilder<string>;
}

function rangesOf(database: Database, { status, backend, visibleTo }: OperationFilter): readonly Range[] {
  const caller = visibleTo?.caller;
  const seen = caller === undefined || caller.backends === "*" ? null : [...caller.backends];
  if (seen?.length === 0 || status?.length === 0) return [];
  const ranges =
    caller && !seesOthers(caller)
      ? [rangeOfActor(database, caller.actor, status ?? null, backend ?? null)]
      : rangesOfAll(database, status ?? null, backend == null ? seen : [backend]);
  const users = Object.entries(visibleTo?.users ?? {});
  return ranges.map((range) => {
    const query = seen === null ? range.query : withoutOthers(range.query, seen);
    return { ...range, query: users.reduce((rest, [key, user]) => asUser(rest, key, user), query) };
  });
}

/** One range for each status and backend asked for: an index is ordered within one of them only. */
function rangesOfAll(
  database: Database,
  statuses: readonly string[] | null,
  backends: readonly string[] | null,
): readonly Range[] {
  return [...new Set(backends ?? [null])].flatMap((backend) =>
    [...new Set(statuses ?? [null])].map((status) => {
      const range = inOrder(database, backend);
      return status === null ? range : { ...range, query: range.query.where("operations.status", "=", status) };
    }),
  );
}

/** All operations, or those of one backend. */
function inOrder(database: Database, backend: string | null): Range {
  if (backend === null) {
    const query: OperationQuery = database.selectFrom("operations").selectAll("operations");
    return { query, createdAt: sql.ref<string>("operations.created_at"), id: sql.ref<string>("operations.id") };
  }
  const query: OperationQuery = database
    .selectFrom("operation_backends")
    // SQLite walks a cross join from left to right (SQLite, "The Query Planner", CROSS JOIN). PostgreSQL chooses for itself.
    .crossJoin("operations")
    .whereRef("operations.id", "=", "operation_backends.operation_id")
    .where("operation_backends.backend", "=", backend)
    .selectAll("operations");
  return {
    query,
    createdAt: sql.ref<string>("operation_backends.created_at"),
    id: sql.ref<string>("operation_backends.operation_id"),
  };
}

/**
 * The caller's own operations; other filters are tested on each. The caller may have few of very many with the same status or
 * backend.
 */
function rangeOfActor(
  database: Database,
  actor: string | null,
  statuses: readonly string[] | null,
  backend: string | null,
): Range {
  const range = inOrder(database, null);
  let query = range.query.where("operations.actor", "=", fromActor(actor));
  // An expression keeps the planner from choosing the index of statuses, and from expecting so few rows that it sorts them.
  if (statuses) {
    query = query.where(({ eb }) => eb(eb.case().when("operations.status", "in", statuses).then(1).else(0).end(), ">", 0));
  }
  if (backend !== null) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom("operation_backends")
          .select("operation_backends.backend")
          .whereRef("operation_backends.operation_id", "=", "operations.id")
          .where("operation_backends.backend", "=", backend),
      ),
    );
  }
  return { ...range, query };
}

/**
 * Leaves out operations that also have a step in another backend. Counts them instead of NOT EXISTS: PostgreSQL would turn that
 * into a join, expect almost no rows, and sort everything instead of walking the index as far as the page needs.
 */
function withoutOthers(query: OperationQuery, backends: readonly string[]): OperationQuery {
  return query.where(
    ({ selectFrom }) =>
      selectFrom("operation_backends as others")
        .select(({ fn }) => fn.count<number>("others.backend").as("count"))
        .whereRef("others.operation_id", "=", "operations.id")
        .where("others.backend", "not in", backends),
    "<",
    1,
  );
}

/**
 * Leaves out operations that have a step in this backend but were carried out as another of its users. `users` is JSON. Nothing
 * in it but the member itself can match this text: quotes within texts are escaped.
 */
function asUser(query: OperationQuery, backend: string, user: string): OperationQuery {
  const member = JSON.stringify({ [backend]: user }).slice(1, -1);
  return query.where(({ eb, or, selectFrom }) =>
    or([
      sql<boolean>`replace(operations.users, ${member}, '') <> operations.users`,
      eb(
        selectFrom("operation_backends as carried")
          .select(({ fn }) => fn.count<number>("carried.backend").as("count"))
          .whereRef("carried.operation_id", "=", "operations.id")
          .where("carried.backend", "=", backend),
        "<",
        1,
      ),
    ]),
  );
}

/** Ordered by operation and position. */
export const stepsOf = keptQuery((database: Database, operationIds: readonly string[]) =>
  database.selectFrom("steps").selectAll().where("operation_id", "in", operationIds).orderBy("operation_id").orderBy("position"),
);

/** Unordered. */
export const operationsByIds = keptQuery((database: Database, ids: readonly string[]) =>
  database.selectFrom("operations").selectAll("operations").where("id", "in", ids),
);

export function blockingOperations(database: Database, objectId: string): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("id", "in", ({ selectFrom }) =>
      selectFrom("steps").select("operation_id").where("object_id", "=", objectId).where("status", "in", ["UNKNOWN", "SENDING"]),
    );
}

export function claimedSteps(
  database: Database,
  backend: string,
  claims: readonly string[],
): SelectQueryBuilder<Tables, "steps", { claim: string | null }> {
  return database.selectFrom("steps").select("claim").where("backend", "=", backend).where("claim", "in", claims);
}

/**
 * Other operations that are sending a step of the same kind for the same object or owner right now. Few operations have an owner
 * at a time, and those have an index; SQLite walks a cross join from left to right.
 */
export function rivalSteps(
  database: Database,
  operationId: string,
  { backend, action, objectId, belongsTo }: Pick<Step, "backend" | "action" | "objectId" | "belongsTo">,
): SelectQueryBuilder<Tables, "operations" | "steps", { id: string }> {
  return database
    .selectFrom("operations")
    .crossJoin("steps")
    .whereRef("steps.operation_id", "=", "operations.id")
    .select("operations.id")
    .where("operations.owner", "is not", null)
    .where("operations.id", "!=", operationId)
    .where("steps.status", "=", "SENDING")
    .where("steps.backend", "=", backend)
    .where("steps.action", "=", action)
    .where("steps.object_id", objectId === null ? "is" : "=", objectId)
    .where("steps.belongs_to", belongsTo === null ? "is" : "=", belongsTo);
}

/** Steps of other operations that are being sent for this object (global id). */
export function sendingOn(
  database: Database,
  operationId: string,
  objectId: string,
): SelectQueryBuilder<Tables, "steps", { operation_id: string }> {
  return database
    .selectFrom("steps")
    .select("operation_id")
    .where("object_id", "=", objectId)
    .where("status", "=", "SENDING")
    .where("operation_id", "!=", operationId);
}

/** A process of a version without leases counts as lost after this silence. */
const silentMs = 60_000;

/** Operations that nobody holds, or whose owner's lease has lapsed by the store's clock or never existed. */
export function isLapsed(database: Database, clock: Engine["clock"]): RawBuilder<boolean> {
  const live = database
    .selectFrom("owners")
    .select("owners.id")
    .whereRef("owners.id", "=", sql.ref("operations.owner"))
    .where(({ eb, or, and }) =>
      or([
        eb("owners.lease_until", ">", clock()),
        and([eb("owners.lease_until", "is", null), eb("owners.seen_at", ">", clock(-silentMs))]),
      ]),
    );
  return sql<boolean>`(operations.owner is null or not exists ${live})`;
}

/** Unordered. */
export function heldOperations(database: Database, owner: string): OperationQuery {
  return database.selectFrom("operations").selectAll("operations").where("owner", "=", owner).limit(mostOrphans);
}

/** Owned by a lost process. Unordered. */
export function orphanedOperations(database: Database, clock: Engine["clock"]): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("owner", "is not", null)
    .where(isLapsed(database, clock))
    .limit(mostOrphans);
}

/** UNKNOWN operations that nobody holds and that are due for a look, those that have waited longest first. */
export function dueOperations(database: Database, clock: Engine["clock"], limit: number): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("status", "=", "UNKNOWN")
    .where("owner", "is", null)
    .where("next_look_at", "<=", clock())
    .orderBy("next_look_at")
    .orderBy("id")
    .limit(limit);
}

/** The operations with one of these once keys, unordered: see `Store.ofOnce`. */
export function operationsOfOnce(database: Kysely<Tables>, keys: readonly string[]): OperationQuery {
  if (isPostgres(database as never)) return operationsOfOnceInPostgres(database, keys);
  return database.selectFrom("operations").selectAll("operations").where("once_key", "in", keys);
}

/**
 * Looks up each key through the index, because PostgreSQL does not flatten a subquery with an offset. Without that, it scans the whole
 * journal while a run is executed: its statistics are older than the run, and say that no operation has a key.
 */
function operationsOfOnceInPostgres(database: Kysely<Tables>, keys: readonly string[]): OperationQuery {
  const found = database
    .selectFrom(sql<{ key: string }>`unnest(${[...new Set(keys)]}::text[])`.as<"given">(sql`given(key)`))
    .innerJoinLateral(
      (of) =>
        of
          .selectFrom("operations")
          .selectAll()
          .where(sql<boolean>`operations.once_key = given.key collate "C"`)
          .offset(0)
          .as("operations"),
      (join) => join.onTrue(),
    )
    .selectAll("operations");
  return found as unknown as OperationQuery;
}
