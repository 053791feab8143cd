import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { OperationFilter, OperationPosition } from "./model.ts";
import { fromActor, fromBoolean, type OperationRow, type StepRow, type Tables } from "./rows.ts";
import { seesOthers } from "./visibility.ts";

/** The journal's questions to its database, each answered from an index: the tests look at the plans of both dialects. */

type Database = Kysely<Tables>;
type OperationQuery = SelectQueryBuilder<Tables, "operations", OperationRow>;

/** Of operations whose owner is gone, taken over at once. */
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
 * Newest first, strictly behind `after`. Each query gives its own first rows; the page is the newest of them all, each once.
 * There is a query for each range of an index that holds what is wanted in this order. Of other filters together, the database
 * walks the index of one and tests the rest.
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
    if (filter.from != null) page = page.where(createdAt, ">=", filter.from);
    if (filter.to != null) page = page.where(createdAt, "<=", filter.to);
    if (after) page = page.where(sql<boolean>`(${createdAt}, ${id}) < (${after.createdAt}, ${after.id})`);
    return page.orderBy(createdAt, "desc").orderBy(id, "desc").limit(first);
  });
}

/** A query, and by what it is ordered: the columns of the table whose index is walked. */
interface Range {
  readonly query: OperationQuery;
  readonly createdAt: RawBuilder<string>;
  readonly id: RawBuilder<string>;
}

function rangesOf(database: Database, { status, backend, visibleTo: caller }: OperationFilter): readonly Range[] {
  const seen = caller === undefined || caller.backends === "*" ? null : [...caller.backends];
  if (seen?.length === 0 || status?.length === 0) return [];
  const ranges =
    caller && !seesOthers(caller)
      ? [rangeOfActor(database, caller.actor, status ?? null, backend ?? null)]
      : rangesOfAll(database, status ?? null, backend == null ? seen : [backend]);
  return seen === null ? ranges : ranges.map((range) => ({ ...range, query: withoutOthers(range.query, seen) }));
}

/** One for each status and backend asked for: an index holds the operations of one in order, not those of several. */
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

/** All operations, or one backend's. */
function inOrder(database: Database, backend: string | null): Range {
  if (backend === null) {
    const query: OperationQuery = database.selectFrom("operations").selectAll("operations");
    return { query, createdAt: sql.ref<string>("operations.created_at"), id: sql.ref<string>("operations.id") };
  }
  const query: OperationQuery = database
    .selectFrom("operation_backends")
    // A cross join is one that SQLite walks from left to right (SQLite, "The Query Planner", CROSS JOIN); PostgreSQL takes any as it likes.
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

/** One caller's own, of which the rest is tested: they may be few among very many of the same status or backend. */
function rangeOfActor(
  database: Database,
  actor: string | null,
  statuses: readonly string[] | null,
  backend: string | null,
): Range {
  const range = inOrder(database, null);
  let query = range.query.where("operations.actor", "=", fromActor(actor));
  // An expression, so that no database takes the index of statuses instead, or expects so few that it sorts them.
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
 * Without those that have a step in another backend as well. Counted: PostgreSQL makes a join of NOT EXISTS, expects next to nothing
 * of it, and sorts all there is instead of walking the index as far as the page needs.
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

/** By operation and position. */
export function stepsOf(database: Database, operationIds: readonly string[]): SelectQueryBuilder<Tables, "steps", StepRow> {
  return database
    .selectFrom("steps")
    .selectAll()
    .where("operation_id", "in", operationIds)
    .orderBy("operation_id")
    .orderBy("position");
}

/** In no order. */
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

export function claimHolder(
  database: Database,
  backend: string,
  claim: string,
): SelectQueryBuilder<Tables, "steps", { operation_id: string }> {
  return database.selectFrom("steps").select("operation_id").where("backend", "=", backend).where("claim", "=", claim);
}

/** Owned by somebody who was not seen since an instant, or never noted; in no order. */
export function orphanedOperations(database: Database, seenBefore: string): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("owner", "is not", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("owners")
            .select("owners.id")
            .whereRef("owners.id", "=", "operations.owner")
            .where("owners.seen_at", ">=", seenBefore),
        ),
      ),
    )
    .limit(mostOrphans);
}

/** Unknown, nobody's, and to be looked at by now: the one that waits longest first. */
export function dueOperations(database: Database, now: string, limit: number): OperationQuery {
  return database
    .selectFrom("operations")
    .selectAll("operations")
    .where("status", "=", "UNKNOWN")
    .where("owner", "is", null)
    .where("next_look_at", "<=", now)
    .orderBy("next_look_at")
    .orderBy("id")
    .limit(limit);
}

/** Oldest change first. */
export function changesSince(database: Database, updatedAt: string): Promise<readonly { id: string; updated_at: string }[]> {
  return database
    .selectFrom("operations")
    .select(["id", "updated_at"])
    .where("updated_at", ">", updatedAt)
    .orderBy("updated_at")
    .execute();
}

/** When the newest change happened; '' before the first. */
export async function newestChange(database: Database): Promise<string> {
  const newest = await database
    .selectFrom("operations")
    .select("updated_at")
    .orderBy("updated_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return newest?.updated_at ?? "";
}
