import { storableJson } from "../store/engine.ts";
import { givenHash } from "./keys.ts";
import type { RowOutcome, RunRow } from "./model.ts";
import { parsedOrNull, type RowRecord } from "./tables.ts";

/** The translation between the rows of a run and their columns. Pure. */

export function toRunRow(record: RowRecord): RunRow {
  const { stored_amount: amount, stored_currency: currency } = record;
  return {
    position: record.position,
    line: record.line,
    key: record.key,
    onceKey: record.once_key,
    given: JSON.parse(record.given) as RunRow["given"],
    state: record.state as RunRow["state"],
    backend: record.backend,
    customerId: record.customer_id,
    customerName: record.customer_name,
    charge: parsedOrNull(record.charge),
    amount: record.amount,
    currency: record.currency,
    calls: record.calls,
    likeness: record.likeness,
    problems: JSON.parse(record.problems) as RunRow["problems"],
    warnings: JSON.parse(record.warnings) as RunRow["warnings"],
    changed: JSON.parse(record.changed) as RunRow["changed"],
    reason: record.reason,
    operationId: record.operation_id,
    onceNumber: record.once_number,
    nodeId: record.node_id,
    stored: amount === null || currency === null ? null : { amount, currency },
  };
}

export const rowColumns = [
  "run_id",
  "position",
  "line",
  "key",
  "once_key",
  "given",
  "given_hash",
  "state",
  "backend",
  "customer_id",
  "customer_name",
  "charge",
  "amount",
  "currency",
  "calls",
  "likeness",
  "problems",
  "warnings",
  "changed",
  "reason",
  "operation_id",
  "once_number",
  "node_id",
  "stored_amount",
  "stored_currency",
] as const satisfies readonly (keyof RowRecord)[];

/** The columns that sending a row, or voiding its charge, changes. */
export const outcomeColumns = [
  "state",
  "problems",
  "warnings",
  "operation_id",
  "once_number",
  "node_id",
  "stored_amount",
  "stored_currency",
] as const satisfies readonly (keyof RowRecord)[];

/** The columns of a row, without its run's id. */
export function fromRunRow(row: RunRow): Omit<RowRecord, "run_id"> {
  return {
    ...fromOutcome(row),
    line: row.line,
    key: row.key,
    once_key: row.onceKey,
    given: storableJson(row.given),
    given_hash: givenHash(row.given),
    backend: row.backend,
    customer_id: row.customerId,
    customer_name: row.customerName,
    charge: row.charge && storableJson(row.charge),
    amount: row.amount,
    currency: row.currency,
    calls: row.calls,
    likeness: row.likeness,
    changed: storableJson(row.changed),
    reason: row.reason,
  };
}

/** The columns of an outcome, and the row's position. */
export function fromOutcome(row: RowOutcome): Pick<RowRecord, "position" | (typeof outcomeColumns)[number]> {
  return {
    position: row.position,
    state: row.state,
    problems: storableJson(row.problems),
    warnings: storableJson(row.warnings),
    operation_id: row.operationId,
    once_number: row.onceNumber,
    node_id: row.nodeId,
    stored_amount: row.stored?.amount ?? null,
    stored_currency: row.stored?.currency ?? null,
  };
}
