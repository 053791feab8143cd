import type { Kysely } from "kysely";
import type { Transact } from "../store/engine.ts";
import type { RunStatement } from "../store/sqlite-driver.ts";
import {
  changedColumns,
  listOf,
  missingOperation,
  operationValues,
  orChangeSteps,
  type Recorder,
  stepValues,
  unlessKeyExists,
} from "./recorder.ts";
import { operationColumns, stepColumns, type Tables } from "./rows.ts";

const insertOperation = `${insertInto("operations", operationColumns)} ${unlessKeyExists}`;
const insertStep = insertInto("steps", stepColumns);
const saveStep = `${insertStep} ${orChangeSteps}`;
const insertBackend = insertInto("operation_backends", ["operation_id", "backend", "created_at"]);

/**
 * A statement for each row: none is a round trip, and one that is prepared takes some microseconds.
 *
 * @param instant when a change happens, asked inside the transaction that makes it
 */
export function recordInSqlite(
  run: RunStatement,
  transact: Transact,
  instant: (transaction: Kysely<Tables>) => string,
): Recorder {
  return {
    record: (operation) =>
      transact(async (transaction) => {
        const recorded = { ...operation, updatedAt: instant(transaction) };
        const { changes } = run(insertOperation, operationValues(recorded));
        if (changes === 0) return null;
        const { id, createdAt, steps } = recorded;
        for (const step of steps) run(insertStep, stepValues(id, step));
        for (const backend of new Set(steps.map((step) => step.backend))) run(insertBackend, [id, backend, createdAt]);
        return recorded;
      }),
    change: (operationId, operationChanges, steps) =>
      transact(async (transaction) => {
        const { columns, values } = changedColumns(operationChanges);
        const { changes } = run(updateOperation(columns), [instant(transaction), ...values, operationId]);
        if (changes === 0) throw missingOperation();
        for (const step of steps) run(saveStep, stepValues(operationId, step));
      }),
  };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `insert into ${table} (${listOf(columns)}) values (${listOf(columns.map(() => "?"))})`;
}

function updateOperation(columns: readonly string[]): string {
  return `update operations set ${listOf(["updated_at", ...columns].map((column) => `${column} = ?`))} where id = ?`;
}
