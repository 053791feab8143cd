import { isDeepStrictEqual } from "node:util";
import { BillingError } from "../../model/errors.ts";

/**
 * Two records of one answer with the same id that say different things: nobody can tell which of them is right. A list shows one of them
 * and reports the other (kit/omitted-rows.ts). A record that is read by its id is BAD_RESPONSE instead, and so is a list that has to prove
 * something. The same record twice is one record, and records of two answers do not count: a record may change between them.
 */
export function clashingIds<Row>(rows: readonly Row[], keyOf: (row: Row) => string | null): ReadonlySet<string> {
  const firsts = new Map<string, Row>();
  let clashing: Set<string> | null = null;
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else if (!isDeepStrictEqual(first, row)) {
      clashing ??= new Set();
      clashing.add(key);
    }
  }
  return clashing ?? none;
}

const none: ReadonlySet<string> = new Set();

export function sameIdError(): BillingError {
  const message = "The backend has two records with the same id and different values.";
  return new BillingError("BAD_RESPONSE", message, { retryable: false });
}

/** The records of one answer by their ids. An id of two records that differ has an error instead. */
export function recordsById<Row, T>(
  rows: readonly Row[],
  keyOf: (row: Row) => string | null,
  map: (row: Row) => T,
): ReadonlyMap<string, T | BillingError> {
  const clashing = clashingIds(rows, keyOf);
  const found = new Map<string, T | BillingError>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null || found.has(key)) continue;
    found.set(key, clashing.has(key) ? sameIdError() : map(row));
  }
  return found;
}

/** The record with this id. Throws BAD_RESPONSE if there are two that say different things. */
export function recordWithId<Row>(rows: readonly Row[], keyOf: (row: Row) => string | null, id: string): Row | null {
  const own = rows.filter((row) => keyOf(row) === id);
  if (clashingIds(own, keyOf).size > 0) throw sameIdError();
  return own[0] ?? null;
}
