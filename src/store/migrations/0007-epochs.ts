import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/**
 * Fencing: a claim of an operation gives it a new epoch, and leases are times by the store's clock. Steps get: whether the request may
 * have reached its backend, from when on "not there" means "not done", candidates for its result, and a person's decision. Steps of
 * older versions count as possibly sent.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema
    .alterTable("operations")
    .addColumn("epoch", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.alterTable("owners").addColumn("lease_until", text).execute();
  await schema
    .alterTable("steps")
    .addColumn("may_have_left", "integer", (column) => column.notNull().defaultTo(1))
    .execute();
  await schema.alterTable("steps").addColumn("settles_at", text).execute();
  await schema
    .alterTable("steps")
    .addColumn("candidates", text, (column) => column.notNull().defaultTo("[]"))
    .execute();
  await schema.alterTable("steps").addColumn("resolution", text).execute();
  await schema.alterTable("steps").addColumn("belongs_to", text).execute();
}
