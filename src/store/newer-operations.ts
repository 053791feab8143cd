import type { Database } from "./engine.ts";

/**
 * How processes on a store learn of each other's changes: from the rows of one table that have changed, by their `updated_at`.
 * Migrations create its index, and in PostgreSQL the trigger that notifies.
 */
type FollowedTables = { operations: { id: string; updated_at: string } };

/** Returns the changes after an instant, oldest first. */
export function changesSince(
  database: Database,
  updatedAt: string,
): Promise<readonly { readonly id: string; readonly updated_at: string }[]> {
  return database
    .withTables<FollowedTables>()
    .selectFrom("operations")
    .select(["id", "updated_at"])
    .where("updated_at", ">", updatedAt)
    .orderBy("updated_at")
    .execute();
}

/** Returns the instant of the newest change; '' before the first. */
export async function newestChange(database: Database): Promise<string> {
  const newest = await database
    .withTables<FollowedTables>()
    .selectFrom("operations")
    .select("updated_at")
    .orderBy("updated_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return newest?.updated_at ?? "";
}
