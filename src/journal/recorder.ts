import { BillingError } from "../model/errors.ts";
import type { LastSeen, PreparedStatements, Transact } from "../store/engine.ts";
import { type AlikeQuery, refuseAlike } from "./alike.ts";
import type { Hold, Operation, Step } from "./model.ts";
import type { OperationChanges } from "./store.ts";
import { changingColumns, fromOperation, fromStep, operationColumns, stepColumns, type Tables } from "./tables.ts";

/**
 * The writes of every mutation, in as few statements as the database needs. Their text is made once and they stay prepared, since
 * Kysely takes longer to build such a statement than SQLite to execute it. Each is all or nothing, and durable when its promise
 * resolves.
 */
export interface Recorder {
  /**
   * The operation as it was recorded. Null, without effect, if its key exists. Rejects if the store has lost something; with
   * AlikeError if there is a similar charge that must not be repeated; with RunLostError if its charge run is lost.
   */
  readonly record: (operation: Operation, conditions?: RecordConditions) => Promise<Operation | null>;
  /**
   * Saves steps and changes of their operation together. Rejects with OwnershipLostError, without effect, if the operation is no
   * longer held like this.
   */
  readonly change: (hold: Hold, changes: OperationChanges, steps: readonly Step[]) => Promise<void>;
}

/** An operation is recorded only if these are met. */
export interface RecordConditions {
  /** There is no such charge. */
  readonly unlessAlike?: AlikeQuery | undefined;
  /** The operation's charge run is held like this. */
  readonly heldRun?: Hold | undefined;
}

/** Another process has claimed the charge run. The one that held it stops, and records nothing more for the run. */
export class RunLostError extends BillingError {
  constructor() {
    super("CONFLICT", "Another process has taken over the run.", { retryable: true });
    this.name = "RunLostError";
  }
}

/** Another process has claimed the operation. The one that held it stops and sends nothing more. */
export class OwnershipLostError extends BillingError {
  constructor() {
    super("CONFLICT", "Another process has taken over the operation.", { retryable: true });
    this.name = "OwnershipLostError";
  }
}

/** Another step already has the claim: the record that this step was found to have made. */
export class StepClaimedError extends BillingError {
  constructor(step: Pick<Step, "backend" | "claim">, cause: unknown) {
    super("CONFLICT", `Another step has claimed ${step.claim} of ${step.backend}.`, { cause });
    this.name = "StepClaimedError";
  }
}

/**
 * The store lacks records that it had when last checked, so keys may be lost too. This makes the gateway check the store, so that
 * the next call learns what an operator must do.
 */
export function storeChanged(lastSeen: LastSeen): BillingError {
  lastSeen.isFresh = false;
  const message = "The gateway's store lacks records that it had a moment ago. Nothing was sent. Try again in a moment.";
  return new BillingError("UNAVAILABLE", message, { retryable: true });
}

/** End of an insert of operations: ignores one whose key or `once` exists already. */
export const unlessKeyExists = "on conflict do nothing";

/** End of an insert of steps: changes those that exist already. */
export const orChangeSteps = `on conflict (operation_id, position) do update set ${listOf(
  changingColumns.map((column) => `${column} = excluded.${column}`),
)}`;

export function listOf(parts: readonly string[]): string {
  return parts.join(", ");
}

/** The values, in the order of `operationColumns`. */
function operationValues(operation: Operation): readonly (string | number | null)[] {
  const row = fromOperation(operation);
  return operationColumns.map((column) => row[column]);
}

/** The values, in the order of `stepColumns`. */
function stepValues(operationId: string, step: Step): readonly (string | number | null)[] {
  const row = fromStep(operationId, step);
  return stepColumns.map((column) => row[column]);
}

/**
 * Columns of an operation that change, besides `updated_at`. Always in the same order, so that equal sets of changes share one
 * prepared statement.
 */
export function changedColumns({ status, completedAt, owner, looks, nextLookAt }: OperationChanges) {
  const values = { status, completed_at: completedAt, owner, looks, next_look_at: nextLookAt };
  const changed = Object.entries(values).filter((entry): entry is [string, string | number | null] => entry[1] !== undefined);
  return { columns: changed.map(([column]) => column), values: changed.map(([, value]) => value) };
}

const hasMark = "select 1 from continuity where generation = ? and count >= ? and suspicion is null";
const isRunHeld = "select 1 from runs where id = ? and owner = ? and epoch = ?";
const hasLikeness = "select 1 from steps where likeness = ? limit 1";
const insertOperation = `${insertInto("operations", operationColumns)} ${unlessKeyExists}`;
const insertStep = insertInto("steps", stepColumns);
const saveStep = `${insertStep} ${orChangeSteps}`;
const insertBackend = insertInto("operation_backends", ["operation_id", "backend", "created_at"]);

/** One statement for each row: none is a round trip, and a prepared one takes microseconds. */
export function recordInSqlite(
  { run, instant }: Extract<PreparedStatements, { dialect: "sqlite" }>,
  transact: Transact,
  lastSeen: LastSeen,
): Recorder {
  return {
    record: (operation, { unlessAlike, heldRun } = {}) =>
      transact(async (transaction) => {
        if (heldRun && run(isRunHeld, [heldRun.id, heldRun.owner, heldRun.epoch]).rows.length === 0) throw new RunLostError();
        // Nearly always there is no similar charge. The prepared statement finds that out a hundred times as fast as
        // `refuseAlike`.
        if (unlessAlike?.likenesses.some((likeness) => run(hasLikeness, [likeness]).rows.length > 0)) {
          await refuseAlike(transaction.withTables<Tables>(), unlessAlike);
        }
        const { mark } = lastSeen;
        if (mark && run(hasMark, [mark.generation, mark.count]).rows.length === 0) throw storeChanged(lastSeen);
        const recorded = { ...operation, updatedAt: instant(transaction) };
        const { changes } = run(insertOperation, operationValues(recorded));
        if (changes === 0) return null;
        const { id, createdAt, steps } = recorded;
        for (const step of steps) run(insertStep, stepValues(id, step));
        for (const backend of new Set(steps.map((step) => step.backend))) run(insertBackend, [id, backend, createdAt]);
        return recorded;
      }),
    change: ({ id, owner, epoch }, operationChanges, steps) =>
      transact(async (transaction) => {
        const { columns, values } = changedColumns(operationChanges);
        const { changes } = run(updateOperation(columns), [instant(transaction), ...values, id, epoch, owner]);
        if (changes === 0) throw new OwnershipLostError();
        for (const step of steps) run(saveStep, stepValues(id, step));
      }),
  };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `insert into ${table} (${listOf(columns)}) values (${listOf(columns.map(() => "?"))})`;
}

function updateOperation(columns: readonly string[]): string {
  const changed = listOf(["updated_at", ...columns].map((column) => `${column} = ?`));
  return `update operations set ${changed} where id = ? and epoch = ? and owner = ?`;
}
