import { describe, expect, it } from "vitest";
import { createBackends } from "../../src/adapter/backends.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Customer, Ref } from "../../src/model/model.ts";
import { createSight } from "../../src/reads/loaders.ts";
import type { Reads } from "../../src/reads/reads.ts";
import type { LinkSuggestion } from "../../src/suggestions/model.ts";
import type { SuggestionStore } from "../../src/suggestions/store.ts";
import { createSuggestionReads } from "../../src/suggestions/suggestion-reads.ts";
import { customer, fakeBackend } from "../directory/backend.ts";

/** Suggestions for a caller with a user of its own in a backend: only what that user sees exists. */

const all: readonly LinkSuggestion[] = Array.from({ length: 50 }, (_, number) => ({
  customers: [
    { backend: "pbx", id: String(number), name: `Customer ${number}` },
    { backend: "suite", id: String(number), name: `Customer ${number}` },
  ],
  score: (900 - number) / 1000,
  reasons: [],
}));

const store = {
  list: async ({ first, after, backends }) => {
    const asked = all.filter(({ customers }) => customers.every(({ backend }) => backends.includes(backend)));
    return asked.filter(({ score }) => after === null || score < after.score).slice(0, first);
  },
  walks: async (keys) => keys.map(() => ({ refreshedAt: null, startedAt: null, error: null })),
} satisfies Partial<SuggestionStore> as Partial<SuggestionStore> as SuggestionStore;

/** The customer as every user sees it, if at all. */
const found = async (id: string): Promise<Customer> => ({ ...customer(id), name: `Customer ${id}`, reference: `AC-1000${id}` });

/** @param find the customer as its backend answers for this caller */
function readsWith(find: (ref: Ref) => Promise<Customer | null>) {
  const asked: Ref[] = [];
  const load = {
    customers: {
      load: (ref: Ref) => {
        if (ref.backend === "suite") return found(ref.id);
        asked.push(ref);
        return find(ref);
      },
    },
  } as Partial<Reads["load"]> as Reads["load"];
  const { backend } = fakeBackend(0);
  const backends = createBackends(["pbx", "suite"].map((key) => ({ ...backend, key })));
  const sight = createSight({ backends, users: { pbx: "own" }, isComplete: true }, load);
  const reads = createSuggestionReads(store, {
    backends,
    sight,
    reads: { load, contact: async (each) => each as Customer },
    maxPageSize: 100,
    isKept: true,
  });
  return { reads, asked };
}

const numbers = (edges: readonly { readonly node: LinkSuggestion }[]) => edges.map(({ node }) => Number(node.customers[0].id));

describe("suggestions for a user of its own in a backend", () => {
  it("fill the page even if some do not exist for that user", async () => {
    const { reads } = readsWith(async ({ id }) => (Number(id) % 3 === 0 ? found(id) : null));
    const page = await reads.list({}, { first: 5 });
    expect(numbers(page.edges)).toEqual([0, 3, 6, 9, 12]);
    expect(page.unavailable).toEqual([]);
  });

  it("show the customers as that user sees them, and are compared again by those values", async () => {
    const { reads } = readsWith(async ({ id }) =>
      id === "1"
        ? { ...(await found(id)), name: "Masked", reference: null }
        : { ...(await found(id)), name: `Customer ${id} Ltd` },
    );
    const page = await reads.list({}, { first: 2 });
    expect(numbers(page.edges)).toEqual([0, 2]);
    const [{ node } = { node: null }] = page.edges;
    expect(node?.customers[0].name).toBe("Customer 0 Ltd");
    expect(node?.reasons.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["SAME_REFERENCE", "ac10000"],
      ["SAME_NAME", "Customer 0 Ltd"],
    ]);
  });

  it("leave out a failing backend, which is named and asked for one page only", async () => {
    const down = new BillingError("UNAVAILABLE", "pbx cannot be reached.", { backend: "pbx" });
    let isDown = true;
    const { reads, asked } = readsWith(async ({ id }) => {
      if (isDown && id !== "2" && id !== "6") throw down;
      return found(id);
    });
    const page = await reads.list({}, { first: 5 });
    expect(asked).toHaveLength(6 + 1);
    expect(numbers(page.edges)).toEqual([2]);
    expect(page).toMatchObject({ hasNextPage: false, unavailable: [{ backend: "pbx", error: down }] });
    isDown = false;
    const next = await reads.list({}, { first: 5, after: page.endCursor ?? null });
    expect(numbers(next.edges)).toEqual([3, 4, 5, 6, 7]);
  });

  it("have no cursor of a hidden suggestion", async () => {
    const { reads } = readsWith(async ({ id }) => (id === "3" ? found(id) : null));
    const page = await reads.list({}, { first: 2 });
    expect(numbers(page.edges)).toEqual([3]);
    expect(page).toMatchObject({ hasNextPage: false, endCursor: page.edges[0]?.cursor });
    const nothing = await readsWith(async () => null).reads.list({}, { first: 2 });
    expect(nothing).toMatchObject({ edges: [], hasNextPage: false, endCursor: null });
  });
});
