import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { isPostgres, textType } from "../engine.ts";

/**
 * Customers of different backends that are probably the same. Everything but people's refusals can be computed from the directory again.
 * A pair is stored once, with the backend whose key sorts first on the left.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  /** In SQLite, a table that consists of its key is stored once, without a separate index (SQLite, WITHOUT ROWID). */
  const asIndex = (table: CreateTableBuilder<string>) => (isPostgres(database) ? table : table.modifyEnd(sql`without rowid`));
  await asIndex(schema.createTable("suggestion_customers"))
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("customer_id", text, (column) => column.notNull())
    .addColumn("keys", text, (column) => column.notNull())
    .addColumn("compared", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("suggestion_customers_key", ["backend", "customer_id"])
    .execute();
  await asIndex(schema.createTable("suggestion_keys"))
    .addColumn("key", text, (column) => column.notNull())
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("customer_id", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("suggestion_keys_key", ["key", "backend", "customer_id"])
    .execute();
  const pairs = (table: string) =>
    schema
      .createTable(table)
      .addColumn("left_backend", text, (column) => column.notNull())
      .addColumn("left_id", text, (column) => column.notNull())
      .addColumn("right_backend", text, (column) => column.notNull())
      .addColumn("right_id", text, (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ["left_backend", "left_id", "right_backend", "right_id"]);
  await pairs("link_suggestions")
    .addColumn("score", "integer", (column) => column.notNull())
    .addColumn("reasons", text, (column) => column.notNull())
    .execute();
  await schema
    .createIndex("link_suggestions_best")
    .on("link_suggestions")
    .columns(["score desc", "left_backend", "left_id", "right_backend", "right_id"])
    .execute();
  await schema.createIndex("link_suggestions_right").on("link_suggestions").columns(["right_backend", "right_id"]).execute();
  await pairs("declined_links")
    .addColumn("declined_at", text, (column) => column.notNull())
    .addColumn("operation_id", text, (column) => column.notNull())
    .execute();
}
