import type { Operation } from "../journal/model.ts";
import type { Store } from "../journal/store.ts";
import { latestOf, undoKeyOf, undoneAmong } from "./checking.ts";
import type { RunHold, RunRow } from "./model.ts";
import { pagesOf } from "./preparing.ts";
import { withOperation } from "./sending.ts";
import type { RunStore } from "./store.ts";
import { afterVoid, asCharged } from "./undoing.ts";

/** Rows whose current state the journal knows and their run does not yet. */

export interface Told {
  readonly store: Pick<RunStore, "rows" | "rowsBehind" | "saveOutcomes">;
  readonly journal: Pick<Store, "ofOnce" | "byIds">;
}

const rowsAtOnce = 200;

/**
 * Saves the outcome of READY rows that were sent already: the process that sent them was lost before it could save them. Those must not
 * be shown as not sent.
 */
export async function catchUp(hold: RunHold, { store, journal }: Told, isToBeSaved: (sent: RunRow) => boolean): Promise<void> {
  for (let after = 0, isMore = true; isMore; ) {
    const rows = await store.rowsBehind(hold.id, rowsAtOnce, after);
    const sent = (await sentAmong(rows, journal, hold.id)).filter(isToBeSaved);
    if (sent.length > 0) await store.saveOutcomes(hold, sent);
    isMore = rows.length === rowsAtOnce;
    after = rows.at(-1)?.position ?? after;
  }
}

async function sentAmong(rows: readonly RunRow[], journal: Told["journal"], runId: string): Promise<readonly RunRow[]> {
  const latest = latestOf(await journal.ofOnce(rows.map(({ onceKey }) => onceKey)));
  const undone = await undoneAmong([...latest.values()], journal);
  return rows.flatMap((row) => {
    const operation = latest.get(row.onceKey);
    if (!operation || undone.has(operation.id)) return [];
    const isLater = (operation.once?.number ?? 0) > row.onceNumber;
    return isLater || operation.status !== "FAILED" ? [withOperation(row, operation, runId)] : [];
  });
}

/** Saves the rows whose unknown outcome is known now. Returns the number of rows that are still unknown. */
export async function settleCharges(hold: RunHold, { store, journal }: Told): Promise<number> {
  let open = 0;
  for await (const rows of pagesOf(store, hold.id, ["UNKNOWN"])) {
    for (const some of piecesOf(rows)) {
      const settled = await settledAmong(some, journal, hold.id);
      open += some.length - settled.length;
      if (settled.length > 0) await store.saveOutcomes(hold, settled);
    }
  }
  return open;
}

async function settledAmong(rows: readonly RunRow[], journal: Told["journal"], runId: string): Promise<readonly RunRow[]> {
  const found = await journal.byIds(rows.flatMap(({ operationId }) => operationId ?? []));
  const operations = new Map(found.map((operation) => [operation.id, operation]));
  return rows.flatMap((row) => {
    const operation = operations.get(row.operationId ?? "");
    const current = operation ? withOperation(row, operation, runId) : row;
    return current.state === "UNKNOWN" ? [] : [current];
  });
}

/** The same for rows whose void has an unknown outcome. Returns those that are still unknown. */
export async function settleVoids(rows: readonly RunRow[], hold: RunHold, { store, journal }: Told): Promise<RunRow[]> {
  const open: RunRow[] = [];
  for (const some of piecesOf(rows)) {
    const latest = latestOf(await journal.ofOnce(some.map(({ operationId }) => undoKeyOf(operationId ?? ""))));
    const settled = some.flatMap((row) => {
      const operation = latest.get(undoKeyOf(row.operationId ?? ""));
      if (operation && !isOpen(operation)) return [asCharged(afterVoid(row, operation))];
      if (operation) open.push(row);
      return [];
    });
    if (settled.length > 0) await store.saveOutcomes(hold, settled);
  }
  return open;
}

function isOpen({ status }: Operation): boolean {
  return status === "UNKNOWN" || status === "PENDING";
}

function piecesOf(rows: readonly RunRow[]): readonly (readonly RunRow[])[] {
  return Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, index) =>
    rows.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
}
