import { describe, expect, it } from "vitest";
import { createBackends } from "../../src/adapter/backends.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Customer, Ref } from "../../src/model/model.ts";
import type { Reads } from "../../src/reads/reads.ts";
import type { LinkSuggestion } from "../../src/suggestions/model.ts";
import { createSuggestionReads } from "../../src/suggestions/reads.ts";
import type { SuggestionStore } from "../../src/suggestions/store.ts";
import { customer, fakeBackend } from "../directory/backend.ts";

/** Suggestions for a caller who is a user of its own in a backend: what that user finds there exists. */

const all: readonly LinkSuggestion[] = Array.from({ length: 50 }, (_, number) => ({
  customers: [
    { backend: "pbx", id: String(number), name: `Customer ${number}` },
    { backend: "suite", id: String(number), name: `Customer ${number}` },
  ],
  score: (900 - number) / 1000,
  reasons: [],
}));

const store = {
  list: async ({ first, after }) => all.filter(({ score }) => after === null || score < after.score).slice(0, first),
  refreshed: async (keys) => keys.map(() => null),
} satisfies Partial<SuggestionStore> as Partial<SuggestionStore> as SuggestionStore;

/** @param find the customer as its backend answers for this caller */
function readsWith(find: (ref: Ref) => Promise<Customer | null>) {
  const asked: Ref[] = [];
  const load = {
    customers: {
      load: (ref: Ref) => {
        asked.push(ref);
        return find(ref);
      },
    },
  } as Partial<Reads["load"]> as Reads["load"];
  const { backend } = fakeBackend(0);
  const backends = createBackends(["pbx", "suite"].map((key) => ({ ...backend, key })));
  const reads = createSuggestionReads(store, {
    backends,
    users: { pbx: "own" },
    reads: { load },
    maxPageSize: 100,
    isKept: true,
  });
  return { reads, asked };
}

const numbers = (edges: readonly { readonly node: LinkSuggestion }[]) => edges.map(({ node }) => Number(node.customers[0].id));

describe("suggestions for a user of its own in a backend", () => {
  it("are looked for until the page is full where some do not exist for that user", async () => {
    const { reads } = readsWith(async ({ id }) => (Number(id) % 3 === 0 ? customer(id) : null));
    const page = await reads.list({}, { first: 5 });
    expect(numbers(page.edges)).toEqual([0, 3, 6, 9, 12]);
    expect(page.unavailable).toEqual([]);
  });

  it("end with what is there when the backend fails: it is asked for one page only, is named, and the list goes on behind it", async () => {
    const down = new BillingError("UNAVAILABLE", "pbx cannot be reached.", { backend: "pbx" });
    const { reads, asked } = readsWith(async ({ id }) => {
      if (id === "2" || id === "6") return customer(id);
      throw down;
    });
    const page = await reads.list({}, { first: 5 });
    expect(asked).toHaveLength(5);
    expect(numbers(page.edges)).toEqual([2]);
    expect(page).toMatchObject({ hasNextPage: true, unavailable: [{ backend: "pbx", error: down }] });
    const next = await reads.list({}, { first: 5, after: page.endCursor ?? null });
    expect(numbers(next.edges)).toEqual([6]);
    expect(asked).toHaveLength(10);
  });

  it("have an end cursor also where nothing is shown", async () => {
    const { reads, asked } = readsWith(async () => {
      throw new BillingError("UNAVAILABLE", "pbx cannot be reached.", { backend: "pbx" });
    });
    let after: string | null = null;
    let pages = 0;
    for (let hasMore = true; hasMore; pages += 1) {
      const page = await reads.list({}, { first: 20, after });
      expect(page.edges).toEqual([]);
      after = page.endCursor ?? null;
      hasMore = page.hasNextPage;
    }
    expect(pages).toBe(3);
    expect(asked).toHaveLength(50);
  });
});
