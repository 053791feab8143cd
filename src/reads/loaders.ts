import DataLoader from "dataloader";
import type { Adapter, CallScope, ChargeSet, ChargeWindow, GetMany, ListCharges } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, unsupported } from "../model/errors.ts";
import { once } from "../model/memoised.ts";
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

/** The loaders of one request. Each is made when it is first used: most requests need one or two. */
export function createLoaders(backends: Backends, scope: CallScope): Loaders & { readonly clearAll: () => void } {
  /** A loader for a backend's `getMany`. Without one, every key gives null. */
  const entities = <T>(
    verb: (adapter: Adapter) => GetMany<T> | undefined,
    asked: () => CallScope = () => scope,
  ): DataLoader<Ref, T | null, string> =>
    batching(backends, refKey, async (adapter, refs) => {
      const getMany = verb(adapter);
      return getMany
        ? getMany(
            refs.map(({ id }) => id),
            asked(),
          )
        : refs.map(() => null);
    });

  const charges = (verb: (adapter: Adapter) => ListCharges | undefined): DataLoader<ChargesKey, ChargeSet, string> =>
    batching(backends, chargesKey, async (adapter, keys) => {
      const list = verb(adapter);
      if (!list) return keys.map(() => unsupported(adapter.key, "Its backend does not keep such charges."));
      return inGroups(keys, windowKey, (group, { query, window }) =>
        list(
          group.map(({ id }) => id),
          query,
          window,
          scope,
        ),
      );
    });

  const made: { readonly clearAll: () => unknown }[] = [];
  const whenUsed = <Loader extends { readonly clearAll: () => unknown }>(make: () => Loader): (() => Loader) =>
    once(() => {
      const loader = make();
      made.push(loader);
      return loader;
    });
  const customers = whenUsed(() => entities((adapter) => adapter.customers.getMany));
  const customersNow = whenUsed(() =>
    entities(
      (adapter) => adapter.customers.getMany,
      () => ({ ...scope, fresh: true }),
    ),
  );
  const contacts = whenUsed(() => entities((adapter) => adapter.customers.getContacts));
  const single = whenUsed(() => entities((adapter) => adapter.charges.getMany));
  const taxes = whenUsed(() => entities((adapter) => adapter.taxes?.getMany));
  const plans = whenUsed(() => entities((adapter) => adapter.plans?.getMany));
  const services = whenUsed(() => entities((adapter) => adapter.services?.getMany));
  const chargesOfCustomers = whenUsed(() => charges((adapter) => adapter.charges.listByCustomers));
  const chargesOfPlans = whenUsed(() => charges((adapter) => adapter.charges.listByPlans));
  const taxesOfCustomers = whenUsed(() =>
    batching<Ref, readonly Tax[]>(backends, refKey, async (adapter, refs) => {
      const list = adapter.taxes?.listByCustomers;
      return list
        ? list(
            refs.map(({ id }) => id),
            scope,
          )
        : refs.map(() => []);
    }),
  );

  return {
    get customers() {
      return customers();
    },
    get customersNow() {
      return customersNow();
    },
    get contacts() {
      return contacts();
    },
    get charges() {
      return single();
    },
    get taxes() {
      return taxes();
    },
    get plans() {
      return plans();
    },
    get services() {
      return services();
    },
    get chargesOfCustomers() {
      return chargesOfCustomers();
    },
    get chargesOfPlans() {
      return chargesOfPlans();
    },
    get taxesOfCustomers() {
      return taxesOfCustomers();
    },
    clearAll: () => {
      for (const loader of made) loader.clearAll();
    },
  };
}

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
      async (group, { backend }) => {
        const adapter = backends.get(backend)?.adapter;
        if (!adapter) return group.map(() => new BillingError("NOT_FOUND", `There is no backend "${backend}".`));
        try {
          return await fetch(adapter, group);
        } catch (error) {
          // One backend's failure does not affect the keys of others.
          return group.map(() => (error instanceof Error ? error : new Error(String(error))));
        }
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
async function inGroups<Key, T>(
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
  await Promise.all(
    [...groups.values()].map(async (places) => {
      const group = places.map((index) => keys[index] as Key);
      const values = await handle(group, group[0] as Key);
      for (const [position, index] of places.entries()) results[index] = values[position] as T;
    }),
  );
  return results;
}
