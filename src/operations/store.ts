import { type Insertable, Kysely, type Selectable, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { BillingError } from "../billing/errors.ts";
import { migrations } from "./migrations/index.ts";
import type { Operation, OperationFilter, OperationPosition, OperationStatus, Step } from "./model.ts";
import { sqliteDialect } from "./sqlite.ts";

/** Where operations are kept. Every method that changes something is durable when its promise resolves. */
export interface Store {
  /** Records a new operation and its steps in one transaction. Null when (actor, mutation, key) exists already: see `byKey`. */
  readonly insert: (operation: Operation) => Promise<Operation | null>;
  readonly byKey: (key: OperationKey) => Promise<Operation | null>;
  readonly byId: (id: string) => Promise<Operation | null>;
  /** Newest first, strictly behind `after`. */
  readonly list: (filter: OperationFilter, first: number, after: OperationPosition | null) => Promise<readonly Operation[]>;
  readonly saveStep: (operationId: string, step: Step) => Promise<void>;
  readonly saveStatus: (operationId: string, status: OperationStatus, completedAt: string | null) => Promise<void>;
  /** Deletes finished operations, and with them their keys, that were completed before an instant. Returns how many. */
  readonly prune: (completedBefore: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface OperationKey {
  readonly actor: string | null;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly validateOnly: boolean;
}

interface Tables {
  operations: {
    id: string;
    mutation: string;
    actor: string;
    idempotency_key: string;
    input_hash: string;
    validate_only: number;
    status: string;
    created_at: string;
    completed_at: string | null;
  };
  steps: {
    operation_id: string;
    position: number;
    target: number;
    backend: string;
    action: string;
    status: string;
    attempts: number;
    errors: string;
    node_id: string | null;
    started_at: string | null;
    finished_at: string | null;
  };
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @param url "sqlite:<path>" or "sqlite::memory:"
 */
export async function openStore(url: string): Promise<Store> {
  const database = new Kysely<Tables>({ dialect: sqliteDialect(url.slice("sqlite:".length)) });
  const { error } = await new Migrator({ db: database, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw new Error("The store cannot be brought up to date.", { cause: error });

  async function withSteps(rows: readonly Selectable<Tables["operations"]>[]): Promise<Operation[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const steps = await database.selectFrom("steps").selectAll().where("operation_id", "in", ids).orderBy("position").execute();
    const byOperation = Map.groupBy(steps, ({ operation_id }) => operation_id);
    return rows.map((row) => toOperation(row, byOperation.get(row.id) ?? []));
  }

  return {
    insert: reporting(async (operation) => {
      const inserted = await database.transaction().execute(async (transaction) => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto("operations")
          .values(fromOperation(operation))
          .onConflict((conflict) => conflict.columns(["actor", "mutation", "idempotency_key", "validate_only"]).doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows === 0n) return false;
        if (operation.steps.length > 0) {
          await transaction
            .insertInto("steps")
            .values(operation.steps.map((step) => fromStep(operation.id, step)))
            .execute();
        }
        return true;
      });
      return inserted ? operation : null;
    }),
    byKey: reporting(async ({ actor, mutation, idempotencyKey, validateOnly }) => {
      const rows = await database
        .selectFrom("operations")
        .selectAll()
        .where("actor", "=", actor ?? "")
        .where("mutation", "=", mutation)
        .where("idempotency_key", "=", idempotencyKey)
        .where("validate_only", "=", validateOnly ? 1 : 0)
        .execute();
      return (await withSteps(rows))[0] ?? null;
    }),
    byId: reporting(async (id) => {
      const rows = await database.selectFrom("operations").selectAll().where("id", "=", id).execute();
      return (await withSteps(rows))[0] ?? null;
    }),
    list: reporting(async (filter, first, after) => {
      let query = database.selectFrom("operations").selectAll();
      if (filter.status) query = query.where("status", "in", [...filter.status]);
      if (filter.mutation) query = query.where("mutation", "=", filter.mutation);
      if (filter.from) query = query.where("created_at", ">=", filter.from);
      if (filter.to) query = query.where("created_at", "<=", filter.to);
      const backend = filter.backend;
      if (backend) {
        query = query.where(({ exists, selectFrom }) =>
          exists(
            selectFrom("steps")
              .select(sql`1`.as("one"))
              .where("backend", "=", backend)
              .whereRef("operation_id", "=", "operations.id"),
          ),
        );
      }
      if (after) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
      return withSteps(await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(first).execute());
    }),
    saveStep: reporting(async (operationId, step) => {
      const { operation_id: _, position, ...changes } = fromStep(operationId, step);
      await database
        .updateTable("steps")
        .set(changes)
        .where("operation_id", "=", operationId)
        .where("position", "=", position)
        .execute();
    }),
    saveStatus: reporting(async (operationId, status, completedAt) => {
      await database.updateTable("operations").set({ status, completed_at: completedAt }).where("id", "=", operationId).execute();
    }),
    prune: reporting(async (completedBefore) => {
      const { numDeletedRows } = await database
        .deleteFrom("operations")
        .where("completed_at", "<", completedBefore)
        .where("status", "not in", ["PENDING", "UNKNOWN"])
        .executeTakeFirst();
      return Number(numDeletedRows);
    }),
    close: () => database.destroy(),
  };
}

/** A store that fails is UNAVAILABLE to callers: mutations are refused before anything is sent. */
function reporting<Arguments extends readonly unknown[], Result>(
  method: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return async (...parameters) => {
    try {
      return await method(...parameters);
    } catch (cause) {
      throw new BillingError("UNAVAILABLE", "The gateway's own store of operations is not available.", { cause });
    }
  };
}

function fromOperation(operation: Operation): Insertable<Tables["operations"]> {
  return {
    id: operation.id,
    mutation: operation.mutation,
    actor: operation.actor ?? "",
    idempotency_key: operation.idempotencyKey,
    input_hash: operation.inputHash,
    validate_only: operation.validateOnly ? 1 : 0,
    status: operation.status,
    created_at: operation.createdAt,
    completed_at: operation.completedAt,
  };
}

function fromStep(operationId: string, step: Step): Insertable<Tables["steps"]> {
  return {
    operation_id: operationId,
    position: step.position,
    target: step.target,
    backend: step.backend,
    action: step.action,
    status: step.status,
    attempts: step.attempts,
    errors: JSON.stringify(step.errors),
    node_id: step.nodeId,
    started_at: step.startedAt,
    finished_at: step.finishedAt,
  };
}

function toOperation(row: Selectable<Tables["operations"]>, steps: readonly Selectable<Tables["steps"]>[]): Operation {
  return {
    id: row.id,
    mutation: row.mutation,
    actor: row.actor === "" ? null : row.actor,
    idempotencyKey: row.idempotency_key,
    inputHash: row.input_hash,
    validateOnly: row.validate_only === 1,
    status: row.status as OperationStatus,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    steps: steps.map((step) => ({
      position: step.position,
      target: step.target,
      backend: step.backend,
      action: step.action,
      status: step.status as Step["status"],
      attempts: step.attempts,
      errors: JSON.parse(step.errors) as Step["errors"],
      nodeId: step.node_id,
      startedAt: step.started_at,
      finishedAt: step.finished_at,
    })),
  };
}
