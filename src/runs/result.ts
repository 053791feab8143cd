import { stringify } from "csv-stringify/sync";
import type { Backends } from "../adapter/backends.ts";
import { csvFormat, textCell } from "../model/csv.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { hashOf } from "./keys.ts";
import type { Run, RunRow, RunTotal } from "./model.ts";
import { pagesOf } from "./preparing.ts";
import type { RunStore } from "./store.ts";
import { chargedTotals } from "./totals.ts";

/** The result of a run for spreadsheets and programs: one line per row. */

/** The cell of each column. Amounts are plain decimals. */
const columns: Readonly<Record<string, (row: RunRow) => string>> = {
  line: ({ line }) => String(line),
  key: ({ key }) => textCell(key),
  state: ({ state }) => state,
  backend: ({ backend, given }) => textCell(backend ?? given.charge.backend ?? ""),
  customer: ({ customerId, given }) => textCell(given.customerReference ?? localId(customerId) ?? given.charge.customerId ?? ""),
  name: ({ given }) => textCell(given.charge.name ?? ""),
  date: ({ given }) => given.charge.date ?? "",
  asked: ({ amount }) => amount ?? "",
  stored: ({ stored }) => stored?.amount ?? "",
  currency: ({ stored, currency }) => stored?.currency ?? currency ?? "",
  backendId: ({ nodeId }) => textCell(localId(nodeId) ?? ""),
  warnings: ({ warnings }) => textCell(warnings.join(" ")),
  error: ({ problems, reason }) =>
    textCell([...problems.map(({ code, message }) => `${code}: ${message}`), reason ?? ""].join(" ").trim()),
  operation: ({ operationId }) => (operationId === null ? "" : encodeId({ type: "Operation", backend: "", id: operationId })),
};

/** RFC 4180, with CR LF. Yields line by line: a run has as many lines as rows. */
export async function* resultCsv(store: Pick<RunStore, "rows">, runId: string): AsyncGenerator<string> {
  yield csv([Object.keys(columns)]);
  for await (const rows of pagesOf(store, runId, null)) {
    yield csv(rows.map((row) => Object.values(columns).map((cell) => cell(row))));
  }
}

function csv(lines: readonly (readonly string[])[]): string {
  return stringify(
    lines.map((line) => [...line]),
    csvFormat,
  );
}

function localId(globalId: string | null): string | null {
  return globalId === null ? null : (decodeId(globalId)?.id ?? null);
}

/** Preview of undoing a run: the charges that can be voided, and those that cannot. */
export interface UndoPreview {
  readonly rows: number;
  readonly totals: readonly RunTotal[];
  readonly cannot: readonly { readonly backend: string; readonly rows: number; readonly reason: string }[];
  /**
   * Hash of the preview: undoing needs it, so only a preview that was seen is carried out. After an undo it is another one, even if the
   * same charges are left: a person can then undo again what could not be voided.
   */
  readonly planHash: string;
}

export async function previewUndo(store: Pick<RunStore, "rows">, run: Run, backends: Backends): Promise<UndoPreview> {
  const totals = chargedTotals();
  const cannot = new Map<string, number>();
  const ids: string[] = [];
  let rows = 0;
  for await (const page of pagesOf(store, run.id, ["SUCCEEDED"])) {
    for (const row of page) {
      const { backend, nodeId } = row;
      const key = backend ?? "";
      if (nodeId === null || backends.get(key)?.adapter.charges.void === undefined) {
        cannot.set(key, (cannot.get(key) ?? 0) + 1);
        continue;
      }
      rows += 1;
      ids.push(nodeId);
      totals.add(row);
    }
  }
  return {
    rows,
    totals: totals.totals(),
    cannot: [...cannot].map(([backend, count]) => ({ backend, rows: count, reason: "The backend cannot take charges back." })),
    planHash: hashOf(JSON.stringify(["undo", run.id, ids, run.undoing?.planHash ?? null])).slice(0, 32),
  };
}
