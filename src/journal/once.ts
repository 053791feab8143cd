import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { isPostgres } from "../store/migrations/columns.ts";
import type { OperationRow, Tables } from "./tables.ts";

type OperationQuery = SelectQueryBuilder<Tables, "operations", OperationRow>;

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
