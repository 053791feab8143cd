import { mayBeMaximum } from "../../adapter/kit/list-parts.ts";

/**
 * The page sizes that a server allows. No upper bound is stated (5.2): a server may refuse a limit (18, V30), or silently cut the page at
 * its own maximum. Its answers teach which, for all lists.
 */
export interface PageLimits {
  /** The limit to send for this many wanted rows. */
  readonly ask: (wanted: number) => number;
  /** Notes that the server refused a limit. False where no smaller one is left to try. */
  readonly refused: (limit: number) => boolean;
  /**
   * Whether rows may follow a page of `rows` rows, where `limit` were asked for. A server mostly has one maximum for all its lists: a page
   * that is shorter than one it has given was not cut, unless a usual maximum was set since. A page as long as the longest may have been cut,
   * and so may the longest page of this kind of list, which may have its own maximum: then one more page is read.
   */
  readonly mayGoOn: (list: string, rows: number, limit: number) => boolean;
  /** Notes that the server cut a page at this many rows: more rows followed. */
  readonly cut: (list: string, rows: number) => void;
}

/** Limits to try after a refusal: round numbers, as people choose for maxima. */
export const smallerLimits = [1000, 500, 250, 200, 100, 50, 25, 20, 10, 5, 2, 1];

/** @param largest the configured maximum: no limit is above it */
export function createPageLimits(largest: number): PageLimits {
  let allowed = largest;
  /** The longest page of any list so far: no page was cut below that. */
  let longest = 0;
  const kinds = new Map<string, { longest: number; cutAt: number }>();
  const kindOf = (list: string) => {
    const kind = kinds.get(list) ?? { longest: 0, cutAt: Number.POSITIVE_INFINITY };
    kinds.set(list, kind);
    return kind;
  };
  return {
    ask: (wanted) => Math.min(wanted, allowed),
    refused: (limit) => {
      // Another call has learnt a smaller limit meanwhile.
      if (limit > allowed) return true;
      const next = smallerLimits.find((rows) => rows < limit);
      if (next === undefined) return false;
      allowed = next;
      return true;
    },
    mayGoOn: (list, rows, limit) => {
      const kind = kindOf(list);
      const isProven = rows < longest && rows <= kind.longest && rows < kind.cutAt && !mayBeMaximum(rows);
      longest = Math.max(longest, rows);
      kind.longest = Math.max(kind.longest, rows);
      return rows >= limit || (rows > 0 && !isProven);
    },
    cut: (list, rows) => {
      const kind = kindOf(list);
      kind.cutAt = Math.min(kind.cutAt, rows);
    },
  };
}
