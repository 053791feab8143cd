import type { Charge, Customer, Stub, Tax } from "../../src/model/model.ts";
import { mustExist } from "./memory-checks.ts";
import type { MemoryStore } from "./memory-store.ts";

/** A reference to something that exists; NOT_FOUND at `field` otherwise, null for null. */
export function stubOf(
  backend: string,
  things: ReadonlyMap<string, { readonly name: string }>,
  what: string,
  field: string,
  id: string | null | undefined,
): Stub | null {
  return id == null ? null : { backend, id, name: mustExist(backend, what, things, id, field).name };
}

export function emptyCustomer({ key, currency }: MemoryStore, id: string): Customer {
  const now = new Date().toISOString();
  return {
    type: "Customer",
    backend: key,
    id,
    backendId: id,
    reference: null,
    name: "",
    organizationName: null,
    firstName: null,
    lastName: null,
    email: null,
    phone: null,
    address: null,
    status: "ACTIVE",
    currency,
    amountDue: null,
    createdAt: now,
    updatedAt: now,
    parent: null,
    plan: null,
    raw: { id },
  };
}

export function emptyCharge({ key }: MemoryStore, id: string): Charge {
  const now = new Date().toISOString();
  return {
    type: "Charge",
    backend: key,
    id,
    backendId: id,
    reference: null,
    customer: null,
    plan: null,
    service: null,
    name: "",
    description: null,
    notes: null,
    kind: "ONE_OFF",
    status: "DEFINED",
    quantity: "1",
    amount: null,
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: null,
    date: now.slice(0, 10),
    recurrence: null,
    createdAt: now,
    updatedAt: now,
    raw: { id },
  };
}

export function emptyTax({ key }: MemoryStore, id: string): Tax {
  return {
    type: "Tax",
    backend: key,
    id,
    backendId: id,
    name: "",
    description: null,
    rate: null,
    fixedAmount: null,
    appliesTo: ["CHARGES"],
    defaultLiability: "NOBODY",
    owner: null,
    shared: false,
    country: null,
    effectiveDate: null,
    active: true,
    raw: { id },
  };
}
