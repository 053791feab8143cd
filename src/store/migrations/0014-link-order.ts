import type { Kysely } from "kysely";

/** Orders the customers that one operation linked: by the position of the step. `linked_at` is the same for all of them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("account_customers")
    .addColumn("linked_position", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
