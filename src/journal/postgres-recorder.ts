import type { QueryConfig, QueryResult } from "pg";
import type { Step } from "./model.ts";
import {
  changedColumns,
  listOf,
  missingOperation,
  operationValues,
  orChangeSteps,
  type Recorder,
  unlessKeyExists,
} from "./recorder.ts";
import { fromStep, operationColumns, stepColumns } from "./rows.ts";

/** Asks on a connection of its own, outside of any transaction. */
export type Ask = (question: QueryConfig) => Promise<QueryResult>;

const givenSteps = listOf(stepColumns.map((column) => `given.${column}`));

const recordOperation = `
  with recorded as (
    insert into operations (${listOf(operationColumns)}) values (${placesFrom(1, operationColumns)})
    ${unlessKeyExists} returning id, created_at
  ), its_steps as (
    insert into steps (${listOf(stepColumns)})
    select ${givenSteps} from recorded, ${stepsIn(operationColumns.length + 1)}
  ), its_backends as (
    insert into operation_backends (operation_id, backend, created_at)
    select distinct recorded.id, given.backend, recorded.created_at from recorded, ${stepsIn(operationColumns.length + 1)}
  )
  select id from recorded`;

/** Steps hang on the operation's row, which is thus locked before theirs. */
const changeOperation = (columns: readonly string[]): string => `
  with changed as (
    update operations set (${listOf(["updated_at", ...columns])}) = row(${placesFrom(3, ["updated_at", ...columns])})
    where id = $1 returning id
  ), its_steps as (
    insert into steps (${listOf(stepColumns)}) select ${givenSteps} from changed, ${stepsIn(2)} ${orChangeSteps}
  )
  select id from changed`;

/**
 * One statement for all rows, which is a transaction by itself: one round trip instead of one for each table, the begin and the end.
 * By its name, a connection's server parses it once; so it must not return all columns of a table, as a newer version's migration
 * may add some (PostgreSQL, "cached plan must not change result type").
 */
export function recordInPostgres(ask: Ask): Recorder {
  return {
    record: async (operation) => {
      const recorded = { ...operation, updatedAt: new Date().toISOString() };
      const values = [...operationValues(recorded), jsonOf(operation.id, operation.steps)];
      const { rows } = await ask({ name: "record", text: recordOperation, values });
      return rows.length === 0 ? null : recorded;
    },
    change: async (operationId, operationChanges, steps) => {
      const changed = changedColumns(operationChanges);
      const values = [operationId, jsonOf(operationId, steps), new Date().toISOString(), ...changed.values];
      // Names are cut off at 63 bytes (PostgreSQL, "Identifiers and Key Words"): this one has 55 at most.
      const name = `change ${listOf(changed.columns)}`;
      const { rows } = await ask({ name, text: changeOperation(changed.columns), values });
      if (rows.length === 0) throw missingOperation();
    },
  };
}

function placesFrom(first: number, columns: readonly string[]): string {
  return listOf(columns.map((_, index) => `$${first + index}`));
}

/** One value, whatever their number: a JSON array of rows, whose types are those of the table. */
function stepsIn(place: number): string {
  return `json_populate_recordset(null::steps, $${place}) as given`;
}

/** PostgreSQL refuses JSON with half a character; in texts of their own, they are replaced on their way to it. */
function jsonOf(operationId: string, steps: readonly Step[]): string {
  const rows = steps.map((step) => fromStep(operationId, step));
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
}
