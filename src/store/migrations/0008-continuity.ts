import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** One row that identifies the store. See store/continuity.ts. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("continuity")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("generation", text, (column) => column.notNull())
    .addColumn("previous", text)
    .addColumn("count", "bigint", (column) => column.notNull())
    .addColumn("suspicion", text)
    .addColumn("accepted_at", text)
    .addColumn("accepted_by", text)
    .addColumn("reason", text)
    .execute();
}
