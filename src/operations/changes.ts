import type { Kysely, Updateable } from "kysely";
import { BillingError } from "../billing/errors.ts";
import type { Engine } from "./engine.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { claimHolder } from "./queries.ts";
import { fromOperation, fromStep, type Tables } from "./rows.ts";
import { gatherSaves } from "./step-saves.ts";
import type { OperationChanges, Store } from "./store.ts";

/** Rows of steps in one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766, and a step has 15. */
const stepsAtOnce = 500;
/** Operations deleted in one transaction: other writers come in between. */
const prunedAtOnce = 500;
const ownersKeptMs = 24 * 3_600_000;
/** Until a step is looked for again that lost its claim: long enough for the true maker to have it. */
const lookAgainMs = 1_000;

const mistaken = new BillingError(
  "OUTCOME_UNKNOWN",
  "What it was found to have done was the work of another call; its outcome is unknown again.",
);

type Changes = Pick<Store, "insert" | "saveStep" | "takeBack" | "addSteps" | "save" | "claim" | "heartbeat" | "retire" | "prune">;

/** What changes the journal: each in one transaction, which locks the operation first, so that no two wait for each other. */
export function createChanges({ database, transact, instant, isDuplicate, committed }: Engine): Changes {
  async function change(
    operationId: string,
    changes: Updateable<Tables["operations"]>,
    andThen: (transaction: Kysely<Tables>, createdAt: string) => Promise<void> = async () => {},
  ): Promise<void> {
    await transact(async (transaction) => {
      const changed = await transaction
        .updateTable("operations")
        .set({ ...changes, updated_at: await instant(transaction) })
        .where("id", "=", operationId)
        .returning("created_at")
        .executeTakeFirst();
      if (!changed) throw new BillingError("INTERNAL", "The operation is not in the store.");
      await andThen(transaction, changed.created_at);
    });
    committed();
  }

  return {
    insert: async (operation) => {
      const recorded = await transact(async (transaction): Promise<Operation | null> => {
        const recording = { ...operation, updatedAt: await instant(transaction) };
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto("operations")
          .values(fromOperation(recording))
          .onConflict((conflict) => conflict.columns(["actor", "mutation", "idempotency_key", "validate_only"]).doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 0n) return null;
        await insertSteps(transaction, recording, recording.steps);
        return recording;
      });
      if (recorded) committed();
      return recorded;
    },
    saveStep: gatherSaves(
      (operationId, steps, operationChanges) =>
        change(operationId, columnsOf(operationChanges), (transaction) => saveSteps(transaction, operationId, steps)),
      isDuplicate,
    ),
    takeBack: async (backend, claim) => {
      const isFree = await transact(async (transaction) => {
        const holder = await claimHolder(transaction, backend, claim).executeTakeFirst();
        if (!holder) return true;
        const { numUpdatedRows } = await transaction
          .updateTable("operations")
          .set({
            status: "UNKNOWN",
            completed_at: null,
            next_look_at: new Date(Date.now() + lookAgainMs).toISOString(),
            updated_at: await instant(transaction),
          })
          .where("id", "=", holder.operation_id)
          .where("owner", "is", null)
          // One that was never looked for has its claim from the backend's own answer.
          .where("looks", ">", 0)
          .where("status", "in", ["SUCCEEDED", "PARTIAL", "UNKNOWN"])
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await transaction
          .updateTable("steps")
          .set({ status: "UNKNOWN", claim: null, node_id: null, errors: JSON.stringify([storedError(mistaken)]) })
          .where("backend", "=", backend)
          .where("claim", "=", claim)
          .execute();
        return true;
      });
      if (isFree) committed();
      return isFree;
    },
    addSteps: (id, steps) => change(id, {}, (transaction, createdAt) => insertSteps(transaction, { id, createdAt }, steps)),
    save: (operationId, changes) => change(operationId, columnsOf(changes)),
    claim: async (operationId, from, to) => {
      const { numUpdatedRows } = await transact(async (transaction) =>
        transaction
          .updateTable("operations")
          .set({ owner: to, updated_at: await instant(transaction) })
          .where("id", "=", operationId)
          .where("owner", from === null ? "is" : "=", from)
          .executeTakeFirstOrThrow(),
      );
      if (numUpdatedRows === 0n) return false;
      committed();
      return true;
    },
    heartbeat: async (owner) => {
      const seen = { seen_at: new Date().toISOString() };
      await database
        .insertInto("owners")
        .values({ id: owner, ...seen })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(seen))
        .execute();
    },
    retire: async (owner) => {
      await database.deleteFrom("owners").where("id", "=", owner).execute();
    },
    prune: async (completedBefore) => {
      const seenBefore = new Date(Date.now() - ownersKeptMs).toISOString();
      await database.deleteFrom("owners").where("seen_at", "<", seenBefore).execute();
      for (let pruned = 0; ; ) {
        const deleted = await deleteFinished(database, completedBefore);
        pruned += deleted;
        if (deleted < prunedAtOnce) return pruned;
      }
    },
  };
}

function columnsOf({ status, completedAt, owner, looks, nextLookAt }: OperationChanges): Updateable<Tables["operations"]> {
  return {
    ...(status !== undefined && { status }),
    ...(completedAt !== undefined && { completed_at: completedAt }),
    ...(owner !== undefined && { owner }),
    ...(looks !== undefined && { looks }),
    ...(nextLookAt !== undefined && { next_look_at: nextLookAt }),
  };
}

/** Returns how many: at most `prunedAtOnce`, the longest finished. Steps go with their operation. */
async function deleteFinished(database: Kysely<Tables>, completedBefore: string): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom("operations")
    .where("id", "in", ({ selectFrom }) =>
      selectFrom("operations")
        .select("id")
        .where("completed_at", "<", completedBefore)
        .where("status", "not in", ["PENDING", "UNKNOWN"])
        .orderBy("completed_at")
        .limit(prunedAtOnce),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** In one statement, whatever their number: an update of several rows with values of their own would need types in PostgreSQL. */
async function saveSteps(transaction: Kysely<Tables>, operationId: string, steps: readonly Step[]): Promise<void> {
  await transaction
    .insertInto("steps")
    .values(steps.map((step) => fromStep(operationId, step)))
    .onConflict((conflict) =>
      conflict.columns(["operation_id", "position"]).doUpdateSet(({ ref }) => ({
        status: ref("excluded.status"),
        attempts: ref("excluded.attempts"),
        errors: ref("excluded.errors"),
        object_id: ref("excluded.object_id"),
        node_id: ref("excluded.node_id"),
        claim: ref("excluded.claim"),
        mark: ref("excluded.mark"),
        started_at: ref("excluded.started_at"),
        finished_at: ref("excluded.finished_at"),
      })),
    )
    .execute();
}

async function insertSteps(
  transaction: Kysely<Tables>,
  { id, createdAt }: Pick<Operation, "id" | "createdAt">,
  steps: readonly Step[],
): Promise<void> {
  for (let start = 0; start < steps.length; start += stepsAtOnce) {
    const rows = steps.slice(start, start + stepsAtOnce).map((step) => fromStep(id, step));
    await transaction.insertInto("steps").values(rows).execute();
  }
  const backends = [...new Set(steps.map(({ backend }) => backend))];
  if (backends.length === 0) return;
  await transaction
    .insertInto("operation_backends")
    .values(backends.map((backend) => ({ operation_id: id, backend, created_at: createdAt })))
    .onConflict((conflict) => conflict.columns(["operation_id", "backend"]).doNothing())
    .execute();
}
