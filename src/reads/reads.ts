import type DataLoader from "dataloader";
import type { Adapter, CallScope, CatalogueQuery, List } from "../adapter/adapter.ts";
import { type Backend, type Backends, labelOf, selectBackends } from "../adapter/backends.ts";
import { type Balance, isLeftOut } from "../connections/caching.ts";
import { BillingError, invalidInput, notFound, settle, unsupported } from "../model/errors.ts";
import { type BackendHealth, wasCalledWithin } from "../model/health.ts";
import type { Charge, Contact, Customer, Entity, Plan, Ref, Service, Stub, Tax } from "../model/model.ts";
import type { ChargeQuery, CustomerQuery, TaxQuery } from "../model/queries.ts";
import { decodeChargeCursor } from "./cursor.ts";
import { interleaveBackends } from "./interleaving.ts";
import { type LiabilityTarget, liabilitySubject } from "./liability.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import { type Connection, mergeCharges, type PageArguments, type Partly, pageSize, startOf, walkBackends } from "./pages.ts";

/** Types of records that other records refer to. */
export type Referable = "customers" | "plans" | "services" | "taxes";

/**
 * All reads of one request: batched, in order, with partial failure. A single object that does not exist is null. Failures are
 * BillingErrors.
 */
export interface Reads {
  readonly load: Loaders;
  /** The record that a stub stands for. If it does not exist or cannot be read, the stub itself; `load` says why. */
  readonly referred: (type: Referable, stub: Stub) => Promise<Entity | Stub>;
  /** E-mail and phone, from wherever the backend keeps them; null when the customer does not exist. */
  readonly contact: (customer: Ref) => Promise<Contact | null>;
  /** A balance, read past the cache if needed. NOT_FOUND when the customer, which came from the cache, no longer exists. */
  readonly balance: <Member extends Balance>(customer: Customer, member: Member) => Customer[Member] | Promise<Customer[Member]>;
  readonly customerByBackendId: (backend: string, backendId: string) => Promise<Customer | null>;
  /** A backend's health from its latest calls. It is probed first if there were none lately. */
  readonly health: (backend: string) => Promise<BackendHealth>;
  readonly customers: (
    backends: readonly string[] | null | undefined,
    query: CustomerQuery,
    page: ListArguments,
  ) => Promise<Connection<Customer>>;
  readonly taxes: (
    backends: readonly string[] | null | undefined,
    query: TaxQuery,
    page: ListArguments,
  ) => Promise<Connection<Tax>>;
  /** A backend's catalogue; empty if it has none. `unavailable` says that it could not be read. */
  readonly plans: (backend: string, page: PageArguments) => Promise<Connection<Plan>>;
  readonly services: (backend: string, page: PageArguments) => Promise<Connection<Service>>;
  /** The taxes that apply to a customer. `unavailable` has UNSUPPORTED if the backend cannot say. */
  readonly taxesOf: (customer: Ref) => Promise<Partly<Tax>>;
  /** Charges of customers, or defined on plans, newest first over all of them. */
  readonly charges: (
    owners: readonly Ref[],
    of: "customers" | "plans",
    query: ChargeQuery,
    page: PageArguments,
  ) => Promise<Connection<Charge>>;
  /** Null if the backend cannot say. */
  readonly isLiable: (tax: Ref, target: LiabilityTarget) => Promise<boolean | null>;
  /**
   * Clears what was read, after a write, and keeps what the backends answered the write with. The rest of the request sees the
   * new state.
   */
  readonly renew: (written: readonly (Customer | Charge | Tax)[]) => void;
}

/** Arguments of a list over several backends. */
interface ListArguments extends PageArguments {
  /** True: one row of each backend in turn, instead of one backend after the other. */
  readonly interleave?: boolean | null | undefined;
}

const overBackends = ({ interleave }: ListArguments) => (interleave === true ? interleaveBackends : walkBackends);

export function createReads(backends: Backends, scope: CallScope, maxPageSize: number): Reads {
  const load = createLoaders(backends, scope);

  /** By stub: many records refer to the same one. */
  const referred = new Map<string, Promise<Entity | Stub>>();

  function refer(type: Referable, stub: Stub): Promise<Entity | Stub> {
    // The whole stub is the key, because it is the answer if the record cannot be read.
    const key = [type, stub.backend, stub.id, stub.name].join("\0");
    const known = referred.get(key);
    if (known) return known;
    const found = load[type].load(stub).then(
      (entity) => entity ?? stub,
      () => stub,
    );
    referred.set(key, found);
    return found;
  }

  const window = (page: PageArguments) => ({ first: pageSize(page, maxPageSize), after: page.after ?? null });

  async function charges(
    owners: readonly Ref[],
    of: "customers" | "plans",
    query: ChargeQuery,
    page: PageArguments,
  ): Promise<Connection<Charge>> {
    if (query.from && query.to && query.from > query.to) throw invalidInput(["filter", "to"], "lies before from");
    const { first, after } = window(page);
    const loader = of === "customers" ? load.chargesOfCustomers : load.chargesOfPlans;
    const cursor = after === null ? null : decodeChargeCursor(after);
    const owned = await Promise.all(
      owners.map(async (owner) => {
        const { backend, id } = owner;
        const start = startOf(cursor, owner);
        // One more than the page holds, to know whether there is a next page.
        const key = { backend, id, query, window: { first: first + 1, after: start } };
        return { owner, start, set: await settle(loader.load(key)) };
      }),
    );
    return mergeCharges(owned, { first, after: cursor });
  }

  async function isLiable(tax: Ref, target: LiabilityTarget): Promise<boolean | null> {
    const subject = liabilitySubject(backends, tax, target);
    const ask = backends.get(tax.backend)?.adapter.taxes?.isLiable;
    return ask ? ask(tax.id, subject, scope) : null;
  }

  async function taxesOf({ backend, id }: Ref): Promise<Partly<Tax>> {
    const missing = (error: BillingError): Partly<Tax> => ({ nodes: [], unavailable: [{ backend, error }] });
    if (!backends.get(backend)?.adapter.taxes?.listByCustomers) {
      return missing(unsupported(backend, `${labelOf(backends, backend)} does not tell which taxes apply to a customer.`));
    }
    const taxes = await settle(load.taxesOfCustomers.load({ backend, id }));
    return taxes instanceof BillingError ? missing(taxes) : { nodes: taxes, unavailable: [] };
  }

  return {
    load,
    referred: refer,
    taxesOf,
    charges,
    isLiable,
    contact: async (customer) => {
      if (backends.get(customer.backend)?.adapter.customers.getContacts) return load.contacts.load(customer);
      return "email" in customer ? (customer as Customer) : load.customers.load(customer);
    },
    balance: (customer, member) => {
      if (!isLeftOut(customer, member)) return customer[member];
      return load.customersNow.load(customer).then((found) => {
        if (found === null) throw notFound(customer.backend, "The customer");
        return found[member];
      });
    },
    customerByBackendId: async (key, id) => {
      selectBackends(backends, [key], ["backend"]);
      return load.customers.load({ backend: key, id });
    },
    health: async (key) => {
      const [backend] = selectBackends(backends, [key], ["backend"]) as [Backend];
      if (!wasCalledWithin(backend.health(), healthIsOldAfterMs)) await settle(backend.adapter.probe(scope));
      return backend.health();
    },
    customers: async (keys, query, page) => {
      const selected = selectBackends(backends, keys, ["backends"]);
      const connection = await overBackends(page)(
        "customers",
        selected,
        ({ customers }) => customers.list,
        query,
        window(page),
        scope,
      );
      return primed(load.customers, connection);
    },
    taxes: async (keys, query, page) => {
      const selected = selectBackends(backends, keys, ["backends"]);
      // A backend without taxes is a failure only if it was asked for by name.
      const able = keys == null ? selected.filter(({ adapter }) => adapter.taxes) : selected;
      return primed(load.taxes, await overBackends(page)("taxes", able, ({ taxes }) => taxes?.list, query, window(page), scope));
    },
    plans: async (key, page) => catalogue("plans", ({ plans }) => plans?.list, key, page),
    services: async (key, page) => catalogue("services", ({ services }) => services?.list, key, page),
    renew: (written) => {
      load.clearAll();
      referred.clear();
      for (const entity of written) {
        if (entity.type === "Customer") load.customers.prime(entity, entity);
        if (entity.type === "Charge") load.charges.prime(entity, entity);
        if (entity.type === "Tax") load.taxes.prime(entity, entity);
      }
    },
  };

  function catalogue<T>(
    list: string,
    verb: (adapter: Adapter) => List<T, CatalogueQuery> | undefined,
    key: string,
    page: PageArguments,
  ): Promise<Connection<T>> {
    const selected = selectBackends(backends, [key], ["backend"]).filter(({ adapter }) => verb(adapter));
    return walkBackends(list, selected, verb, {}, window(page), scope);
  }
}

/** The list if it is complete; otherwise rejects with the first failure. */
export async function whole<List extends Pick<Partly<unknown>, "unavailable">>(list: Promise<List>): Promise<List> {
  const read = await list;
  const [failure] = read.unavailable;
  if (failure) throw failure.error;
  return read;
}

/** Keeps the records of a list for other records that refer to them. None refers to charges. */
function primed<T extends Ref>(loader: DataLoader<Ref, T | null, string>, connection: Connection<T>): Connection<T> {
  for (const { node } of connection.edges) loader.prime(node, node);
  return connection;
}

const healthIsOldAfterMs = 10_000;
