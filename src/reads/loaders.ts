import DataLoader from "dataloader";
import type { Adapter, CallScope, ChargeSet, ChargeWindow, GetMany, ListCharges } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, settle, unsupported } from "../model/errors.ts";
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

interface RequestLoaders extends Loaders {
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

/** The backends within a caller's reach. */
export interface Reach {
  /** The backends that the caller may see, each called as the backend user that the caller is mapped to. */
  readonly backends: Backends;
  /** The backend user that the caller is mapped to, by backend; without an entry, it is the gateway's own user. */
  readonly users: Users;
  /** Whether these are all configured backends. Then the caller also sees stored records of backends no longer configured. */
  readonly isComplete: boolean;
}

export type Users = Readonly<Record<string, string>>;

/**
 * The one rule for records that the gateway stores after reading them as its own user (accounts, the directory, suggestions): a
 * caller sees of them what its own user of the backend sees, in the form in which that user sees it.
 */
export interface Sight {
  /** Keys of the caller's backends, in their configured order. */
  readonly backends: readonly string[];
  /** Whether the caller is the gateway's own user in every backend, and sees all of them. */
  readonly isEverything: boolean;
  /** Whether the caller is the gateway's own user of a backend, and so sees everything stored of it. */
  readonly isWhole: (backend: string) => boolean;
  /** Whether a record exists for the caller. Rejects if its backend cannot say. */
  readonly sees: (record: RecordRef) => Promise<boolean>;
  /** A stored customer with the name that the caller sees; null if it does not exist for the caller. Rejects as `sees` does. */
  readonly asSeen: <T extends Ref & { readonly name: string }>(customer: T) => Promise<T | null>;
}

/** Identifies a record that the gateway may store. */
export interface RecordRef extends Ref {
  readonly type: keyof typeof loaderOf;
}

const loaderOf = { Customer: "customers", Charge: "charges", Tax: "taxes" } as const;

/** @param load loaders within the caller's own reach */
export function createSight(
  { backends, users, isComplete }: Reach,
  load: Pick<Loaders, "customers" | "charges" | "taxes">,
): Sight {
  const isWhole = (backend: string): boolean =>
    backends.get(backend) === undefined ? isComplete : !Object.hasOwn(users, backend);

  /** The record as the caller's own user sees it. */
  async function find({ type, backend, id }: RecordRef): Promise<{ readonly name: string } | null> {
    if (backends.get(backend) === undefined) return null;
    const found = await settle(load[loaderOf[type]].load({ backend, id }) as Promise<{ readonly name: string } | null>);
    if (!(found instanceof BillingError)) return found;
    // Any other failure leaves it open whether the record exists for this user. Treating it as absent would lose the record.
    if (found.code === "FORBIDDEN" || found.code === "NOT_FOUND") return null;
    throw found;
  }

  return {
    backends: backends.all.map(({ key }) => key),
    isEverything: isComplete && backends.all.every(({ key }) => isWhole(key)),
    isWhole,
    sees: async (record) => isWhole(record.backend) || (await find(record)) !== null,
    asSeen: async (customer) => {
      const { backend, id } = customer;
      if (isWhole(backend)) return customer;
      const found = await find({ type: "Customer", backend, id });
      return found && { ...customer, name: found.name };
    },
  };
}
