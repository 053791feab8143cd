import type { Kysely } from "kysely";
import { BillingError } from "../billing/errors.ts";
import type { Engine } from "../store/engine.ts";
import { type Step, storedError } from "./model.ts";
import { claimHolder } from "./queries.ts";
import { missingOperation, type Recorder } from "./recorder.ts";
import { fromStep, type OperationRow, type Tables } from "./rows.ts";
import { gatherSaves } from "./step-saves.ts";
import type { Store } from "./store.ts";

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
export function createChanges({ database, transact, recorder, instant, isDuplicate, committed }: Engine): Changes {
  const change: Recorder["change"] = async (operationId, operationChanges, steps) => {
    await recorder.change(operationId, operationChanges, steps);
    committed();
  };

  return {
    insert: async (operation) => {
      const recorded = await recorder.record(operation);
      if (recorded) committed();
      return recorded;
    },
    saveStep: gatherSaves((operationId, steps, operationChanges) => change(operationId, operationChanges, steps), isDuplicate),
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
    addSteps: async (operationId, steps) => {
      await transact(async (transaction) => {
        const changed = await transaction
          .updateTable("operations")
          .set({ updated_at: await instant(transaction) })
          .where("id", "=", operationId)
          .returning(["id", "created_at"])
          .executeTakeFirst();
        if (!changed) throw missingOperation();
        await insertSteps(transaction, changed, steps);
      });
      committed();
    },
    save: (operationId, operationChanges) => change(operationId, operationChanges, []),
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

async function insertSteps(
  transaction: Kysely<Tables>,
  { id, created_at }: Pick<OperationRow, "id" | "created_at">,
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
    .values(backends.map((backend) => ({ operation_id: id, backend, created_at })))
    .onConflict((conflict) => conflict.columns(["operation_id", "backend"]).doNothing())
    .execute();
}
