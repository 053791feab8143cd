import { type Kysely, sql } from "kysely";
import { isPostgres, textType } from "../engine.ts";

export async function up(database: Kysely<unknown>): Promise<void> {
  await createOperations(database);
  await createOperationBackends(database);
  await createSteps(database);
  await database.schema
    .createTable("owners")
    .addColumn("id", textType(database), (column) => column.primaryKey())
    .addColumn("seen_at", textType(database), (column) => column.notNull())
    .execute();
  if (isPostgres(database)) await announceChanges(database);
}

async function createOperations(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("operations")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("mutation", text, (column) => column.notNull())
    .addColumn("actor", text, (column) => column.notNull())
    .addColumn("idempotency_key", text, (column) => column.notNull())
    .addColumn("input", text, (column) => column.notNull())
    .addColumn("input_hash", text, (column) => column.notNull())
    .addColumn("validate_only", "integer", (column) => column.notNull())
    .addColumn("on_failure", text, (column) => column.notNull())
    .addColumn("status", text, (column) => column.notNull())
    .addColumn("owner", text)
    .addColumn("looks", "integer", (column) => column.notNull())
    .addColumn("next_look_at", text)
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("updated_at", text, (column) => column.notNull())
    .addColumn("completed_at", text)
    .execute();
  const { schema } = database;
  await schema
    .createIndex("operations_key")
    .unique()
    .on("operations")
    .columns(["actor", "mutation", "idempotency_key", "validate_only"])
    .execute();
  await schema.createIndex("operations_newest").on("operations").columns(["created_at", "id"]).execute();
  await schema.createIndex("operations_status").on("operations").columns(["status", "created_at", "id"]).execute();
  await schema.createIndex("operations_mutation").on("operations").columns(["mutation", "created_at", "id"]).execute();
  await schema.createIndex("operations_changed").on("operations").columns(["updated_at"]).execute();
  await schema
    .createIndex("operations_completed")
    .on("operations")
    .columns(["completed_at"])
    .where("completed_at", "is not", null)
    .execute();
  await schema.createIndex("operations_owned").on("operations").columns(["owner"]).where("owner", "is not", null).execute();
  await schema
    .createIndex("operations_due")
    .on("operations")
    .columns(["status", "next_look_at", "id"])
    .where(sql<boolean>`owner is null`)
    .execute();
}

async function createOperationBackends(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("operation_backends")
    .addColumn("operation_id", text, (column) => column.notNull().references("operations.id").onDelete("cascade"))
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("operation_backends_key", ["operation_id", "backend"])
    .execute();
  await database.schema
    .createIndex("operation_backends_newest")
    .on("operation_backends")
    .columns(["backend", "created_at", "operation_id"])
    .execute();
}

async function createSteps(database: Kysely<unknown>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable("steps")
    .addColumn("operation_id", text, (column) => column.notNull().references("operations.id").onDelete("cascade"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("target", "integer", (column) => column.notNull())
    .addColumn("backend", text, (column) => column.notNull())
    .addColumn("action", text, (column) => column.notNull())
    .addColumn("status", text, (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("errors", text, (column) => column.notNull())
    .addColumn("object_id", text)
    .addColumn("node_id", text)
    .addColumn("claim", text)
    .addColumn("mark", text)
    .addColumn("compensates", "integer", (column) => column.notNull())
    .addColumn("started_at", text)
    .addColumn("finished_at", text)
    .addPrimaryKeyConstraint("steps_key", ["operation_id", "position"])
    .execute();
  await database.schema
    .createIndex("steps_claim")
    .unique()
    .on("steps")
    .columns(["backend", "claim"])
    .where("claim", "is not", null)
    .execute();
  await database.schema
    .createIndex("steps_object")
    .on("steps")
    .columns(["object_id", "status"])
    .where("object_id", "is not", null)
    .execute();
}

/** A trigger, so that no change of an operation goes unannounced. Listeners hear of a change once it is committed. */
async function announceChanges(database: Kysely<unknown>): Promise<void> {
  await sql`
    create function announce_operation() returns trigger language plpgsql as $$
    begin
      perform pg_notify('operations', new.id || ' ' || new.updated_at);
      return null;
    end
    $$`.execute(database);
  await sql`
    create trigger operations_announce after insert or update on operations
    for each row execute function announce_operation()`.execute(database);
}
