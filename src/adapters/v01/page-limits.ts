/**
 * How many rows of a list come with one call. No upper bound is stated (5.2): a server may refuse a limit (18, V30), or cut the page at
 * its own maximum and say nothing. What it does is learnt from what it gives, and remembered for all lists.
 */
export interface PageLimits {
  /** How many rows to ask for where so many are wanted. */
  readonly ask: (wanted: number) => number;
  /** False: there is no smaller number to ask for. */
  readonly refused: (limit: number) => boolean;
  /** Whether rows may follow on a page of so many, where so many were asked for. */
  readonly mayGoOn: (list: string, rows: number, limit: number) => boolean;
}

/** Round numbers, as people choose for maxima. */
export const smallerLimits = [1000, 500, 250, 200, 100, 50, 25, 20, 10, 5, 2, 1];

/** @param largest a setting: no more are ever asked for */
export function createPageLimits(largest: number): PageLimits {
  let allowed = largest;
  /** By list, the longest page that it has given. */
  const longest = new Map<string, number>();
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
      const seen = longest.get(list) ?? 0;
      longest.set(list, Math.max(seen, rows));
      // What is shorter than another page of the same list was not cut.
      return rows >= limit || (rows >= seen && isRound(rows));
    },
  };
}

/** Guess: maxima are multiples of five or powers of two, and not below ten. */
export function isRound(rows: number): boolean {
  return rows >= 10 && (rows % 5 === 0 || (rows & (rows - 1)) === 0);
}
