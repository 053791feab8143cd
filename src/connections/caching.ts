import { LRUCache } from "lru-cache";
import type { Adapter, CallScope, List, Page } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import type { Contact, Customer, Entity, Plan, Service, Tax } from "../model/model.ts";
import type { Writes } from "./coalescing.ts";

/**
 * The same adapter, whose reads of customers, plans, taxes and services are answered by what was read in the last `seconds`, as
 * long as nothing was written. An adapter belongs to one connection and so to one user of its backend, as does what is kept here.
 *
 * Not kept are charges, liabilities, which are asked for in order to bill, balances (see `isLeftOut`), failures, and that
 * something is not there: who looks for a customer before creating it would create it twice. Plans of writes make their own
 * reads as before.
 */
export function caching(adapter: Adapter, seconds: number, writes: Writes): Adapter {
  const reads = createKeptReads(seconds, writes);
  const known = <T>(key: string, { fresh }: CallScope): T | undefined => (fresh ? undefined : (reads.get(key) as T | undefined));

  /** A read of several ids asks for those that are missing. */
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

  /** A page is kept as a whole; its objects answer reads by id as well: a list's are no less than those. */
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

/** Members of a customer that are balances: `raw` holds them as well, as the backend's own record. */
export type Balance = "amountDue" | "raw";

const leftOut = Symbol("left out by the cache");

/** True for a member that a customer from the cache does not carry: it is to be read now. */
export function isLeftOut(customer: Customer & { readonly [leftOut]?: readonly Balance[] }, member: Balance): boolean {
  return customer[leftOut]?.includes(member) ?? false;
}

/** A backend that told no amount keeps none, which need not be asked again. */
function withoutBalances(customer: Customer): Customer & { readonly [leftOut]: readonly Balance[] } {
  return { ...customer, amountDue: null, raw: {}, [leftOut]: customer.amountDue === null ? ["raw"] : ["amountDue", "raw"] };
}

function whole<T>(value: T): T {
  return value;
}

function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** What reads answered, for a short time. */
interface KeptReads {
  /** What is kept under a key; undefined when nothing is, or no longer. */
  readonly get: (key: string) => Kept | undefined;
  /** To be called before a read. The function that it returns keeps what came of it, unless something was written meanwhile. */
  readonly begin: () => (key: string, value: Kept) => void;
}

type Kept = object;

/** Objects of one user of one backend, those in lists included: some kilobytes each. */
const mostObjects = 10_000;
/** Keys are as long as callers make them: so many characters weigh as much as an object. */
const charactersOfAnObject = 250;

/**
 * Keeps nothing for longer than `seconds` after its read began, and nothing past a write. A write forgets everything, because
 * what it touches is not only its own object: a customer stands in lists, and a tax with its customers.
 */
function createKeptReads(seconds: number, writes: Writes): KeptReads {
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
        // What is there stays: it may be of the same read, joined by this request when it had been under way for long.
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
