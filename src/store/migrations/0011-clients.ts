import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The program that called an operation. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema.alterTable("operations").addColumn("client_name", text).execute();
  await database.schema.alterTable("operations").addColumn("client_version", text).execute();
}
