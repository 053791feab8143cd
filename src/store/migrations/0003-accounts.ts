import type { Kysely } from "kysely";
import { textType } from "../engine.ts";

/** Accounts: customers of several backends that are the same one. A customer is in one account at most. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema
    .createTable("accounts")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("name", text)
    .addColumn("folded_name", text)
    .addColumn("named_by", text)
    .addColumn("merged_into", text)
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("updated_at", text, (column) => column.notNull())
    .execute();
  await schema.createIndex("accounts_newest").on("accounts").columns(["created_at", "id"]).execute();
  await schema
    .createIndex("accounts_merged")
    .on("accounts")
    .columns(["merged_into"])
    .where("merged_into", "is not", null)
    .execute();
  await schema
    .createTable("account_customers")
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("customer_id", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("folded_name", text, (column) => column.notNull())
    .addColumn("account_id", text, (column) => column.notNull().references("accounts.id"))
    .addColumn("linked_at", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("account_customers_key", ["backend", "customer_id"])
    .execute();
  await schema.createIndex("account_customers_account").on("account_customers").columns(["account_id", "backend"]).execute();
}
