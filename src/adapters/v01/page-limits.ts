/**
 * How many rows of a list come with one call. No upper bound is stated (5.2): a server may refuse a limit (18, V30), or cut the page at
 * its own maximum and say nothing. What it does is learnt from what it gives, and remembered for all lists.
 */
export interface PageLimits {
  /** How many rows to ask for where so many are wanted. */
  readonly ask: (wanted: number) => number;
  /** False: there is no smaller number to ask for. */
  readonly refused: (limit: number) => boolean;
  /**
   * Whether rows may follow on a page of so many, where so many were asked for. A server's maximum is mostly the same for all of its lists:
   * what is shorter than a page that it has given was not cut. Of a page as long as the longest nobody knows, nor of the longest one so far
   * of this kind of list, which may have a maximum of its own: it is looked behind once.
   */
  readonly mayGoOn: (list: string, rows: number, limit: number) => boolean;
  /** Rows have followed on a page of so many, which was shorter than asked. */
  readonly cut: (list: string, rows: number) => void;
}

/** Round numbers, as people choose for maxima. */
export const smallerLimits = [1000, 500, 250, 200, 100, 50, 25, 20, 10, 5, 2, 1];

/** @param largest a setting: no more are ever asked for */
export function createPageLimits(largest: number): PageLimits {
  let allowed = largest;
  /** The longest page that any list has given: no page is cut before that. */
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
      // Another call may have learnt it meanwhile.
      if (limit > allowed) return true;
      const next = smallerLimits.find((rows) => rows < limit);
      if (next === undefined) return false;
      allowed = next;
      return true;
    },
    mayGoOn: (list, rows, limit) => {
      const kind = kindOf(list);
      const isProven = rows < longest && rows <= kind.longest && rows < kind.cutAt;
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
