import { BillingError } from "../model/errors.ts";
import type { LastSeen } from "../store/engine.ts";
import type { AlikeQuery } from "./alike.ts";
import type { Hold, Operation, Step } from "./model.ts";
import type { OperationChanges } from "./store.ts";
import { changingColumns, fromOperation, fromStep, operationColumns, stepColumns } from "./tables.ts";

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
export function operationValues(operation: Operation): readonly (string | number | null)[] {
  const row = fromOperation(operation);
  return operationColumns.map((column) => row[column]);
}

/** The values, in the order of `stepColumns`. */
export function stepValues(operationId: string, step: Step): readonly (string | number | null)[] {
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
