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

/** A page of one index range that has matching operations in this order. What is built of it only passes its texts on (keptQuery). */
export interface OperationPage extends Pick<OperationFilter, "mutation" | "validateOnly" | "from" | "to"> {
  readonly range: Range;
  /** Backends that the caller sees; null = all. */
  readonly seen: readonly string[] | null;
  readonly users: readonly { readonly backend: string; readonly member: string }[];
  readonly first: number;
  readonly after: OperationPosition | null;
}

interface Range {
  /** Whose operations; absent = everybody's. */
  readonly actor?: string;
  /** Null = all. Of everybody's operations one at most. */
  readonly statuses: readonly string[] | null;
  readonly backend: string | null;
}

/**
 * Newest first, strictly after `after`. Each page has its own first rows; the page of the list is the newest of all of them, without
 * repetitions. With several filters, the database walks the index of one and tests the others.
 */
export function operationPages(
  { status, backend, visibleTo, ...filter }: OperationFilter,
  first: number,
  after: OperationPosition | null,
): readonly OperationPage[] {
  const caller = visibleTo?.caller;
  const seen = caller === undefined || caller.backends === "*" ? null : [...caller.backends];
  if (seen?.length === 0 || status?.length === 0) return [];
  const ranges =
    caller && !seesOthers(caller)
      ? [{ actor: fromActor(caller.actor), statuses: status ?? null, backend: backend ?? null }]
      : rangesOfAll(status ?? null, backend == null ? seen : [backend]);
  const member = (key: string, user: string): string => JSON.stringify({ [key]: user }).slice(1, -1);
  const users = Object.entries(visibleTo?.users ?? {}).map(([key, user]) => ({ backend: key, member: member(key, user) }));
  return ranges.map((range) => ({ ...filter, range, seen, users, first, after }));
}

export function operationPage(database: Database, page: OperationPage): OperationQuery {
  const { range, seen, users, mutation, validateOnly, from, to, first, after } = page;
  const { createdAt, id, ...walked } =
    range.actor === undefined ? rangeOfAll(database, range) : rangeOfActor(database, range.actor, range);
  let { query } = walked;
  if (seen !== null) query = withoutOthers(query, seen);
  for (const user of users) query = asUser(query, user);
  if (mutation != null) query = query.where("operations.mutation", "=", mutation);
  if (validateOnly != null) query = query.where("operations.validate_only", "=", fromBoolean(validateOnly));
  if (from != null) query = query.where(createdAt, ">=", from);
  if (to != null) query = query.where(createdAt, "<=", to);
  if (after) query = query.where(sql<boolean>`(${createdAt}, ${id}) < (${after.createdAt}, ${after.id})`);
  return query.orderBy(createdAt, "desc").orderBy(id, "desc").limit(first);
}

/** A query with the columns that order it: those of the table whose index is walked. */
interface Walked {
  readonly query: OperationQuery;
  readonly createdAt: RawBuilder<string>;
  readonly id: RawBuilder<string>;
}

/** One range for each status and backend asked for: an index is ordered within one of them only. */
function rangesOfAll(statuses: readonly string[] | null, backends: readonly string[] | null): readonly Range[] {
  const one = [...new Set(statuses ?? [null])].map((status) => (status === null ? null : [status]));
  return [...new Set(backends ?? [null])].flatMap((backend) => one.map((each) => ({ statuses: each, backend })));
}

function rangeOfAll(database: Database, { statuses, backend }: Range): Walked {
  const walked = inOrder(database, backend);
  const [status] = statuses ?? [];
  return status === undefined ? walked : { ...walked, query: walked.query.where("operations.status", "=", status) };
}

/** All operations, or those of one backend. */
function inOrder(database: Database, backend: string | null): Walked {
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
function rangeOfActor(database: Database, actor: string, { statuses, backend }: Range): Walked {
  const walked = inOrder(database, null);
  let query = walked.query.where("operations.actor", "=", actor);
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
  return { ...walked, query };
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
function asUser(query: OperationQuery, { backend, member }: OperationPage["users"][number]): OperationQuery {
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
  if (isPostgres(database)) return operationsOfOnceInPostgres(database, keys);
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
