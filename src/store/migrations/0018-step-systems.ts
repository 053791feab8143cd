import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The system to which a step was last sent: null = not sent, or by a version that did not record it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("steps").addColumn("system", textType(database)).execute();
}
