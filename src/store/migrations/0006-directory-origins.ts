import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The origin that each source of the directory was last read from: null = a version read it that did not record origins. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("directory_sources").addColumn("origin", textType(database)).execute();
}
