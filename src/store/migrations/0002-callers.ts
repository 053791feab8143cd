import type { Kysely } from "kysely";
import { textType } from "./columns.ts";

/** As which users of the backends an operation is carried out; and a caller's own in their order, however many others there are. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("operations")
    .addColumn("users", textType(database), (column) => column.notNull().defaultTo("{}"))
    .execute();
  await database.schema.createIndex("operations_actor").on("operations").columns(["actor", "created_at", "id"]).execute();
}
