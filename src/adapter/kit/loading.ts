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
