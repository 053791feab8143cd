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
   *
   * @param certain false: whether a usual maximum was set since is looked at once a minute only, for each kind of list and each length
   */
  readonly mayGoOn: (list: string, rows: number, limit: number, certain: boolean) => boolean;
  /** Notes that the server cut a page at this many rows: more rows followed. */
  readonly cut: (list: string, rows: number) => void;
}

/** Limits to try after a refusal: round numbers, as people choose for maxima. */
export const smallerLimits = [1000, 500, 250, 200, 100, 50, 25, 20, 10, 5, 2, 1];

/** How often pages of one length are followed to see whether the maximum was set anew, in milliseconds. */
const followEveryMs = 60_000;

interface Kind {
  longest: number;
  cutAt: number;
  /** When a page of so many rows was last followed by another call for this reason only. */
  readonly followedAt: Map<number, number>;
}

/** @param largest the configured maximum: no limit is above it */
export function createPageLimits(largest: number): PageLimits {
  let allowed = largest;
  /** The longest page of any list so far: no page was cut below that. */
  let longest = 0;
  const kinds = new Map<string, Kind>();
  const kindOf = (list: string): Kind => {
    const kind = kinds.get(list) ?? { longest: 0, cutAt: Number.POSITIVE_INFINITY, followedAt: new Map() };
    kinds.set(list, kind);
    return kind;
  };

  /** Whether somebody may have set a smaller maximum since longer pages came. */
  function mayBeNewMaximum(kind: Kind, rows: number, certain: boolean): boolean {
    if (!mayBeMaximum(rows)) return false;
    if (certain) return true;
    const at = performance.now();
    if (at - (kind.followedAt.get(rows) ?? Number.NEGATIVE_INFINITY) < followEveryMs) return false;
    kind.followedAt.set(rows, at);
    return true;
  }

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
    mayGoOn: (list, rows, limit, certain) => {
      const kind = kindOf(list);
      const isShorter = rows < longest && rows <= kind.longest && rows < kind.cutAt;
      const isProven = isShorter && !mayBeNewMaximum(kind, rows, certain);
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
