/**
 * How to read k objects, or what belongs to k objects, of a backend that has no look-up of several ids: one by one, or from a list
 * of all that it holds. Which is better depends on how many it holds, and that is known only from lists that were read for another
 * reason: nothing is asked to find it out.
 */

export type BatchPlan = "gets" | "list";

export interface BatchCosts {
  /** How many different objects are wanted. */
  readonly wanted: number;
  /** How many a list of everything holds. */
  readonly objects: number;
  /** In how many rows: as many, or some for each. */
  readonly rows: number;
  /** What is not in the list is read one by one behind it; true = there is none of it. */
  readonly listHasAll: boolean;
  /** At most so many come with one call. */
  readonly rowsPerCall: number;
  /** So many gets are under way at a time. */
  readonly concurrency: number;
  /** Mean of as many gets as are under way together; null = none was seen. */
  readonly getMilliseconds: number | null;
  /** Mean of what each further row adds to a call; null = no list was seen. */
  readonly rowMilliseconds: number | null;
  /** A call is worth reading so many rows that nobody asked for. */
  readonly rowsWorthACall: number;
}

/** What the processor time that the gateway takes for a call is enough for (measured). */
const rowsInTheTimeOfACall = 10;

/**
 * A list where it makes at most half of the calls, is over sooner, and reads no more in vain than its calls are worth. What it
 * cannot hold, because more is wanted than there is, is read one by one behind it. Pure.
 */
export function planBatch(costs: BatchCosts): BatchPlan {
  const { wanted, objects, rows, listHasAll, rowsPerCall, concurrency, getMilliseconds, rowMilliseconds, rowsWorthACall } = costs;
  // A page that is full does not tell that it is the last one.
  const calls = Math.floor(rows / rowsPerCall) + 1;
  const missing = listHasAll ? 0 : Math.max(0, wanted - objects);
  const saved = wanted - calls - missing;
  const unwantedRows = wanted >= objects ? 0 : (rows * (objects - wanted)) / objects;
  if (saved * 2 < wanted || unwantedRows > saved * rowsWorthACall) return "gets";
  // As long as no get was seen, only how many of them wait for one another tells what is over sooner.
  const round = getMilliseconds ?? 1;
  const row = getMilliseconds === null ? 0 : (rowMilliseconds ?? 0);
  const milliseconds = (gets: number): number => Math.ceil(gets / concurrency) * round;
  return calls * round + rows * row + milliseconds(missing) < milliseconds(wanted) ? "list" : "gets";
}

export interface BatchSettings<Listed> {
  readonly concurrency: number;
  readonly rowsPerCall: number;
  /** From so many objects on the list is read while nothing is known of its size. Infinity = never. */
  readonly manyWhileUnknown: number;
  /** Of how many rows the list has what it lists; default 1. */
  readonly rowsOf?: (listed: Listed) => number;
  /** Whether what is not in the list is known not to be there; default: not. */
  readonly listHasAll?: boolean;
  /** How many rows that nobody asked for a call is worth; default: as many as the gateway reads in the time of one. */
  readonly rowsWorthACall?: number;
}

/** What the calls of one connection have shown of one kind of objects, and the plans that follow from it. */
export interface Batches<Listed = unknown> {
  readonly plan: (wanted: number) => BatchPlan;
  /** Reads `count` objects one by one, and notes how long that takes. */
  readonly gets: <T>(count: number, read: () => Promise<T>) => Promise<T>;
  /**
   * Reads rows [offset, offset + limit) of the list of everything, and notes how long that takes and where the list ends: fewer
   * rows than `limit` are its end, more of them are all. After a failure the size counts as unknown.
   */
  readonly rows: <T extends Listed>(offset: number, limit: number, read: () => Promise<readonly T[]>) => Promise<readonly T[]>;
}

/** Longer than the directory takes, as it is usually configured, until it reads all lists again; what came or went meanwhile is little. */
const sizeIsOldAfterMs = 20 * 60_000;
/** The weight of what was seen last in a mean. */
const weight = 0.2;

export function createBatches<Listed = unknown>(settings: BatchSettings<Listed>): Batches<Listed> {
  const {
    concurrency,
    rowsPerCall,
    manyWhileUnknown,
    rowsOf = () => 1,
    listHasAll = false,
    rowsWorthACall = rowsInTheTimeOfACall,
  } = settings;
  let size: { readonly objects: number; readonly rows: number; readonly seenAt: number } | null = null;
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
      const known = {
        objects: size.objects,
        rows: size.rows,
        rowsPerCall,
        concurrency,
        getMilliseconds,
        rowMilliseconds: rowMilliseconds(),
        rowsWorthACall,
        listHasAll,
      };
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
        const listed = await read();
        const rows = listed.reduce((sum, each) => sum + rowsOf(each), 0);
        noteList(rows, performance.now() - started);
        // Behind the end there is nothing to see.
        const ends = listed.length < limit && (listed.length > 0 || offset === 0);
        const before = listed.length > limit ? 0 : offset;
        if (ends || listed.length > limit) size = { objects: before + listed.length, rows: before + rows, seenAt: started };
        return listed;
      } catch (error) {
        size = null;
        throw error;
      }
    },
  };
}
