import type { Store } from "../journal/store.ts";
import { latestOf, undoneAmong } from "./checking.ts";
import type { RunRow } from "./model.ts";
import { withOperation } from "./sending.ts";

/** Rows whose current state the journal knows and their run does not yet. */

/**
 * Those of the rows that were sent already, with their outcome: the process that sent them stopped before it could save them.
 *
 * @param rows in the state READY
 */
export async function sentAmong(
  rows: readonly RunRow[],
  journal: Pick<Store, "ofOnce">,
  runId: string,
): Promise<readonly RunRow[]> {
  const latest = latestOf(await journal.ofOnce(rows.map(({ onceKey }) => onceKey)));
  const undone = await undoneAmong([...latest.values()], journal);
  return rows.flatMap((row) => {
    const operation = latest.get(row.onceKey);
    if (!operation || undone.has(operation.id)) return [];
    const isLater = (operation.once?.number ?? 0) > row.onceNumber;
    return isLater || operation.status !== "FAILED" ? [withOperation(row, operation, runId)] : [];
  });
}

/**
 * Those of the rows whose unknown outcome is known now.
 *
 * @param rows in the state UNKNOWN
 */
export async function settledAmong(
  rows: readonly RunRow[],
  journal: Pick<Store, "byIds">,
  runId: string,
): Promise<readonly RunRow[]> {
  const found = await journal.byIds(rows.flatMap(({ operationId }) => operationId ?? []));
  const operations = new Map(found.map((operation) => [operation.id, operation]));
  return rows.flatMap((row) => {
    const operation = operations.get(row.operationId ?? "");
    const current = operation ? withOperation(row, operation, runId) : row;
    return current.state === "UNKNOWN" ? [] : [current];
  });
}
