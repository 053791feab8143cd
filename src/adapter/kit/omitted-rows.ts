import { type BillingError, badResponse } from "../../model/errors.ts";
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
export type Why = keyof typeof reasons;

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
