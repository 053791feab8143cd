import { isDeepStrictEqual } from "node:util";
import { BillingError, badResponse } from "../../model/errors.ts";
import type { Incomplete } from "../adapter.ts";

/**
 * Rows of a backend's list that are omitted, because they do not tell which record they are, or whose. The list reports them beside its other
 * rows, in the same words for all adapters. Rows that a filter rejects are not omitted rows.
 */
export interface OmittedRows {
  /** Counts an omitted row. @returns null in place of the row */
  readonly add: (why: Why) => null;
  /** The report, to spread into a page or a set; empty where no row was omitted. */
  readonly report: () => Incomplete;
}

const reasons = {
  id: "have no id that can be used",
  owner: "do not name their owner",
  type: "have an unknown type",
  sameId: "have the id of another one with different values",
} as const;
type Why = keyof typeof reasons;

/** @param noun of the rows, in the plural: "charges" */
export function createOmittedRows(backend: string, noun: string): OmittedRows {
  const counts = new Map<Why, number>();
  return {
    add: (why) => {
      counts.set(why, (counts.get(why) ?? 0) + 1);
      return null;
    },
    report: () => (counts.size === 0 ? {} : { incomplete: incomplete(backend, noun, counts) }),
  };
}

function incomplete(backend: string, noun: string, counts: ReadonlyMap<Why, number>): BillingError {
  const parts = [...counts].map(([why, count]) => `${count} ${reasons[why]}`);
  return badResponse(backend, `has ${noun} in this list that cannot be shown: ${parts.join(", ")}. The others are here`);
}

/** The same for a record that was read by its id. */
export function omittedRowError(backend: string, noun: string, why: Why): BillingError {
  return incomplete(backend, noun, new Map([[why, 1]]));
}

/** BAD_RESPONSE for a look: a record without an id may be the one that the write left behind, so the list proves nothing. */
export function withoutId(backend: string, noun: string): BillingError {
  return badResponse(
    backend,
    `has ${noun} without an id, which this request may have created: its list does not show the outcome`,
  );
}

/**
 * Two records of one answer with the same id that say different things: nobody can tell which of them is right. A list shows one of them
 * and reports the other as omitted. A record that is read by its id is BAD_RESPONSE instead, and so is a list that has to prove
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

/**
 * The highest id seen of each kind of record, for backends whose ids grow: a record with an id that is not higher is older. Ids are whole
 * numbers as text without leading zeros, and may exceed the safe integers of a double.
 */
interface HighestIds<Kind> {
  readonly seen: (kind: Kind, id: string) => void;
  /** Null before the first. */
  readonly of: (kind: Kind) => string | null;
}

export function createHighestIds<Kind>(): HighestIds<Kind> {
  const highest = new Map<Kind, string>();
  return {
    seen: (kind, id) => {
      const known = highest.get(kind);
      if (known === undefined || isHigherId(id, known)) highest.set(kind, id);
    },
    of: (kind) => highest.get(kind) ?? null,
  };
}

export function isHigherId(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}

/** The highest id of these records; null for none. */
export function highestIdOf(records: readonly { readonly id: string }[]): string | null {
  return records.reduce<string | null>((highest, { id }) => (highest === null || isHigherId(id, highest) ? id : highest), null);
}
