import type { Fault } from "./simulated.ts";
import type { backendKeys } from "./world.ts";

/** Names of functions that a fault can be aimed at, by backend. A test makes the calls and compares. */

type Key = (typeof backendKeys)[number];

interface Functions {
  readonly listsCharges: string;
  readonly createsCharge: string;
  /** Null where charges cannot be changed. */
  readonly changesCharge: string | null;
  readonly listsCustomers: string;
  readonly createsCustomer: string;
  readonly changesCustomer: string;
}

export const faultFunctions: Readonly<Record<Key, Functions>> = {
  pbx: {
    listsCharges: "charges/list",
    createsCharge: "charges/create",
    changesCharge: "charges/update",
    listsCustomers: "customers/list",
    createsCustomer: "customers/create",
    changesCustomer: "customers/update",
  },
  suite: {
    listsCharges: "charges/all",
    createsCharge: "charges/new",
    changesCharge: null,
    listsCustomers: "clients",
    createsCustomer: "clients/save",
    changesCustomer: "clients/update",
  },
  offices: {
    listsCharges: "GET /charges",
    createsCharge: "POST /charges",
    changesCharge: "PATCH /charges/{id}",
    listsCustomers: "GET /clients",
    createsCustomer: "POST /clients",
    changesCustomer: "PATCH /clients/{id}",
  },
  recurring: {
    listsCharges: "transactions/~find",
    createsCharge: "transactions/~create",
    changesCharge: null,
    listsCustomers: "customers/~find",
    createsCustomer: "customers/~create",
    changesCustomer: "customers/~modify",
  },
};

/**
 * Faults after which the outcome of the next new charge stays unknown until they are removed: the request is lost, and from
 * then on the lists that would show this fail.
 */
export const lastingUnknown: Readonly<Record<Key, readonly Fault[]>> = {
  pbx: lost("pbx"),
  suite: lost("suite"),
  offices: lost("offices"),
  recurring: lost("recurring"),
};

function lost(key: Key): readonly Fault[] {
  const { createsCharge, listsCharges } = faultFunctions[key];
  return [
    { kind: "dropBefore", function: createsCharge, times: 1 },
    { kind: "html502", function: listsCharges, after: createsCharge },
  ];
}
