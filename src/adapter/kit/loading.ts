import { BillingError, settle } from "../../model/errors.ts";
import type { Loaded } from "../adapter.ts";

/** How to read several objects of a backend that reads them one by one. */

export interface EachOptions<T> {
  /** Ids that the backend cannot have cause no call. */
  readonly isPossible: (id: string) => boolean;
  /** So many calls are made at a time, so that the last ones do not spend their time in the connection's queue. */
  readonly atOnce: number;
  /** Null, or NOT_FOUND, for what does not exist. */
  readonly load: (id: string) => Promise<T | null>;
}

/** One result for each id, in their order; each id is loaded once, and its failure stays with it. */
export async function loadEach<T>(ids: readonly string[], { isPossible, atOnce, load }: EachOptions<T>): Promise<Loaded<T>[]> {
  const loaded = await settleEach([...new Set(ids)].filter(isPossible), atOnce, async (id) =>
    absentAsNull(await settle(load(id))),
  );
  return ids.map((id) => loaded.get(id) ?? null);
}

/** A list of each owner, in their order; its failure stays with it. */
export async function listEach<T>(
  owners: readonly string[],
  atOnce: number,
  list: (owner: string) => Promise<T>,
): Promise<(T | BillingError)[]> {
  const lists = await settleEach([...new Set(owners)], atOnce, list);
  return owners.map((owner) => lists.get(owner) as T | BillingError);
}

/** The results by key; at most `atOnce` are under way. Rejects with the first failure that is no BillingError. */
export async function settleEach<T>(
  keys: readonly string[],
  atOnce: number,
  work: (key: string) => Promise<T>,
): Promise<ReadonlyMap<string, T | BillingError>> {
  const results = new Map<string, T | BillingError>();
  const waiting = keys.values();
  const workOff = async (): Promise<void> => {
    // Shared: whoever is free takes the next one.
    for (const key of waiting) results.set(key, await settle(work(key)));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, keys.length) }, workOff));
  return results;
}

export function absentAsNull<T>(loaded: Loaded<T>): Loaded<T> {
  return isNotFound(loaded) ? null : loaded;
}

/** Null when it does not exist. */
export async function readIfThere<T>(reading: Promise<T>): Promise<T | null> {
  const read = absentAsNull<T>(await settle(reading));
  if (read instanceof BillingError) throw read;
  return read;
}

export function isNotFound(failure: unknown): boolean {
  return failure instanceof BillingError && failure.code === "NOT_FOUND";
}
