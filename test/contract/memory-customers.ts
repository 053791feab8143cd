import type { Adapter, CallScope, CustomerVerbs, WritePlan } from "../../src/adapter/adapter.ts";
import { changing, creating } from "../../src/adapter/kit/taking.ts";
import type { Customer, CustomerChange, CustomerInput, CustomerStatus } from "../../src/model/model.ts";
import type { CustomerQuery } from "../../src/model/queries.ts";
import { containsText, foldText } from "../../src/model/text.ts";
import { type Comparable, customerAsked, customerShown } from "./expected.ts";
import { checkNames, mustExist } from "./memory-checks.ts";
import { getManyFrom, type MemoryConnection, pageOf, planOf } from "./memory-connection.ts";
import { lookForChanged, lookForCreated, lookForState } from "./memory-looking.ts";
import { emptyCustomer, stubOf } from "./memory-values.ts";

/** The customers of a memory backend; all members of the inputs are kept. */
export function customerVerbs(connection: MemoryConnection): Adapter["customers"] {
  const { store, can, takes } = connection;
  const { customers, plans } = store;

  function stored(id: string): Customer {
    return mustExist(store.key, "The customer", customers, id);
  }

  /** The record after the change. Fails as the backend would if the change refers to something that does not exist. */
  function changed(customer: Customer, change: CustomerChange & Pick<CustomerInput, "parentId">): Customer {
    const merged = { ...customer, ...namesOf(customer, change), ...pickGiven(change, ["email", "phone", "reference"]) };
    const address = change.address === undefined ? customer.address : mergedAddress(customer.address, change.address);
    const plan = change.planId === undefined ? customer.plan : stubOf(store.key, plans, "The plan", "planId", change.planId);
    const parent =
      change.parentId === undefined ? customer.parent : stubOf(store.key, customers, "The parent", "parentId", change.parentId);
    return { ...merged, address, plan, parent, updatedAt: new Date().toISOString() };
  }

  function put(customer: Customer): Customer {
    customers.set(customer.id, customer);
    return stored(customer.id);
  }

  function setStatus(action: string, id: string, status: CustomerStatus): WritePlan<Customer> {
    const look = lookForState("customers/get", () => customers.get(id)?.status === status);
    return planOf(connection, read, { action, look, check: () => stored(id), act: () => put({ ...stored(id), status }) });
  }

  function shownNow(id: string): Comparable | null {
    const customer = customers.get(id);
    if (customer === undefined) return null;
    // An organisation's name, which is shown as the customer's name, is a separate member here.
    return { ...customerShown(customer), name: customer.organizationName, updatedAt: customer.updatedAt };
  }

  async function read(id: string, scope: CallScope): Promise<Customer> {
    return connection.read("customers/get", scope, () => stored(id));
  }

  const writes: Partial<CustomerVerbs> = {
    ...(can("CUSTOMER_CREATE") && {
      create: creating(store.key, "customer", takes.customer, (input) => {
        checkNames(input.name, input.firstName, input.lastName);
        const make = (id: string): Customer => changed(emptyCustomer(store, id), input);
        return planOf(connection, read, {
          action: "customers/create",
          look: lookForCreated(
            "customers/list",
            store,
            () => customers.values(),
            customerAsked(input, []),
            (customer) => ({
              ...customerShown(customer),
              name: customer.organizationName,
            }),
          ),
          check: () => make("0"),
          act: () => put(make(store.nextId())),
        });
      }),
    }),
    ...(can("CUSTOMER_UPDATE") && {
      update: changing(store.key, "customerChange", takes.customerChange, (id, change) => {
        const make = (): Customer => {
          const after = changed(stored(id), change);
          checkNames(after.organizationName, after.firstName, after.lastName);
          return after;
        };
        const look = lookForChanged("customers/get", store, customerAsked(change, []), () => shownNow(id));
        return planOf(connection, read, { action: "customers/update", look, check: make, act: () => put(make()) });
      }),
    }),
    ...(can("CUSTOMER_ARCHIVE") && { archive: (id) => setStatus("customers/archive", id, "ARCHIVED") }),
    ...(can("CUSTOMER_RESTORE") && { restore: (id) => setStatus("customers/restore", id, "ACTIVE") }),
  };

  return {
    getMany: getManyFrom(connection, "customers/get", customers),
    list: (query, page, scope) =>
      pageOf(connection, "customers/list", customers, (customer) => matchesCustomer(customer, query), page, scope),
    ...writes,
  };
}

function matchesCustomer(customer: Customer, { search, email, reference, status }: CustomerQuery): boolean {
  const { name, firstName, lastName } = customer;
  if (search && !containsText([name, firstName, lastName, customer.email, customer.reference], search)) return false;
  if (email && foldText(customer.email ?? "") !== foldText(email)) return false;
  if (reference && customer.reference !== reference) return false;
  return !status || customer.status === status;
}

function namesOf(customer: Customer, change: CustomerChange): Partial<Customer> {
  const organizationName = change.name === undefined ? customer.organizationName : change.name;
  const firstName = change.firstName === undefined ? customer.firstName : change.firstName;
  const lastName = change.lastName === undefined ? customer.lastName : change.lastName;
  const person = [firstName, lastName].filter((part) => part?.trim()).join(" ");
  return { organizationName, firstName, lastName, name: organizationName?.trim() ? organizationName : person };
}

function mergedAddress(address: Customer["address"], change: CustomerInput["address"]): Customer["address"] {
  if (change == null) return null;
  const { lines, city, state, postalCode, country } = { ...(address ?? {}), ...change };
  return {
    lines: lines ?? [],
    city: city ?? null,
    state: state ?? null,
    postalCode: postalCode ?? null,
    country: country ?? null,
  };
}

/** The named members of a change that are given, null included. */
function pickGiven<T extends object, Key extends keyof T>(
  change: T,
  keys: readonly Key[],
): { [K in Key]?: NonNullable<T[K]> | null } {
  return Object.fromEntries(keys.flatMap((key) => (change[key] === undefined ? [] : [[key, change[key]]]))) as {
    [K in Key]?: NonNullable<T[K]> | null;
  };
}
