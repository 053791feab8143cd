import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** The customer's name in a row of a charge run, and an index of a run's rows by customer. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("run_rows").addColumn("customer_name", textType(database)).execute();
  await database.schema
    .createIndex("run_rows_customer")
    .on("run_rows")
    .columns(["run_id", "customer_id"])
    .where("customer_id", "is not", null)
    .execute();
}
