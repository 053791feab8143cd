import { BillingError } from "../model/errors.ts";
import type { LastSeen } from "../store/engine.ts";
import type { AlikeQuery } from "./alike.ts";
import type { Hold, Operation, Step } from "./model.ts";
import { changingColumns, fromOperation, fromStep, operationColumns, stepColumns } from "./rows.ts";
import type { OperationChanges } from "./store.ts";

/**
 * What every mutation writes: in the fewest statements that its database needs, whose text is made once and which are kept prepared.
 * For Kysely takes longer to build such a statement than SQLite to carry it out. Each is all or nothing, and durable when its promise
 * resolves.
 */
export interface Recorder {
  /**
   * As it is recorded; null, and nothing is, where its key exists already. Rejects where the store has lost something; with AlikeError,
   * where there are charges like this one that are not to be repeated.
   */
  readonly record: (operation: Operation, unlessAlike?: AlikeQuery) => Promise<Operation | null>;
  /**
   * Saves steps, and what changes of their operation with them. Rejects with OwnershipLostError, and changes nothing, when the
   * operation is not held like this any more.
   */
  readonly change: (hold: Hold, changes: OperationChanges, steps: readonly Step[]) => Promise<void>;
}

/** Another holder has claimed the operation. The one that held it stops and sends nothing more. */
export class OwnershipLostError extends BillingError {
  constructor() {
    super("CONFLICT", "Another process has taken the operation over.", { retryable: true });
    this.name = "OwnershipLostError";
  }
}

/**
 * The store lacks what it had when it was last looked at: keys may be gone with it. Whoever calls again is told what to do, as the
 * store is looked at first.
 */
export function storeChanged(lastSeen: LastSeen): BillingError {
  lastSeen.isFresh = false;
  const message = "The gateway's own store is not what it was a moment ago. Nothing was sent.";
  return new BillingError("UNAVAILABLE", message, { retryable: true });
}

/** Ends an insert of an operation: one whose key exists already, or what it must do once, is left as it is. */
export const unlessKeyExists = "on conflict do nothing";

/** Ends an insert of steps: those that exist already are changed. */
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

/** What of an operation changes besides the time of the change: in one order, so that like changes are one statement. */
export function changedColumns({ status, completedAt, owner, looks, nextLookAt }: OperationChanges) {
  const values = { status, completed_at: completedAt, owner, looks, next_look_at: nextLookAt };
  const changed = Object.entries(values).filter((entry): entry is [string, string | number | null] => entry[1] !== undefined);
  return { columns: changed.map(([column]) => column), values: changed.map(([, value]) => value) };
}
