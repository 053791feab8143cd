import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { CallScope, GetMany, Loaded } from "../adapter.ts";

/** Reads several objects of a backend that reads them one by one. */

interface EachOptions<T> {
  /** Ids that the backend cannot have cause no call. */
  readonly isPossible: (id: string) => boolean;
  /** The number of calls in flight at a time, so that the last ones do not time out in the connection's queue. */
  readonly atOnce: number;
  /** Null, or NOT_FOUND, for an object that does not exist. */
  readonly load: (id: string) => Promise<T | null>;
}

/** Loads each id once: one result for each id, in their order. A failure stays with its id. */
export async function loadEach<T>(ids: readonly string[], { isPossible, atOnce, load }: EachOptions<T>): Promise<Loaded<T>[]> {
  const loaded = await settleEach([...new Set(ids)].filter(isPossible), atOnce, async (id) =>
    absentAsNull(await settle(load(id))),
  );
  return ids.map((id) => loaded.get(id) ?? null);
}

/** Reads one list for each owner, in their order. A failure stays with its owner. */
export async function listEach<T>(
  owners: readonly string[],
  atOnce: number,
  list: (owner: string) => Promise<T>,
): Promise<(T | BillingError)[]> {
  const lists = await settleEach([...new Set(owners)], atOnce, list);
  return owners.map((owner) => lists.get(owner) as T | BillingError);
}

/** Works off keys, `atOnce` at a time: the results by key. Rejects with the first failure that is not a BillingError. */
export async function settleEach<T>(
  keys: readonly string[],
  atOnce: number,
  work: (key: string) => Promise<T>,
): Promise<ReadonlyMap<string, T | BillingError>> {
  const results = new Map<string, T | BillingError>();
  const waiting = keys.values();
  const workOff = async (): Promise<void> => {
    // The iterator is shared: each worker takes the next key.
    for (const key of waiting) results.set(key, await settle(work(key)));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, keys.length) }, workOff));
  return results;
}

/** Reads one object by the read of several. Rejects with NOT_FOUND where it does not exist. @param what "The tax" */
export function readOne<T extends object>(backend: string, what: string, getMany: GetMany<T>) {
  return async (id: string, scope: CallScope): Promise<T> => {
    const [found] = await getMany([id], scope);
    if (found instanceof Error) throw found;
    if (!found) throw notFound(backend, what);
    return found;
  };
}

export function absentAsNull<T>(loaded: Loaded<T>): Loaded<T> {
  return isNotFound(loaded) ? null : loaded;
}

/** The object that is read; null where it does not exist. */
export async function readIfThere<T>(reading: Promise<T>): Promise<T | null> {
  const read = absentAsNull<T>(await settle(reading));
  if (read instanceof BillingError) throw read;
  return read;
}

export function isNotFound(failure: unknown): boolean {
  return failure instanceof BillingError && failure.code === "NOT_FOUND";
}

/**
 * Decides how to read k objects, or their parts, from a backend without a lookup of several ids: one by one, or from a list of everything.
 * The better way depends on the length of that list, which is learnt only from lists that were read for another reason: no call is made to
 * find it out.
 */

type BatchPlan = "gets" | "list";

export interface BatchCosts {
  /** The number of different objects that are wanted. */
  readonly wanted: number;
  /** The number of objects in the list of everything. */
  readonly objects: number;
  /** The number of its rows: one, or several, for each object. */
  readonly rows: number;
  /** True: objects that are not in the list do not exist. False: they are read one by one after it. */
  readonly listHasAll: boolean;
  /** The largest number of rows of one call. */
  readonly rowsPerCall: number;
  /** The number of gets in flight at a time. */
  readonly concurrency: number;
  /** The mean time of `concurrency` gets in flight together; null before the first. */
  readonly getMilliseconds: number | null;
  /** The mean time that each further row adds to a call; null before the first list. */
  readonly rowMilliseconds: number | null;
  /** The number of unwanted rows that cost as much as one call. */
  readonly rowsWorthACall: number;
}

/** The rows that the gateway can decode in the processor time of one call (measured). */
const rowsInTheTimeOfACall = 10;

/**
 * Chooses the list where it makes at most half of the calls, ends sooner, and its unwanted rows cost no more than the calls it saves. Objects
 * beyond the list's length are read one by one after it. Pure.
 */
export function planBatch(costs: BatchCosts): BatchPlan {
  const { wanted, objects, rows, listHasAll, rowsPerCall, concurrency, getMilliseconds, rowMilliseconds, rowsWorthACall } = costs;
  // A full page does not tell that it is the last one.
  const calls = Math.floor(rows / rowsPerCall) + 1;
  const missing = listHasAll ? 0 : Math.max(0, wanted - objects);
  const saved = wanted - calls - missing;
  const unwantedRows = wanted >= objects ? 0 : (rows * (objects - wanted)) / objects;
  if (saved * 2 < wanted || unwantedRows > saved * rowsWorthACall) return "gets";
  // Before the first get, only the number of rounds tells which way ends sooner.
  const round = getMilliseconds ?? 1;
  const row = getMilliseconds === null ? 0 : (rowMilliseconds ?? 0);
  const milliseconds = (gets: number): number => Math.ceil(gets / concurrency) * round;
  return calls * round + rows * row + milliseconds(missing) < milliseconds(wanted) ? "list" : "gets";
}

interface BatchSettings<Listed> {
  readonly concurrency: number;
  readonly rowsPerCall: number;
  /** The number of objects from which a list of unknown length is read. Infinity = never. */
  readonly manyWhileUnknown: number;
  /** The number of rows of a listed object; default 1. */
  readonly rowsOf?: (listed: Listed) => number;
  /** See BatchCosts; default false. */
  readonly listHasAll?: boolean;
  /** See BatchCosts; default: the rows that the gateway decodes in the time of one call. */
  readonly rowsWorthACall?: number;
}

/** Plans batches of one kind of object on one connection, and learns from its calls. */
export interface Batches<Listed = unknown> {
  readonly plan: (wanted: number) => BatchPlan;
  /** Reads `count` objects one by one, and measures the time. */
  readonly gets: <T>(count: number, read: () => Promise<T>) => Promise<T>;
  /**
   * Reads rows [offset, offset + limit) of the list of everything, and learns its time and length: fewer rows than `limit` are its end, more
   * are the whole list. After a failure the length is unknown.
   */
  readonly rows: <T extends Listed>(offset: number, limit: number, read: () => Promise<readonly T[]>) => Promise<readonly T[]>;
}

/** A known length is stale after this time: longer than the directory usually takes until it reads all lists again. */
const sizeIsOldAfterMs = 20 * 60_000;
/** The weight of the latest value in a moving mean. */
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

  /** The time of a further row: a list's first row costs as much as a get. */
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
      // A batch of none made no call.
      if (count > 0) getMilliseconds = getMilliseconds === null ? seen : getMilliseconds + (seen - getMilliseconds) * weight;
      return answer;
    },
    rows: async (offset, limit, read) => {
      const started = performance.now();
      try {
        const listed = await read();
        const rows = listed.reduce((sum, each) => sum + rowsOf(each), 0);
        noteList(rows, performance.now() - started);
        // An empty page behind the start does not tell where the list ended.
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
