import { type Kysely, sql } from "kysely";

/** Only operations that are due for a look at some time. The index had every operation that had ended. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.dropIndex("operations_due").execute();
  await schema
    .createIndex("operations_due")
    .on("operations")
    .columns(["status", "next_look_at", "id"])
    .where(sql<boolean>`owner is null and next_look_at is not null`)
    .execute();
}
