/**
 * How to read k objects of a backend that has no look-up of several ids: one by one, or from a list of all that it holds. Which
 * is better depends on how many it holds, and that is known only from lists that were read for another reason: nothing is
 * asked to find it out.
 */

export type BatchPlan = "gets" | "list";

export interface BatchCosts {
  /** How many different objects are wanted. */
  readonly wanted: number;
  /** How many rows a list of everything has. */
  readonly rows: number;
  /** At most so many come with one call. */
  readonly rowsPerCall: number;
  /** So many gets are under way at a time. */
  readonly concurrency: number;
  /** Mean of as many gets as are under way together; null = none was seen. */
  readonly getMilliseconds: number | null;
  /** Mean of what each further row adds to a call; null = no list was seen. */
  readonly rowMilliseconds: number | null;
}

/** As much of the gateway's processor time as a call takes is enough to read so many rows that nobody asked for (measured). */
const rowsWorthACall = 10;

/**
 * A list where it makes at most half of the calls, is over sooner, and takes no more of the gateway's processor time. What it
 * cannot hold, because more is wanted than there is, is read one by one behind it. Pure.
 */
export function planBatch(costs: BatchCosts): BatchPlan {
  const { wanted, rows, rowsPerCall, concurrency, getMilliseconds, rowMilliseconds } = costs;
  // A page that is full does not tell that it is the last one.
  const calls = Math.floor(rows / rowsPerCall) + 1;
  const missing = Math.max(0, wanted - rows);
  const saved = wanted - calls - missing;
  if (saved * 2 < wanted || rows > saved * rowsWorthACall) return "gets";
  // As long as no get was seen, only how many of them wait for one another tells what is over sooner.
  const round = getMilliseconds ?? 1;
  const row = getMilliseconds === null ? 0 : (rowMilliseconds ?? 0);
  const milliseconds = (gets: number): number => Math.ceil(gets / concurrency) * round;
  return calls * round + rows * row + milliseconds(missing) < milliseconds(wanted) ? "list" : "gets";
}

export interface BatchSettings {
  readonly concurrency: number;
  readonly rowsPerCall: number;
  /** From so many objects on the list is read while nothing is known of its size. Infinity = never. */
  readonly manyWhileUnknown: number;
}

/** What the calls of one connection have shown of one kind of objects, and the plans that follow from it. */
export interface Batches {
  readonly plan: (wanted: number) => BatchPlan;
  /** Reads `count` objects one by one, and notes how long that takes. */
  readonly gets: <T>(count: number, read: () => Promise<T>) => Promise<T>;
  /**
   * Reads rows [offset, offset + limit) of the list of everything, and notes how long that takes and where the list ends: fewer
   * rows than `limit` are its end, more of them are all. After a failure the size counts as unknown.
   */
  readonly rows: <T>(offset: number, limit: number, read: () => Promise<readonly T[]>) => Promise<readonly T[]>;
}

/** Longer than the directory takes, as it is usually configured, until it reads all lists again; what came or went meanwhile is little. */
const sizeIsOldAfterMs = 20 * 60_000;
/** The weight of what was seen last in a mean. */
const weight = 0.2;

export function createBatches({ concurrency, rowsPerCall, manyWhileUnknown }: BatchSettings): Batches {
  let size: { readonly rows: number; readonly seenAt: number } | null = null;
  let getMilliseconds: number | null = null;
  let lists = { calls: 0, rows: 0, milliseconds: 0 };

  /** A list's first row costs what a get costs. */
  const rowMilliseconds = (): number | null =>
    lists.rows === 0 ? null : Math.max(0, lists.milliseconds - lists.calls * (getMilliseconds ?? 0)) / lists.rows;

  function noteList(rows: number, milliseconds: number): void {
    const kept = 1 - weight;
    lists = {
      calls: lists.calls * kept + Math.floor(rows / rowsPerCall) + 1,
      rows: lists.rows * kept + rows,
      milliseconds: lists.milliseconds * kept + milliseconds,
    };
  }

  return {
    plan: (wanted) => {
      if (size === null || performance.now() - size.seenAt > sizeIsOldAfterMs) {
        return wanted >= manyWhileUnknown ? "list" : "gets";
      }
      const known = { rows: size.rows, rowsPerCall, concurrency, getMilliseconds, rowMilliseconds: rowMilliseconds() };
      return planBatch({ wanted, ...known });
    },
    gets: async (count, read) => {
      const started = performance.now();
      const answer = await read();
      const seen = (performance.now() - started) / Math.ceil(count / concurrency);
      // Nothing was asked for, and so nothing was seen.
      if (count > 0) getMilliseconds = getMilliseconds === null ? seen : getMilliseconds + (seen - getMilliseconds) * weight;
      return answer;
    },
    rows: async (offset, limit, read) => {
      const started = performance.now();
      try {
        const rows = await read();
        noteList(rows.length, performance.now() - started);
        // Behind the end there is nothing to see.
        const ends = rows.length < limit && (rows.length > 0 || offset === 0);
        if (rows.length > limit) size = { rows: rows.length, seenAt: started };
        else if (ends) size = { rows: offset + rows.length, seenAt: started };
        return rows;
      } catch (error) {
        size = null;
        throw error;
      }
    },
  };
}
