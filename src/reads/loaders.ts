import DataLoader from "dataloader";
import type { Adapter, CallScope, ChargeSet, ChargeWindow, GetMany, ListCharges } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, unsupported } from "../model/errors.ts";
import type { Charge, Contact, Customer, Plan, Ref, Service, Tax } from "../model/model.ts";
import type { ChargeQuery } from "../model/queries.ts";

/**
 * The one place where lookups are batched. A loader lives for one request. It groups its keys by backend, asks each backend
 * once, keeps the order, and reports a failure with the key that it concerns.
 */
export interface Loaders {
  readonly customers: DataLoader<Ref, Customer | null, string>;
  /** Bypasses the cache: for balances. */
  readonly customersNow: DataLoader<Ref, Customer | null, string>;
  readonly contacts: DataLoader<Ref, Contact | null, string>;
  readonly charges: DataLoader<Ref, Charge | null, string>;
  readonly taxes: DataLoader<Ref, Tax | null, string>;
  readonly plans: DataLoader<Ref, Plan | null, string>;
  readonly services: DataLoader<Ref, Service | null, string>;
  readonly chargesOfCustomers: DataLoader<ChargesKey, ChargeSet, string>;
  readonly chargesOfPlans: DataLoader<ChargesKey, ChargeSet, string>;
  readonly taxesOfCustomers: DataLoader<Ref, readonly Tax[], string>;
}

interface ChargesKey extends Ref {
  readonly query: ChargeQuery;
  readonly window: ChargeWindow;
}

export interface RequestLoaders extends Loaders {
  readonly clearAll: () => void;
}

export function createLoaders(backends: Backends, scope: CallScope): RequestLoaders {
  return new LoadersOfRequest(backends, scope);
}

/**
 * The loaders of one request. Each is made when it is first used: most requests need one or two. A class, because every request makes one:
 * an object literal with as many getters takes 3 µs, an instance 40 ns.
 */
class LoadersOfRequest implements RequestLoaders {
  readonly #backends: Backends;
  readonly #scope: CallScope;
  #customers: Loaders["customers"] | undefined;
  #customersNow: Loaders["customersNow"] | undefined;
  #contacts: Loaders["contacts"] | undefined;
  #charges: Loaders["charges"] | undefined;
  #taxes: Loaders["taxes"] | undefined;
  #plans: Loaders["plans"] | undefined;
  #services: Loaders["services"] | undefined;
  #chargesOfCustomers: Loaders["chargesOfCustomers"] | undefined;
  #chargesOfPlans: Loaders["chargesOfPlans"] | undefined;
  #taxesOfCustomers: Loaders["taxesOfCustomers"] | undefined;

  constructor(backends: Backends, scope: CallScope) {
    this.#backends = backends;
    this.#scope = scope;
  }

  get customers() {
    this.#customers ??= this.#entities((adapter) => adapter.customers.getMany);
    return this.#customers;
  }
  get customersNow() {
    const now = (): CallScope => ({ ...this.#scope, fresh: true });
    this.#customersNow ??= this.#entities((adapter) => adapter.customers.getMany, now);
    return this.#customersNow;
  }
  get contacts() {
    this.#contacts ??= this.#entities((adapter) => adapter.customers.getContacts);
    return this.#contacts;
  }
  get charges() {
    this.#charges ??= this.#entities((adapter) => adapter.charges.getMany);
    return this.#charges;
  }
  get taxes() {
    this.#taxes ??= this.#entities((adapter) => adapter.taxes?.getMany);
    return this.#taxes;
  }
  get plans() {
    this.#plans ??= this.#entities((adapter) => adapter.plans?.getMany);
    return this.#plans;
  }
  get services() {
    this.#services ??= this.#entities((adapter) => adapter.services?.getMany);
    return this.#services;
  }
  get chargesOfCustomers() {
    this.#chargesOfCustomers ??= this.#chargesBy((adapter) => adapter.charges.listByCustomers);
    return this.#chargesOfCustomers;
  }
  get chargesOfPlans() {
    this.#chargesOfPlans ??= this.#chargesBy((adapter) => adapter.charges.listByPlans);
    return this.#chargesOfPlans;
  }
  get taxesOfCustomers() {
    this.#taxesOfCustomers ??= batching<Ref, readonly Tax[]>(this.#backends, refKey, async (adapter, refs) => {
      const list = adapter.taxes?.listByCustomers;
      return list ? list(idsOf(refs), this.#scope) : refs.map(() => []);
    });
    return this.#taxesOfCustomers;
  }

  clearAll = (): void => {
    this.#customers?.clearAll();
    this.#customersNow?.clearAll();
    this.#contacts?.clearAll();
    this.#charges?.clearAll();
    this.#taxes?.clearAll();
    this.#plans?.clearAll();
    this.#services?.clearAll();
    this.#chargesOfCustomers?.clearAll();
    this.#chargesOfPlans?.clearAll();
    this.#taxesOfCustomers?.clearAll();
  };

  /** A loader for a backend's `getMany`. Without one, every key gives null. */
  #entities<T>(
    verb: (adapter: Adapter) => GetMany<T> | undefined,
    asked: () => CallScope = () => this.#scope,
  ): DataLoader<Ref, T | null, string> {
    return batching(this.#backends, refKey, async (adapter, refs) => {
      const getMany = verb(adapter);
      return getMany ? getMany(idsOf(refs), asked()) : refs.map(() => null);
    });
  }

  #chargesBy(verb: (adapter: Adapter) => ListCharges | undefined): DataLoader<ChargesKey, ChargeSet, string> {
    return batching(this.#backends, chargesKey, async (adapter, keys) => {
      const list = verb(adapter);
      if (!list) return keys.map(() => unsupported(adapter.key, "Its backend does not keep such charges."));
      return inGroups(keys, windowKey, (group, { query, window }) => list(idsOf(group), query, window, this.#scope));
    });
  }
}

const idsOf = (refs: readonly Ref[]): readonly string[] => refs.map(({ id }) => id);
const refKey = ({ backend, id }: Ref): string => `${backend}:${id}`;
const windowKey = ({ query, window }: ChargesKey): string => JSON.stringify([query, window]);
const chargesKey = (key: ChargesKey): string => `${refKey(key)} ${windowKey(key)}`;

function batching<Key extends Ref, T>(
  backends: Backends,
  cacheKeyFn: (key: Key) => string,
  fetch: (adapter: Adapter, keys: readonly Key[]) => Promise<readonly (T | BillingError)[]>,
): DataLoader<Key, T, string> {
  const loadBatch = (keys: readonly Key[]): Promise<readonly (T | Error)[]> =>
    inGroups<Key, T | Error>(
      keys,
      ({ backend }) => backend,
      (group, { backend }) => {
        const adapter = backends.get(backend)?.adapter;
        // One backend's failure does not affect the keys of others.
        const failed = (error: unknown): readonly Error[] =>
          group.map(() => (error instanceof Error ? error : new Error(String(error))));
        if (!adapter) return Promise.resolve(failed(new BillingError("NOT_FOUND", `There is no backend "${backend}".`)));
        return fetch(adapter, group).catch(failed);
      },
    );
  return new DataLoader<Key, T, string>(loadBatch, { cacheKeyFn });
}

/** A loader for data that is not read from a backend. `fetch` returns one value for each key, in order. */
export function createLoader<Key, T>(
  fetch: (keys: readonly Key[]) => Promise<readonly (T | BillingError)[]>,
  keyOf: (key: Key) => string,
): DataLoader<Key, T, string> {
  return new DataLoader<Key, T, string>(fetch, { cacheKeyFn: keyOf });
}

/** Splits keys into groups, handles the groups in parallel, and puts the results back into the order of the keys. */
function inGroups<Key, T>(
  keys: readonly Key[],
  groupOf: (key: Key) => string,
  handle: (group: readonly Key[], first: Key) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const [firstKey] = keys;
  const names = keys.map(groupOf);
  // One group is by far the most frequent case.
  if (firstKey !== undefined && names.every((name) => name === names[0])) return handle(keys, firstKey);
  const groups = Map.groupBy(keys.keys(), (index) => names[index]);
  const results = new Array<T>(keys.length);
  const handled = [...groups.values()].map(async (places) => {
    const group = places.map((index) => keys[index] as Key);
    const values = await handle(group, group[0] as Key);
    for (const [position, index] of places.entries()) results[index] = values[position] as T;
  });
  return Promise.all(handled).then(() => results);
}
