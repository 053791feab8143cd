import { Decimal } from "decimal.js";
import type { Charge, Customer, Money } from "../../src/model/model.ts";

/** Records for tests: every member that a test does not set is empty. */

/** Computes sums in another way than the product. The library's own 20 digits would round large ones. */
export const Exact = Decimal.clone({ precision: 300 });

export const euros = (amount: string): Money => ({ amount, currency: "EUR" });

export function chargeWith(given: Partial<Charge>): Charge {
  return {
    type: "Charge",
    backend: "pbx",
    id: "1",
    backendId: "1",
    reference: null,
    customer: null,
    plan: null,
    service: null,
    name: "Line rental",
    description: null,
    notes: null,
    kind: "ONE_OFF",
    status: "OPEN",
    quantity: "1",
    amount: null,
    taxAmount: null,
    total: null,
    outstanding: null,
    cost: null,
    date: "2025-01-31",
    recurrence: null,
    createdAt: null,
    updatedAt: null,
    raw: {},
    ...given,
  };
}

export function customerWith(given: Partial<Customer>): Customer {
  return {
    type: "Customer",
    backend: "pbx",
    id: "1",
    backendId: "1",
    reference: null,
    name: "Ada's Bakery",
    organizationName: null,
    firstName: null,
    lastName: null,
    email: null,
    phone: null,
    address: null,
    status: "ACTIVE",
    currency: "EUR",
    amountDue: null,
    createdAt: null,
    updatedAt: null,
    parent: null,
    plan: null,
    raw: {},
    ...given,
  };
}
