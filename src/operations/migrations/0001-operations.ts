import type { Kysely } from "kysely";

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("operations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("mutation", "text", (column) => column.notNull())
    // '' = a caller without a name: SQL would let NULLs pass the unique index.
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("idempotency_key", "text", (column) => column.notNull())
    .addColumn("input_hash", "text", (column) => column.notNull())
    .addColumn("validate_only", "integer", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("completed_at", "text")
    .execute();
  await database.schema
    .createIndex("operations_key")
    .unique()
    .on("operations")
    .columns(["actor", "mutation", "idempotency_key", "validate_only"])
    .execute();
  await database.schema.createIndex("operations_newest").on("operations").columns(["created_at", "id"]).execute();
  await database.schema.createIndex("operations_status").on("operations").columns(["status", "created_at", "id"]).execute();
  await database.schema
    .createTable("steps")
    .addColumn("operation_id", "text", (column) => column.notNull().references("operations.id").onDelete("cascade"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("target", "integer", (column) => column.notNull())
    .addColumn("backend", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("errors", "text", (column) => column.notNull())
    .addColumn("node_id", "text")
    .addColumn("started_at", "text")
    .addColumn("finished_at", "text")
    .addPrimaryKeyConstraint("steps_key", ["operation_id", "position"])
    .execute();
  await database.schema.createIndex("steps_backend").on("steps").columns(["backend", "operation_id"]).execute();
}
