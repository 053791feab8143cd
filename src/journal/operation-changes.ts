import { setImmediate as nextTurn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { BillingError } from "../model/errors.ts";
import type { Warning } from "../model/warnings.ts";
import { hasMark } from "../store/continuity.ts";
import type { Database, Engine } from "../store/engine.ts";
import type { Hold, Operation, Step } from "./model.ts";
import { recordInPostgres } from "./postgres-recorder.ts";
import { isLapsed, operationById, stepsOf } from "./queries.ts";
import { OwnershipLostError, type Recorder, RunLostError, recordInSqlite, StepClaimedError, storeChanged } from "./recorder.ts";
import type { OperationChanges, Store } from "./store.ts";
import { fromStep, type OperationRow, type Tables, toOperation } from "./tables.ts";

interface WaitingSave {
  readonly step: Step;
  readonly operationChanges: OperationChanges;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines saves of steps of one operation that are requested at about the same time; later ones wait for the next commit. Each
 * save also updates the operation's row, so separate ones would wait for each other anyway. A save settles with the commit that
 * it was part of. The next save of the same step may be requested only then.
 *
 * @param save saves all of them or none
 * @param isOneAlone true for an error that may be the fault of one of them: then each is saved alone
 */
export function gatherSaves(
  save: (hold: Hold, steps: readonly Step[], operationChanges: OperationChanges) => Promise<void>,
  isOneAlone: (error: unknown) => boolean,
): Store["saveStep"] {
  const waitingOf = new Map<string, WaitingSave[]>();

  async function saveWaiting(hold: Hold, waiting: WaitingSave[]): Promise<void> {
    while (waiting.length > 0) {
      // Everybody who becomes ready within this turn of the event loop joins in.
      await nextTurn();
      await saveTogether(hold, waiting.splice(0));
    }
    waitingOf.delete(nameOf(hold));
  }

  /** Never rejects: it passes each failure on to its caller. */
  async function saveTogether(hold: Hold, saves: readonly WaitingSave[]): Promise<void> {
    try {
      const changes: OperationChanges = Object.assign({}, ...saves.map(({ operationChanges }) => operationChanges));
      await save(
        hold,
        saves.map(({ step }) => step),
        changes,
      );
      for (const { resolve } of saves) resolve();
    } catch (error) {
      if (saves.length > 1 && isOneAlone(error)) for (const each of saves) await saveTogether(hold, [each]);
      else for (const { reject } of saves) reject(error);
    }
  }

  return (hold, step, operationChanges = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const name = nameOf(hold);
    const waiting = waitingOf.get(name) ?? [];
    waiting.push({ step, operationChanges, resolve, reject });
    if (!waitingOf.has(name)) {
      waitingOf.set(name, waiting);
      void saveWaiting(hold, waiting);
    }
    return promise;
  };
}

/** Saves of different epochs are kept apart: those of an earlier one are refused, and must not take current ones with them. */
function nameOf({ id, owner, epoch }: Hold): string {
  return `${id} ${epoch} ${owner}`;
}

/** Rows of steps in one statement. PostgreSQL takes 65,535 parameters, SQLite 32,766, and a step has 20. */
const stepsAtOnce = 500;
/** Operations deleted in one transaction: between two of them, other writers get their turn. */
const prunedAtOnce = 500;
const ownersKeptMs = 24 * 3_600_000;

type Changing = Pick<
  Store,
  "insert" | "saveStep" | "addSteps" | "save" | "warnClaimants" | "claim" | "reclaim" | "heartbeat" | "retire" | "prune"
>;

/**
 * Changes of the journal, each one transaction. Each locks the operation first, so that no two deadlock. A holder's change names
 * owner and epoch of its claim in the statement itself: the store decides who holds the operation, not what a process believes.
 */
export function createOperationChanges(engine: Engine): Changing {
  const { transact, instant, isDuplicate, committed, clock, prepared, urgently, lastSeen } = engine;
  const database = engine.database.withTables<Tables>();
  const recorder: Recorder =
    prepared.dialect === "sqlite" ? recordInSqlite(prepared, transact, lastSeen) : recordInPostgres(prepared, transact, lastSeen);

  const change: Recorder["change"] = async (hold, operationChanges, steps) => {
    await recorder.change(hold, operationChanges, steps);
    committed();
  };

  const gatheredSave = gatherSaves((hold, steps, operationChanges) => change(hold, operationChanges, steps), isDuplicate);

  /**
   * Makes `to` the owner under a new epoch if `free` allows it. Reads the operation in the same transaction, behind the lock: the
   * result contains all that the earlier holder wrote, and that holder can write nothing afterwards.
   */
  async function claimWhere(
    id: string,
    to: string,
    free: (transaction: Kysely<Tables>) => ReturnType<typeof isLapsed>,
    heldRun?: Hold,
  ) {
    const claimed = await transact(async (given) => {
      const transaction = given.withTables<Tables>();
      const { numUpdatedRows } = await transaction
        .updateTable("operations")
        .set({ owner: to, epoch: sql<number>`epoch + 1`, updated_at: await instant(given) })
        .where("id", "=", id)
        .where(free(transaction))
        .where(hasMark(given, engine))
        .$if(heldRun !== undefined, (update) => update.where(isHeld(heldRun as Hold)))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) {
        if (heldRun) {
          const { held } = await transaction.selectNoFrom(isHeld(heldRun).as("held")).executeTakeFirstOrThrow();
          if (!held) throw new RunLostError();
        }
        const { marked } = await transaction.selectNoFrom(hasMark(given, engine).as("marked")).executeTakeFirstOrThrow();
        if (!marked) throw storeChanged(lastSeen);
        return null;
      }
      const row = await operationById(transaction, id).executeTakeFirstOrThrow();
      return toOperation(row, await stepsOf(transaction, [id]));
    });
    if (claimed) committed();
    return claimed;
  }

  return {
    insert: async (operation, conditions) => {
      const recorded = await recorder.record(operation, conditions);
      if (recorded) committed();
      return recorded;
    },
    saveStep: async (hold, step, operationChanges) => {
      try {
        await gatheredSave(hold, step, operationChanges);
      } catch (cause) {
        throw isDuplicate(cause) ? new StepClaimedError(step, cause) : cause;
      }
    },
    addSteps: async (hold, steps) => {
      await transact(async (given) => {
        const transaction = given.withTables<Tables>();
        const changed = await transaction
          .updateTable("operations")
          .set({ updated_at: await instant(given) })
          .where("id", "=", hold.id)
          .where("epoch", "=", hold.epoch)
          .where("owner", "=", hold.owner)
          .returning(["id", "created_at"])
          .executeTakeFirst();
        if (!changed) throw new OwnershipLostError();
        await insertSteps(transaction, changed, steps);
      });
      committed();
    },
    save: (hold, operationChanges) => change(hold, operationChanges, []),
    warnClaimants: async (besides, { backend, claims }, warning) => {
      const warned = await transact(async (given) => {
        const transaction = given.withTables<Tables>();
        const claimants = transaction.selectFrom("steps").selectAll().where("backend", "=", backend).where("claim", "in", claims);
        const found = await claimants.where("operation_id", "!=", besides).execute();
        const lacking = found.filter(({ warnings }) => !hasWarning(warnings, warning));
        const changed: Operation[] = [];
        for (const id of [...new Set(lacking.map(({ operation_id }) => operation_id))].toSorted()) {
          const row = await transaction
            .updateTable("operations")
            .set({ updated_at: await instant(given) })
            .where("id", "=", id)
            .returningAll()
            .executeTakeFirst();
          if (!row) continue;
          // Behind the lock: another process may have changed them since.
          for (const step of await claimants.where("operation_id", "=", id).execute()) {
            if (hasWarning(step.warnings, warning)) continue;
            const warnings = JSON.stringify([...JSON.parse(step.warnings), warning]);
            const its = transaction.updateTable("steps").set({ warnings }).where("operation_id", "=", id);
            await its.where("position", "=", step.position).execute();
          }
          changed.push(toOperation(row, await stepsOf(transaction, [id])));
        }
        return changed;
      });
      if (warned.length > 0) committed();
      return warned;
    },
    claim: (id, to, heldRun) => claimWhere(id, to, (transaction) => isLapsed(transaction, clock), heldRun),
    reclaim: ({ id, owner, epoch }: Hold, to) =>
      claimWhere(id, to, () => sql<boolean>`operations.owner = ${owner} and operations.epoch = ${epoch}`),
    heartbeat: (owner, leaseMs) =>
      urgently(async (urgent) => {
        const seen = { seen_at: clock(), lease_until: clock(leaseMs) };
        await urgent
          .withTables<Tables>()
          .insertInto("owners")
          .values({ id: owner, ...seen })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(seen))
          .execute();
      }),
    retire: async (owner) => {
      await database.deleteFrom("owners").where("id", "=", owner).execute();
    },
    prune: async (completedBefore, onceBefore) => {
      await database.deleteFrom("owners").where("seen_at", "<", clock(-ownersKeptMs)).execute();
      const pruned = await deleteAll(database, completedBefore, "is");
      return onceBefore === undefined ? pruned : pruned + (await deleteAll(database, onceBefore, "is not"));
    },
  };
}

/** @param warnings as a step's row has them */
function hasWarning(warnings: string, { code }: Warning): boolean {
  return (JSON.parse(warnings) as readonly Warning[]).some((each) => each.code === code);
}

function isHeld({ id, owner, epoch }: Hold) {
  return sql<boolean>`exists (select 1 from runs where runs.id = ${id} and runs.owner = ${owner} and runs.epoch = ${epoch})`;
}

/** The store's clock now, in milliseconds since 1970. */
export async function storeTime(database: Database, clock: Engine["clock"]): Promise<number> {
  const { rows } = await sql<{ now: string }>`select ${clock()} as now`.execute(database);
  const now = Date.parse(rows[0]?.now ?? "");
  if (Number.isNaN(now)) throw new BillingError("INTERNAL", "The store does not tell the time.");
  return now;
}

/** @param once "is" null: operations without a `once` key; "is not": those with one */
async function deleteAll(database: Kysely<Tables>, completedBefore: string, once: "is" | "is not"): Promise<number> {
  for (let pruned = 0; ; ) {
    const deleted = await deleteFinished(database, completedBefore, once);
    pruned += deleted;
    if (deleted < prunedAtOnce) return pruned;
  }
}

/**
 * Deletes at most `prunedAtOnce` operations, those that finished first, and returns how many. Their steps go with them. In
 * PostgreSQL a call may have continued one since the statement began, to send it again. Only conditions on the deleted table itself are
 * tested again on the row's new version (PostgreSQL, "Read Committed Isolation Level"), so they stand there too.
 */
async function deleteFinished(database: Kysely<Tables>, completedBefore: string, once: "is" | "is not"): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom("operations")
    .where("id", "in", ({ selectFrom }) =>
      selectFrom("operations")
        .select("id")
        .where("completed_at", "<", completedBefore)
        .where("once_key", once, null)
        .where("status", "not in", ["PENDING", "UNKNOWN"])
        .where("owner", "is", null)
        .orderBy("completed_at")
        .limit(prunedAtOnce),
    )
    .where("completed_at", "<", completedBefore)
    .where("owner", "is", null)
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
