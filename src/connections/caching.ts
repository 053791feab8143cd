import { LRUCache } from "lru-cache";
import type { Adapter, CallScope, List, Page, WritePlan, WriteStep } from "../adapter/adapter.ts";
import { effectOfVerbs, type VerbGroup, verbGroups } from "../adapter/verbs.ts";
import { BillingError, named } from "../model/errors.ts";
import type { Contact, Customer, Entity, Plan, Service, Tax } from "../model/model.ts";
import { createSingleFlight } from "./single-flight.ts";

/**
 * Wraps an adapter with a cache for reads of customers, plans, taxes and services. Answers are reused for `seconds`, until something is
 * written. An adapter, and so its cache, belongs to one connection and thus to one user of its backend.
 *
 * Not cached: charges; liabilities, which are read in order to bill; balances (see `isLeftOut`); failures; and "not found", because
 * whoever looks for a customer before creating it would create it twice. Plans of writes still make their own reads.
 */
export function caching(adapter: Adapter, seconds: number, writes: WriteBell): Adapter {
  const reads = createKeptReads(seconds, writes);
  const known = <T>(key: string, { fresh }: CallScope): T | undefined => (fresh ? undefined : (reads.get(key) as T | undefined));

  /** Caches reads by id: only missing ids are read. */
  function byId<T extends Kept, Absent extends null = null>(
    name: string,
    ask: (ids: readonly string[], scope: CallScope) => Promise<readonly (T | Absent | BillingError)[]>,
    trim: (value: T) => T = whole,
  ): typeof ask {
    return async (ids, scope) => {
      const kept = ids.map((id) => known<T>(keyOf(name, id), scope));
      const missing = ids.filter((_, index) => kept[index] === undefined);
      if (missing.length === 0) return kept as T[];
      const keep = reads.begin();
      const found = await ask(missing, scope);
      for (const [index, id] of missing.entries()) {
        const value = found[index];
        if (value != null && !(value instanceof BillingError)) keep(keyOf(name, id), trim(value));
      }
      const asked = found.values();
      return kept.map((value) => value ?? (asked.next().value as T | Absent | BillingError));
    };
  }

  /** Caches a page as a whole. Its objects also answer reads by id, as those of a list are just as complete. */
  function pages<T extends Entity, Query>(name: string, list: List<T, Query>, trim: (value: T) => T = whole): typeof list {
    return async (query, page, scope) => {
      const key = keyOf(`${name}s`, query, page);
      const kept = known<Page<T>>(key, scope);
      if (kept) return kept;
      const keep = reads.begin();
      const found = await list(query, page, scope);
      const items = found.items.map(({ value, position }) => ({ value: trim(value), position }));
      if (items.length > 0) keep(key, { ...found, items });
      for (const { value } of items) keep(keyOf(name, value.id), value);
      return found;
    };
  }

  const { customers, taxes, plans, services } = adapter;
  const { getContacts } = customers;
  const applicable = taxes?.listByCustomers;
  return {
    ...adapter,
    customers: {
      ...customers,
      getMany: byId<Customer>("customer", customers.getMany, withoutBalances),
      list: pages("customer", customers.list, withoutBalances),
      ...(getContacts && { getContacts: byId<Contact>("contact", getContacts) }),
    },
    ...(taxes && {
      taxes: {
        ...taxes,
        getMany: byId<Tax>("tax", taxes.getMany),
        list: pages("tax", taxes.list),
        ...(applicable && { listByCustomers: byId<readonly Tax[], never>("taxes of", applicable) }),
      },
    }),
    ...(plans && { plans: { ...plans, getMany: byId<Plan>("plan", plans.getMany), list: pages("plan", plans.list) } }),
    ...(services && {
      services: { ...services, getMany: byId<Service>("service", services.getMany), list: pages("service", services.list) },
    }),
  };
}

/** Members of a customer that hold balances: `raw`, the backend's own record, does too. */
export type Balance = "amountDue" | "raw";

const leftOut = Symbol("left out by the cache");

/** True for a member that a cached customer does not carry: it must be read now. */
export function isLeftOut(customer: Customer & { readonly [leftOut]?: readonly Balance[] }, member: Balance): boolean {
  return customer[leftOut]?.includes(member) ?? false;
}

/** Removes balances before caching. If the backend reported no amount, there is none to read again. */
function withoutBalances(customer: Customer): Customer & { readonly [leftOut]: readonly Balance[] } {
  return { ...customer, amountDue: null, raw: {}, [leftOut]: customer.amountDue === null ? ["raw"] : ["amountDue", "raw"] };
}

function whole<T>(value: T): T {
  return value;
}

function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** A short-lived cache of reads. */
interface KeptReads {
  /** Returns the cached value of a key; undefined if there is none or it has expired. */
  readonly get: (key: string) => Kept | undefined;
  /** Call this before a read. The returned function caches its result, unless something was written meanwhile. */
  readonly begin: () => (key: string, value: Kept) => void;
}

type Kept = object;

/** Objects of one user of one backend, including those in lists: some kilobytes each. */
const mostObjects = 10_000;
/** Callers choose the length of keys, so this many characters count as one object. */
const charactersOfAnObject = 250;

/**
 * Caches nothing for longer than `seconds` after its read began, and nothing across a write. A write invalidates everything, because it
 * affects more than its own object: a customer is in lists, and a tax belongs to customers.
 */
function createKeptReads(seconds: number, writes: WriteBell): KeptReads {
  const kept = new LRUCache<string, Kept>({ ttl: Math.ceil(seconds * 1000), maxSize: mostObjects, sizeCalculation: sizeOf });
  let writesSoFar = 0;
  writes.listen(() => {
    writesSoFar += 1;
    kept.clear();
  });
  return {
    get: (key) => kept.get(key),
    begin: () => {
      const before = writesSoFar;
      const start = performance.now();
      return (key, value) => {
        // An existing entry stays: it may come from the same read, which this request joined late.
        if (writesSoFar === before && !kept.has(key)) kept.set(key, value, { start });
      };
    },
  };
}

function sizeOf(value: Kept, key: string): number {
  const objects = isPage(value) ? value.items.length : 1;
  return 1 + objects + Math.floor(key.length / charactersOfAnObject);
}

function isPage(value: object): value is Pick<Page<unknown>, "items"> {
  return "items" in value;
}

/** Announces writes, so that no read joins one that began before a write. Shared by all users of a backend. */
export interface WriteBell {
  readonly listen: (renew: () => void) => void;
  /** Call this when a write is about to be sent, and when it has ended. */
  readonly happened: () => void;
}

export function createWriteBell(): WriteBell {
  const listeners: (() => void)[] = [];
  return {
    listen: (renew) => void listeners.push(renew),
    happened: () => {
      for (const renew of listeners) renew();
    },
  };
}

type Verb = (...given: unknown[]) => unknown;

/**
 * Wraps an adapter so that reads are single-flight over all requests: a read joins an equal one that is in flight. An adapter belongs to
 * one connection and thus to one user of its backend, so reads of two users never meet. Writes never join, no read joins one that began
 * before a write to the same backend, and plans of writes still make their own reads.
 */
export function coalescing(adapter: Adapter, writes: WriteBell): Adapter {
  const reads = createSingleFlight({ left: (reason) => givenUp(adapter.key, reason) });
  writes.listen(reads.renew);

  const shared =
    (name: string, verb: Verb): Verb =>
    (...given) => {
      const parameters = given.slice(0, -1);
      const scope = given.at(-1) as CallScope;
      return reads.share(JSON.stringify([name, parameters]), async (own) => verb(...parameters, own), scope);
    };

  const announced =
    (verb: Verb): Verb =>
    (...given) =>
      announcing(verb(...given) as WritePlan<unknown>, writes);

  function wrapped(name: VerbGroup, group: Adapter[VerbGroup]): Adapter[VerbGroup] {
    const effects = effectOfVerbs[name] as Readonly<Record<string, "read" | "write">>;
    const verbs = Object.entries(group ?? {}).map(([verb, call]: [string, Verb]) => {
      const made = effects[verb] === "read" ? shared(`${name}.${verb}`, call) : announced(call);
      // Keep the properties that the verb declares about itself.
      return [verb, Object.assign(made, call)];
    });
    return Object.fromEntries(verbs) as Adapter[VerbGroup];
  }

  const groups = verbGroups.flatMap((name) => (adapter[name] ? [[name, wrapped(name, adapter[name])]] : []));
  return { ...adapter, ...Object.fromEntries(groups) };
}

/** The same error that a connection gives for a read of its own. */
function givenUp(backend: string, reason: unknown): BillingError {
  return (reason as { name?: string } | undefined)?.name === "TimeoutError"
    ? new BillingError("TIMEOUT", `${named(backend)} did not answer in time.`, { backend, cause: reason })
    : new BillingError("CONFLICT", "The client cancelled the request.", { backend, retryable: true });
}

function announcing<T>(plan: WritePlan<T>, writes: WriteBell): WritePlan<T> {
  const { undo } = plan;
  const step = (original: WriteStep<T>): WriteStep<T> => ({
    ...original,
    send: async (id, intent, scope) => {
      writes.happened();
      try {
        return await original.send(id, intent, scope);
      } finally {
        writes.happened();
      }
    },
  });
  return {
    ...plan,
    steps: plan.steps.map(step),
    ...(undo && { undo: (id: string) => announcing(undo(id), writes) }),
  };
}
