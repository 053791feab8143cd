import { type Conditions, createConditions } from "../conditions.ts";
import type { RecordsByHand } from "../table.ts";
import type { World } from "../world.ts";
import { type Calendar, createCalendar } from "./dates.ts";
import type { SharedOptions } from "./options.ts";
import { costOf } from "./pricing.ts";
import type { Client, User } from "./records.ts";
import { seedStore } from "./seed.ts";
import { createStore, type Store } from "./state.ts";

/** A login of the tenant. Its rights follow the web site's permissions (contract 2.2). */
export interface Account {
  readonly login: string;
  readonly password: string;
  readonly user: User;
  readonly mayWrite: boolean;
}

export interface Credentials {
  readonly tenant: string | null;
  readonly user: string | null;
  readonly password: string | null;
}

/** The database and the logins behind one simulated HostedSuite. */
export interface Tenant {
  readonly name: string;
  readonly store: Store;
  readonly calendar: Calendar;
  readonly conditions: Conditions;
  readonly byHand: Readonly<Record<string, RecordsByHand>>;
  /** Null for wrong or missing credentials. */
  readonly signIn: (credentials: Credentials) => Account | null;
  /** The cost of a charge without one. */
  readonly cost: (client: Client, serviceId: string, quantity: number) => number | null;
}

/** A second, read-only login, for answers about a missing permission. */
const reader = { login: "reader", password: "sandbox-reader" };

export function createTenant(world: World, generation: "v2" | "v3", options: SharedOptions): Tenant {
  const random = world.random(`hostedsuite-${generation}`);
  const conditions = createConditions(options.now);
  const calendar = createCalendar(options.timeZone, conditions.now);
  const store = createStore(idPrefix(random.next), calendar.now, conditions);
  const accounts: readonly Account[] = [
    { login: options.user, password: options.password, user: { id: store.nextId(), name: "API user" }, mayWrite: true },
    { ...reader, user: { id: store.nextId(), name: "Reader" }, mayWrite: false },
  ];
  const owner: User = { id: store.nextId(), name: "Front office" };
  const companies = world.knownTo(options.share);
  seedStore({ store, world, companies, random, user: owner, calendar, generation });
  return {
    name: options.tenant,
    store,
    calendar,
    conditions,
    byHand: {
      clients: store.clients.byHand(owner),
      contacts: store.contacts.byHand(owner),
      charges: store.charges.byHand(owner),
      taxes: store.taxes.byHand(owner),
    },
    signIn: ({ tenant, user, password }) => {
      const account = accounts.find(({ login }) => login === user);
      return tenant === options.tenant && account?.password === password ? account : null;
    },
    cost: (client, serviceId, quantity) =>
      costOf(store, client, serviceId, quantity) ?? (options.withoutRate === "zero" ? 0 : null),
  };
}

/**
 * The shape of an object id (contract 2.9): eight digits of time, ten of chance; six digits of a counter follow. The time is
 * always the same, so that an id that a page or a test shows is there on another day as well.
 */
function idPrefix(next: () => number): string {
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(next() * 16).toString(16)).join("");
  return firstDigits + digits(10);
}

/** Those of 2020-01-01. */
const firstDigits = "5e0be100";
