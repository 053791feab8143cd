import { type Kysely, sql } from "kysely";
import { textType } from "../engine.ts";

/**
 * Charge runs and their rows, and the row of an operation. At most one operation has a row's number in its series, whoever sends it:
 * this keeps a row from acting twice.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema.alterTable("operations").addColumn("run_id", text).execute();
  await schema.alterTable("operations").addColumn("once_key", text).execute();
  await schema.alterTable("operations").addColumn("once_number", "integer").execute();
  await schema
    .createIndex("operations_once")
    .unique()
    .on("operations")
    .columns(["once_key", "once_number"])
    .where("once_key", "is not", null)
    .execute();
  // Operations of runs are kept longer, so they get an index of their own: pruning the others must not scan them.
  await schema.dropIndex("operations_completed").execute();
  await schema
    .createIndex("operations_completed")
    .on("operations")
    .columns(["completed_at"])
    .where(sql<boolean>`completed_at is not null and once_key is null`)
    .execute();
  await schema
    .createIndex("operations_once_completed")
    .on("operations")
    .columns(["completed_at"])
    .where(sql<boolean>`completed_at is not null and once_key is not null`)
    .execute();
  await schema.alterTable("steps").addColumn("likeness", text).execute();
  await schema.createIndex("steps_likeness").on("steps").columns(["likeness"]).where("likeness", "is not", null).execute();
  await createRuns(database);
  await createRows(database);
}

async function createRuns(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema
    .createTable("runs")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("series", text, (column) => column.notNull())
    .addColumn("actor", text, (column) => column.notNull())
    .addColumn("reach", text, (column) => column.notNull())
    .addColumn("options", text, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("wanted", text)
    .addColumn("active", "integer", (column) => column.notNull())
    .addColumn("revision", "integer", (column) => column.notNull())
    .addColumn("plan_hash", text)
    .addColumn("summary", text, (column) => column.notNull())
    .addColumn("backends", text, (column) => column.notNull())
    .addColumn("problem", text)
    .addColumn("create_key", text)
    .addColumn("create_hash", text, (column) => column.notNull())
    .addColumn("execution", text)
    .addColumn("approval", text)
    .addColumn("undo", text)
    .addColumn("paused", text, (column) => column.notNull())
    .addColumn("owner", text)
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("updated_at", text, (column) => column.notNull())
    .addColumn("finished_at", text)
    .execute();
  await schema
    .createIndex("runs_create_key")
    .unique()
    .on("runs")
    .columns(["actor", "create_key"])
    .where("create_key", "is not", null)
    .execute();
  await schema.createIndex("runs_newest").on("runs").columns(["created_at", "id"]).execute();
  await schema.createIndex("runs_series").on("runs").columns(["series", "created_at"]).execute();
  await schema.createIndex("runs_active").on("runs").columns(["id"]).where(sql<boolean>`active = 1`).execute();
}

async function createRows(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  const { schema } = database;
  await schema
    .createTable("run_rows")
    .addColumn("run_id", text, (column) => column.notNull().references("runs.id").onDelete("cascade"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("line", "integer", (column) => column.notNull())
    .addColumn("key", text, (column) => column.notNull())
    .addColumn("once_key", text, (column) => column.notNull())
    .addColumn("given", text, (column) => column.notNull())
    .addColumn("given_hash", text, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("backend", text)
    .addColumn("customer_id", text)
    .addColumn("charge", text)
    .addColumn("amount", text)
    .addColumn("currency", text)
    .addColumn("calls", "integer", (column) => column.notNull())
    .addColumn("likeness", text)
    .addColumn("problems", text, (column) => column.notNull())
    .addColumn("warnings", text, (column) => column.notNull())
    .addColumn("changed", text, (column) => column.notNull())
    .addColumn("reason", text)
    .addColumn("operation_id", text)
    .addColumn("once_number", "integer", (column) => column.notNull())
    .addColumn("node_id", text)
    .addColumn("stored_amount", text)
    .addColumn("stored_currency", text)
    .addPrimaryKeyConstraint("run_rows_key", ["run_id", "position"])
    .execute();
  await schema.createIndex("run_rows_by_key").unique().on("run_rows").columns(["run_id", "key"]).execute();
  await schema.createIndex("run_rows_state").on("run_rows").columns(["run_id", "state", "backend", "position"]).execute();
}
