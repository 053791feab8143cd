import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adapter, List } from "../../src/adapter/adapter.ts";
import { createBackends } from "../../src/adapter/backends.ts";
import { pageOfAll, pageOfParts, partsOf } from "../../src/adapter/kit/paging.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Customer } from "../../src/model/model.ts";
import type { CustomerQuery } from "../../src/model/queries.ts";
import { createReads } from "../../src/reads/reads.ts";

/** Lists that take rows from the backends in turn, over generated backends, page sizes and failures. */

interface World {
  /** How many customers each backend has. */
  readonly sizes: readonly number[];
  /** Backends that page by offset instead of by id. */
  readonly byOffset: readonly boolean[];
}

const worlds: fc.Arbitrary<World> = fc
  .array(fc.tuple(fc.nat(9), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((backends) => ({ sizes: backends.map(([size]) => size), byOffset: backends.map(([, offsets]) => offsets) }));

function listing({ sizes, byOffset }: World, failing: () => readonly number[] = () => []) {
  const all = sizes.map((size, index) => {
    const key = `backend${index}`;
    const customers = Array.from({ length: size }, (_, id) => ({ type: "Customer", backend: key, id: String(id) }) as Customer);
    const list: List<Customer, CustomerQuery> = async (_query, page) => {
      if (failing().includes(index)) throw new BillingError("TIMEOUT", `${key} did not answer in time.`, { backend: key });
      return byOffset[index]
        ? pageOfParts(
            partsOf(async (offset, limit) => customers.slice(offset, offset + limit)),
            { keyOf: () => null },
            (row) => row,
            page,
          )
        : pageOfAll(customers, ({ id }) => id, page);
    };
    return { key, label: key, adapter: { key, customers: { list } } as unknown as Adapter, health: () => ({}) as never };
  });
  const { customers } = createReads(createBackends(all), {}, 100);
  return async (first: number, after: string | null) => {
    const page = await customers(null, {}, { first, after, interleave: true });
    return {
      ids: page.edges.map(({ node }) => `${node.backend}:${node.id}`),
      cursors: page.edges.map(({ cursor }) => cursor),
      end: page.endCursor ?? page.edges.at(-1)?.cursor ?? null,
      hasNextPage: page.hasNextPage,
      missing: page.unavailable.map(({ backend }) => backend),
    };
  };
}

/** One row of each in turn, until none is left. */
function expected({ sizes }: World): string[] {
  const longest = Math.max(0, ...sizes);
  return Array.from({ length: longest }, (_, id) =>
    sizes.flatMap((size, index) => (id < size ? [`backend${index}:${id}`] : [])),
  ).flat();
}

describe("a list that interleaves its backends", () => {
  it("gives the same rows in the same order for any page size, and ends", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }), async (world, sizes) => {
        const ask = listing(world);
        const seen: string[] = [];
        let after: string | null = null;
        for (let page = 0; ; page += 1) {
          expect(page).toBeLessThan(60);
          const answer = await ask(sizes[page % sizes.length] as number, after);
          seen.push(...answer.ids);
          if (!answer.hasNextPage) break;
          expect(answer.ids.length).toBeGreaterThan(0);
          after = answer.end;
        }
        expect(seen).toEqual(expected(world));
      }),
      { numRuns: 200 },
    );
  });

  it("continues exactly behind any row", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.nat(), async (world, place) => {
        const ask = listing(world);
        const whole = await ask(100, null);
        expect(whole.ids).toEqual(expected(world));
        expect(whole.hasNextPage).toBe(false);
        if (whole.ids.length === 0) return;
        const index = place % whole.ids.length;
        const rest = await ask(100, whole.cursors[index] as string);
        expect(rest.ids).toEqual(whole.ids.slice(index + 1));
      }),
      { numRuns: 200 },
    );
  });

  it("loses and repeats nothing while backends fail and come back, and names them meanwhile", async () => {
    const outages = fc.array(fc.array(fc.nat(4), { maxLength: 4 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(worlds, outages, fc.integer({ min: 1, max: 4 }), async (world, failures, first) => {
        let failing: readonly number[] = [];
        const ask = listing(world, () => failing);
        const seen: string[] = [];
        let after: string | null = null;
        for (let page = 0; page < 80; page += 1) {
          failing = failures[page] ?? [];
          const answer = await ask(first, after);
          seen.push(...answer.ids);
          for (const key of answer.missing) expect(failing).toContain(Number(key.slice("backend".length)));
          after = answer.end;
          if (!answer.hasNextPage && answer.missing.length === 0) break;
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.toSorted()).toEqual(expected(world).toSorted());
        for (const index of world.sizes.keys()) {
          const own = seen.filter((id) => id.startsWith(`backend${index}:`));
          expect(own).toEqual(own.toSorted());
        }
      }),
      { numRuns: 200 },
    );
  });

  it("refuses cursors of a list in another order, and forged ones", async () => {
    const ask = listing({ sizes: [3, 3], byOffset: [false, false] });
    const { customers } = createReads(createBackends([]), {}, 100);
    const { end } = await ask(1, null);
    await expect(customers(null, {}, { after: end })).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
    await expect(customers(null, {}, { after: end, interleave: true })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(ask(1, "x")).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });
});
