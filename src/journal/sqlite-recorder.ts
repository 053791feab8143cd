import type { LastSeen, PreparedStatements, Transact } from "../store/engine.ts";
import { refuseAlike } from "./alike.ts";
import {
  changedColumns,
  listOf,
  OwnershipLostError,
  operationValues,
  orChangeSteps,
  type Recorder,
  RunLostError,
  stepValues,
  storeChanged,
  unlessKeyExists,
} from "./recorder.ts";
import { operationColumns, stepColumns, type Tables } from "./tables.ts";

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
