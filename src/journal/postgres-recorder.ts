import { CompiledQuery } from "kysely";
import type { Ask, LastSeen, Transact } from "../store/engine.ts";
import { storeNow } from "../store/postgres-clock.ts";
import { refuseAlike } from "./alike.ts";
import type { Step } from "./model.ts";
import {
  changedColumns,
  listOf,
  OwnershipLostError,
  orChangeSteps,
  type Recorder,
  storeChanged,
  unlessKeyExists,
} from "./recorder.ts";
import { fromOperation, fromStep, operationColumns, stepColumns, type Tables } from "./rows.ts";

const givenSteps = listOf(stepColumns.map((column) => `given.${column}`));
/** All but the time of the change, which the server itself tells. */
const givenColumns = operationColumns.filter((column) => column !== "updated_at");

const recordOperation = `
  with marked as (
    select from continuity where generation = $3 and count >= $4::bigint and suspicion is null
    union all select where $3::text is null
  ), recorded as (
    insert into operations (updated_at, ${listOf(givenColumns)})
    select ${storeNow}, ${listOf(givenColumns.map((column) => `given.${column}`))}
    from marked, json_populate_record(null::operations, $1) as given
    ${unlessKeyExists} returning id, created_at, updated_at
  ), its_steps as (
    insert into steps (${listOf(stepColumns)})
    select ${givenSteps} from recorded, ${stepsIn(2)}
  ), its_backends as (
    insert into operation_backends (operation_id, backend, created_at)
    select distinct recorded.id, given.backend, recorded.created_at from recorded, ${stepsIn(2)}
  )
  select (select updated_at from recorded) as updated_at, exists (select from marked) as has_mark`;

/**
 * Steps hang on the operation's row, which is thus locked before theirs: a statement that had to wait for that lock looks at the
 * row's new version (PostgreSQL, "Read Committed Isolation Level"), so that one that comes after a claim changes nothing.
 */
const changeOperation = (columns: readonly string[]): string => `
  with changed as (
    update operations set (${listOf(["updated_at", ...columns])}) = row(${listOf([storeNow, ...columns.map((_, index) => `$${index + 5}`)])})
    where id = $1 and epoch = $3 and owner = $4 returning id
  ), its_steps as (
    insert into steps (${listOf(stepColumns)}) select ${givenSteps} from changed, ${stepsIn(2)} ${orChangeSteps}
  )
  select id from changed`;

/**
 * One statement for all rows, which is a transaction by itself: one round trip instead of one for each table, the begin and the end.
 * By its name, a connection's server parses it once; so it must not return all columns of a table, as a newer version's migration
 * may add some (PostgreSQL, "cached plan must not change result type").
 */
interface Recorded {
  readonly updated_at: string | null;
  readonly has_mark: boolean;
}

export function recordInPostgres(ask: Ask, transact: Transact, lastSeen: LastSeen): Recorder {
  return {
    record: async (operation, unlessAlike) => {
      const { mark } = lastSeen;
      const values = [
        jsonOf(fromOperation(operation)),
        jsonOf(stepRows(operation.id, operation.steps)),
        mark?.generation ?? null,
        mark?.count ?? null,
      ];
      const rows: readonly Recorded[] = unlessAlike
        ? await transact(async (transaction) => {
            await refuseAlike(transaction.withTables<Tables>(), unlessAlike);
            return (await transaction.executeQuery<Recorded>(CompiledQuery.raw(recordOperation, values))).rows;
          })
        : (await ask({ name: "record", text: recordOperation, values })).rows;
      const { updated_at: updatedAt, has_mark: hasMark } = rows[0] as Recorded;
      if (!hasMark) throw storeChanged(lastSeen);
      return updatedAt === null ? null : { ...operation, updatedAt: String(updatedAt) };
    },
    change: async ({ id, owner, epoch }, operationChanges, steps) => {
      const changed = changedColumns(operationChanges);
      const values = [id, jsonOf(stepRows(id, steps)), epoch, owner, ...changed.values];
      // Names are cut off at 63 bytes (PostgreSQL, "Identifiers and Key Words"): this one has 55 at most.
      const name = `change ${listOf(changed.columns)}`;
      const { rows } = await ask({ name, text: changeOperation(changed.columns), values });
      if (rows.length === 0) throw new OwnershipLostError();
    },
  };
}

/** One value, whatever their number: a JSON array of rows, whose types are those of the table. */
function stepsIn(place: number): string {
  return `json_populate_recordset(null::steps, $${place}) as given`;
}

const stepRows = (operationId: string, steps: readonly Step[]) => steps.map((step) => fromStep(operationId, step));

/** PostgreSQL refuses JSON with half a character; in texts of their own, they are replaced on their way to it. */
function jsonOf(rows: object): string {
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));
}
