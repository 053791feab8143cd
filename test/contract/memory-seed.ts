import type { ChargeStatus, Plan, Service, Tax } from "../../src/model/model.ts";
import { addMoney, money } from "../../src/model/money.ts";
import type { MemoryStore } from "./memory-store.ts";
import { emptyCharge, emptyCustomer, emptyTax } from "./memory-values.ts";

const statuses: readonly ChargeStatus[] = ["OPEN", "SETTLED", "PARTLY_PAID", "DEFINED", "VOIDED"];
const planNames = ["Basic", "Business", "Enterprise"];
const serviceNames = ["Line rental", "Meeting room", "Call bundle", "Mailbox"];
const rates = ["20", "7.25", "5.5", "0", "19"];
const startOf2026 = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

/** Fills an empty store: a catalogue, taxes and `customers` customers with 0 to 8 charges each, the same on every call. */
export function seedMemory(store: MemoryStore, customers: number): void {
  const plans = planNames.map((name) => put(store.plans, planNamed(store, name)));
  const taxes = rates.map((rate, index) => put(store.taxes, taxOf(store, rate, index)));
  const services = serviceNames.map((name) => put(store.services, serviceNamed(store, name, taxes[0])));
  for (let index = 0; index < customers; index += 1) {
    const plan = plans[index % plans.length];
    const id = store.nextId();
    put(store.customers, {
      ...emptyCustomer(store, id),
      reference: index % 4 === 0 ? null : `AC-${10_000 + index}`,
      name: `Customer ${index} Ltd.`,
      organizationName: `Customer ${index} Ltd.`,
      email: `accounts-${index}@example.com`,
      status: index % 9 === 5 ? "ARCHIVED" : "ACTIVE",
      plan: plan ? { backend: store.key, id: plan.id, name: plan.name } : null,
      createdAt: new Date(startOf2026 - index * dayMs).toISOString(),
    });
    for (let count = 0; count < (index * 5) % 9; count += 1)
      seedCharge(store, id, index * 9 + count, services[count % services.length]);
  }
}

function seedCharge(store: MemoryStore, customerId: string, number: number, service: Service | undefined): void {
  const amount = money(String((number * 37) % 500), store.currency);
  const taxAmount = number % 3 === 0 ? money("1.90", store.currency) : null;
  // Several charges have the same date, so that their order also depends on the ids.
  const date = new Date(startOf2026 - ((number * 13) % 50) * dayMs).toISOString().slice(0, 10);
  const recurring = number % 5 === 0;
  put(store.charges, {
    ...emptyCharge(store, store.nextId()),
    customer: { backend: store.key, id: customerId, name: null },
    service: service ? { backend: store.key, id: service.id, name: service.name } : null,
    name: `${service?.name ?? "Charge"} ${number}`,
    kind: recurring ? "RECURRING" : number % 7 === 3 ? "FEE" : "ONE_OFF",
    status: statuses[number % statuses.length] ?? "OPEN",
    amount,
    taxAmount,
    total: addMoney(amount, taxAmount),
    date,
    recurrence: recurring ? { interval: "MONTHLY", occurrences: null, startsOn: date, endsOn: null } : null,
  });
}

function planNamed(store: MemoryStore, name: string): Plan {
  const id = store.nextId();
  return {
    type: "Plan",
    backend: store.key,
    id,
    backendId: id,
    name,
    description: null,
    interval: "MONTHLY",
    amount: money("10", store.currency),
  };
}

function serviceNamed(store: MemoryStore, name: string, tax: Tax | undefined): Service {
  const id = store.nextId();
  const stub = tax ? { backend: store.key, id: tax.id, name: tax.name } : null;
  return { type: "Service", backend: store.key, id, backendId: id, name, description: null, tax: stub };
}

function taxOf(store: MemoryStore, rate: string, index: number): Tax {
  const country = index % 2 === 0 ? "DE" : "US";
  return {
    ...emptyTax(store, store.nextId()),
    name: `Tax ${rate} %`,
    rate,
    country,
    active: index !== 3,
    defaultLiability: index === 0 ? "ALL_CUSTOMERS" : "NOBODY",
  };
}

function put<T extends { readonly id: string }>(things: Map<string, T>, thing: T): T {
  things.set(thing.id, thing);
  return thing;
}
