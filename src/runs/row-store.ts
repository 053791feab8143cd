import { CompiledQuery, sql } from "kysely";
import type { ChargeSpec } from "../mutations/routing.ts";
import { type PreparedStatements, storableJson } from "../store/engine.ts";
import type { RowOutcome, RunRow } from "./model.ts";
import { fromOutcome, fromRunRow, outcomeColumns, rowColumns, toRunRow } from "./row-columns.ts";
import type { EarlierRow, RowEditor, RowFilter } from "./store.ts";
import type { RunDatabase } from "./tables.ts";

/** The rows of runs in their table: see store.ts. */

/** Rows in one statement: it has a time limit, and SQLite takes at most 32,766 values. */
const rowsAtOnce = 500;
/** Rows in one JSON text for PostgreSQL. V8 keeps a longer text apart until the next full collection, and with many rows there are many. */
const rowsOfJson = 100;

export function rowEditor(transaction: RunDatabase, runId: string, saveRows: SaveRows): RowEditor {
  return {
    read: (filter, first, after) => rowsOf(transaction, runId, filter, first, after),
    byKey: (keys) => rowsByKey(transaction, runId, keys),
    save: (rows) => saveRows(transaction, runId, rows),
    move: async (from, to) => {
      await transaction
        .updateTable("run_rows")
        .set({ state: to })
        .where("run_id", "=", runId)
        .where("state", "in", from)
        .execute();
    },
  };
}

export async function rowsOf(
  database: RunDatabase,
  runId: string,
  { state, backend, warned }: RowFilter,
  first: number,
  after: number,
): Promise<readonly RunRow[]> {
  let query = database.selectFrom("run_rows").selectAll().where("run_id", "=", runId).where("position", ">", after);
  if (state != null) query = state.length === 0 ? query.where(sql<boolean>`1 = 0`) : query.where("state", "in", state);
  if (backend != null) query = query.where("backend", "=", backend);
  if (warned === true) query = query.where("warnings", "!=", "[]");
  return (await query.orderBy("position").limit(first).execute()).map(toRunRow);
}

export async function rowsBehind(database: RunDatabase, runId: string, first: number, after: number): Promise<readonly RunRow[]> {
  const found = await database
    .selectFrom("run_rows")
    .selectAll()
    .where("run_id", "=", runId)
    .where("position", ">", after)
    .where("state", "=", "READY")
    .where(
      sql<boolean>`exists (select 1 from operations where operations.once_key = run_rows.once_key
        and (operations.status <> 'FAILED' or operations.once_number > run_rows.once_number))`,
    )
    .orderBy("position")
    .limit(first)
    .execute();
  return found.map(toRunRow);
}

export async function rowsByKey(database: RunDatabase, runId: string, keys: readonly string[]): Promise<readonly RunRow[]> {
  const found: RunRow[] = [];
  for (let start = 0; start < keys.length; start += rowsAtOnce) {
    const some = keys.slice(start, start + rowsAtOnce);
    const rows = await database.selectFrom("run_rows").selectAll().where("run_id", "=", runId).where("key", "in", some).execute();
    found.push(...rows.map(toRunRow));
  }
  return found;
}

/** Saves rows as they are now, whether they exist or not. */
export type SaveRows = (transaction: RunDatabase, runId: string, rows: readonly RunRow[]) => Promise<void>;

/**
 * Uses prepared statements: rows are most of what is written, and Kysely takes longer to build such a statement than the database
 * to execute it.
 */
export function createSaveRows(prepared: PreparedStatements): SaveRows {
  const recordsOf = (runId: string, rows: readonly RunRow[]) => rows.map((row) => ({ run_id: runId, ...fromRunRow(row) }));
  if (prepared.dialect === "sqlite") {
    const statement = `insert into run_rows (${rowColumns.join(", ")}) values (${rowColumns.map(() => "?").join(", ")}) ${orChange}`;
    return async (_transaction, runId, rows) => {
      for (const record of recordsOf(runId, rows)) {
        prepared.run(
          statement,
          rowColumns.map((column) => record[column]),
        );
      }
    };
  }
  const statement = `insert into run_rows (${rowColumns.join(", ")})
    select ${rowColumns.map((column) => `given.${column}`).join(", ")} from json_populate_recordset(null::run_rows, $1) as given ${orChange}`;
  return async (transaction, runId, rows) => {
    for (let start = 0; start < rows.length; start += rowsOfJson) {
      const records = recordsOf(runId, rows.slice(start, start + rowsOfJson));
      await transaction.executeQuery(CompiledQuery.raw(statement, [storableJson(records)]));
    }
  };
}

/** Saves the outcomes of rows that exist. */
export type SaveOutcomes = (transaction: RunDatabase, runId: string, rows: readonly RowOutcome[]) => Promise<void>;

/** Updates only what an outcome changes: in PostgreSQL it takes half the time of saving the rows as a whole. */
export function createSaveOutcomes(prepared: PreparedStatements): SaveOutcomes {
  const changes = (newValue: (column: string) => string): string =>
    outcomeColumns.map((column) => `${column} = ${newValue(column)}`).join(", ");
  if (prepared.dialect === "sqlite") {
    const statement = `update run_rows set ${changes(() => "?")} where run_id = ? and position = ?`;
    return async (_transaction, runId, rows) => {
      for (const row of rows) {
        const record = fromOutcome(row);
        prepared.run(statement, [...outcomeColumns.map((column) => record[column]), runId, record.position]);
      }
    };
  }
  const statement = `update run_rows set ${changes((column) => `given.${column}`)}
    from json_populate_recordset(null::run_rows, $1) as given
    where run_rows.run_id = $2 and run_rows.position = given.position`;
  return async (transaction, runId, rows) => {
    for (let start = 0; start < rows.length; start += rowsOfJson) {
      const records = rows.slice(start, start + rowsOfJson).map(fromOutcome);
      await transaction.executeQuery(CompiledQuery.raw(statement, [storableJson(records), runId]));
    }
  };
}

const orChange = `on conflict (run_id, position) do update set ${rowColumns
  .filter((column) => column !== "run_id" && column !== "position")
  .map((column) => `${column} = excluded.${column}`)
  .join(", ")}`;

/** The charges of these runs to these customers. */
export async function earlierRows(
  database: RunDatabase,
  runIds: readonly string[],
  customerIds: readonly string[],
): Promise<readonly EarlierRow[]> {
  const found = await database
    .selectFrom("run_rows")
    .select(["customer_id", "currency", "amount", "stored_amount", "stored_currency", "charge"])
    .where("run_id", "in", runIds)
    .where("customer_id", "in", customerIds)
    .where("state", "=", "SUCCEEDED")
    .execute();
  return found.flatMap((row): EarlierRow[] => {
    const [amount, currency] = [row.stored_amount ?? row.amount, row.stored_currency ?? row.currency];
    if (row.customer_id === null || row.charge === null || amount === null || currency === null) return [];
    return [{ customerId: row.customer_id, currency, amount, charge: JSON.parse(row.charge) as ChargeSpec }];
  });
}
