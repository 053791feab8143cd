import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The backend users of an operation, and an index of a caller's own operations in order, however many others there are. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("operations")
    .addColumn("users", textType(database), (column) => column.notNull().defaultTo("{}"))
    .execute();
  await database.schema.createIndex("operations_actor").on("operations").columns(["actor", "created_at", "id"]).execute();
}
