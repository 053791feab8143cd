import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import type { Operation, OperationPosition } from "./model.ts";
import type { OperationRow, Tables } from "./tables.ts";

/** The journal from its oldest operation on: the audit trail. */

/** RFC 3339, UTC, with milliseconds. `until` null = no end. */
export interface TrailRange {
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
