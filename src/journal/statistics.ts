import type { Kysely } from "kysely";
import { type OperationStatus, operationStatuses } from "./model.ts";
import type { Tables } from "./tables.ts";

/** Figures of the journal for operators. */
export interface OperationStatistics {
  /** Operations by status, each counted up to `mostCounted`. */
  readonly byStatus: Readonly<Record<OperationStatus, number>>;
  /** When the UNKNOWN operations were recorded (RFC 3339), oldest first; at most `mostCounted`. */
  readonly unknownSince: readonly string[];
}

/**
 * Counting stops here. A journal may hold millions of finished operations, and counting all would take longer every day.
 * Operators watch the few that are unfinished or failed, and whether they grow.
 */
const mostCounted = 10_000;

/** For each status, a walk of bounded length along the index of statuses. */
export async function operationStatistics(database: Kysely<Tables>): Promise<OperationStatistics> {
  const counts: [OperationStatus, number][] = [];
  for (const status of operationStatuses) {
    const { total } = await countOf(database, status).executeTakeFirstOrThrow();
    counts.push([status, Number(total)]);
  }
  const unknown = await unknownInOrder(database).execute();
  return {
    byStatus: Object.fromEntries(counts) as Record<OperationStatus, number>,
    unknownSince: unknown.map(({ created_at }) => created_at),
  };
}

export function countOf(database: Kysely<Tables>, status: OperationStatus) {
  const some = database.selectFrom("operations").select("id").where("status", "=", status).limit(mostCounted);
  return database.selectFrom(some.as("some")).select(({ fn }) => fn.countAll().as("total"));
}

export function unknownInOrder(database: Kysely<Tables>) {
  return database
    .selectFrom("operations")
    .select("created_at")
    .where("status", "=", "UNKNOWN")
    .orderBy("created_at")
    .orderBy("id")
    .limit(mostCounted);
}
