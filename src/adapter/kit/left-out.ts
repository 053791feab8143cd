import { BillingError, named } from "../../model/errors.ts";
import type { Incomplete } from "../adapter.ts";

/**
 * Rows of a list that are there and cannot be given, because nothing tells which record they are or whose. A list says so beside its other
 * rows: the one place and the same words for all adapters. Rows that a filter rejects are none of these.
 */
export interface LeftOut {
  /** @returns null, which stands for the row */
  readonly add: (why: Why) => null;
  /** To be spread into a page or a set. */
  readonly told: () => Incomplete;
}

const reasons = {
  id: "have no id that anybody could refer to",
  owner: "do not tell whose they are",
  type: "are of a type that is not known",
  sameId: "have the id of another one, which says something else",
} as const;
export type Why = keyof typeof reasons;

/** @param noun what the rows are, in the plural: "charges" */
export function createLeftOut(backend: string, noun: string): LeftOut {
  const counts = new Map<Why, number>();
  return {
    add: (why) => {
      counts.set(why, (counts.get(why) ?? 0) + 1);
      return null;
    },
    told: () => (counts.size === 0 ? {} : { incomplete: incomplete(backend, noun, counts) }),
  };
}

function incomplete(backend: string, noun: string, counts: ReadonlyMap<Why, number>): BillingError {
  const parts = [...counts].map(([why, count]) => `${count} ${reasons[why]}`);
  const message = `${named(backend)} has ${noun} in this list that cannot be shown: ${parts.join(", ")}. The others are here.`;
  return new BillingError("BAD_RESPONSE", message, { backend, retryable: false });
}

/** Of a record that was asked for by itself. */
export function leftOutError(backend: string, noun: string, why: Why): BillingError {
  return incomplete(backend, noun, new Map([[why, 1]]));
}

/** Of a look after a write: a record that has no id may be the one that it left behind, so that nothing follows. */
export function withoutId(backend: string, noun: string): BillingError {
  const message = `${named(backend)} has ${noun} without an id that may have been made by this request: nothing follows from its list.`;
  return new BillingError("BAD_RESPONSE", message, { backend, retryable: false });
}
