import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** For trial writes to a store that has failed: see store/engine.ts. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("trial_writes")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("filler", text, (column) => column.notNull())
    .execute();
}
