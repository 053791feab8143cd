import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The differences between what a step sent and what was stored, and whether they have been compared. */
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
