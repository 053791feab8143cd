import type { Kysely } from "kysely";
import { textType } from "./columns.ts";

/** What of a step was not stored as it was sent, and whether that has been compared. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema
    .alterTable("steps")
    .addColumn("warnings", text, (column) => column.notNull().defaultTo("[]"))
    .execute();
  await schema
    .alterTable("steps")
    .addColumn("compared", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
