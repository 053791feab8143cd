import { BillingError } from "../billing/errors.ts";
import type { Operation, Step } from "./model.ts";
import { changingColumns, fromOperation, fromStep, operationColumns, stepColumns } from "./rows.ts";
import type { OperationChanges } from "./store.ts";

/**
 * What every mutation writes: in the fewest statements that its database needs, whose text is made once and which are kept prepared.
 * For Kysely takes longer to build such a statement than SQLite to carry it out. Each is all or nothing, and durable when its promise
 * resolves.
 */
export interface Recorder {
  /** As it is recorded; null, and nothing is, where its key exists already. */
  readonly record: (operation: Operation) => Promise<Operation | null>;
  /** Saves steps, and what changes of their operation with them. Rejects with INTERNAL when the operation is not in the store. */
  readonly change: (operationId: string, changes: OperationChanges, steps: readonly Step[]) => Promise<void>;
}

/** Ends an insert of an operation: one whose key exists already is left as it is. */
export const unlessKeyExists = "on conflict (actor, mutation, idempotency_key, validate_only) do nothing";

/** Ends an insert of steps: those that exist already are changed. */
export const orChangeSteps = `on conflict (operation_id, position) do update set ${listOf(
  changingColumns.map((column) => `${column} = excluded.${column}`),
)}`;

export function listOf(parts: readonly string[]): string {
  return parts.join(", ");
}

/** In the order of `operationColumns`. */
export function operationValues(operation: Operation): readonly (string | number | null)[] {
  const row = fromOperation(operation);
  return operationColumns.map((column) => row[column]);
}

/** In the order of `stepColumns`. */
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

export function missingOperation(): BillingError {
  return new BillingError("INTERNAL", "The operation is not in the store.");
}
