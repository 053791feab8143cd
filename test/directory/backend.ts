import type { Adapter } from "../../src/adapter/adapter.ts";
import { type Backend, createBackends } from "../../src/adapter/backends.ts";
import { pageOfAll } from "../../src/adapter/kit/paging.ts";
import { BillingError, unsupported } from "../../src/model/errors.ts";
import type { Customer } from "../../src/model/model.ts";

/** A backend with customers only. Tests can break it and inspect it. */
export interface FakeBackend {
  readonly backend: Backend;
  readonly customers: Map<string, Customer>;
  /** The positions of the pages that were asked for. */
  readonly pages: (string | null)[];
  /** The highest number of calls in flight at once. */
  readonly atOnce: () => number;
  /** Runs before each call; a test may throw in it, or wait. */
  before: () => Promise<void>;
  /** Ids of existing customers that lists leave out. */
  readonly hidden: Set<string>;
}

/** @param pageLength number of customers on a page, whatever is requested */
export function fakeBackend(count: number, pageLength = 100): FakeBackend {
  let running = 0;
  let most = 0;
  const fake: FakeBackend = {
    backend: { key: "fake", label: "Fake", adapter: null as never, health: () => ({ status: "UP", circuit: "CLOSED" }) as never },
    customers: new Map(Array.from({ length: count }, (_, index) => [String(index), customer(String(index))])),
    pages: [],
    atOnce: () => most,
    before: async () => {},
    hidden: new Set(),
  };
  const calling = async <T>(answer: () => T): Promise<T> => {
    running += 1;
    most = Math.max(most, running);
    try {
      await fake.before();
      return answer();
    } finally {
      running -= 1;
    }
  };
  const adapter: Adapter = {
    key: "fake",
    kind: "V01",
    currency: "EUR",
    timeZone: "UTC",
    customers: {
      getMany: (ids) => calling(() => ids.map((id) => fake.customers.get(id) ?? null)),
      list: (_query, { first, after }) =>
        calling(() => {
          fake.pages.push(after);
          const listed = [...fake.customers.values()].filter(({ id }) => !fake.hidden.has(id));
          return pageOfAll(listed, ({ id }) => id, { first: Math.min(first, pageLength), after });
        }),
    },
    charges: {
      getMany: async (ids) => ids.map(() => null),
      listByCustomers: async (ids) => ids.map(() => unsupported("fake", "No charges.")),
    },
    probe: async () => {},
  };
  return Object.assign(fake, { backend: { ...fake.backend, adapter } });
}

export const backendsOf = ({ backend }: FakeBackend) => createBackends([backend]);

export function down(): BillingError {
  return new BillingError("UNAVAILABLE", "fake cannot be reached.", { backend: "fake" });
}

export function customer(id: string, changes: Partial<Customer> = {}): Customer {
  return {
    ...{ type: "Customer", backend: "fake", id, backendId: id, reference: null, name: `Customer ${id}` },
    ...{ organizationName: null, firstName: null, lastName: null, email: null, phone: null, address: null },
    ...{
      status: "ACTIVE",
      currency: "EUR",
      amountDue: null,
      createdAt: null,
      updatedAt: null,
      parent: null,
      plan: null,
      raw: {},
    },
    ...changes,
  } as Customer;
}
