import type { Kysely } from "kysely";
import { textType } from "./columns.ts";

/** From where each source of the directory was last read: null = by a version that did not note it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("directory_sources").addColumn("origin", textType(database)).execute();
}
