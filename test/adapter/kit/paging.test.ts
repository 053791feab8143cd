import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page, PageRequest } from "../../../src/adapter/adapter.ts";
import { pageAt } from "../../../src/adapter/kit/list-parts.ts";
import { compareIds, type FetchRows, pageOfAll, pageOfParts, partsOf, placeOf } from "../../../src/adapter/kit/paging.ts";
import { BillingError } from "../../../src/model/errors.ts";

const pageSizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

/** Walks a list with the given page sizes in turn, and returns everything it received. */
async function walk<T>(
  pageAt: (first: number, after: string | null) => Page<T> | Promise<Page<T>>,
  sizes: readonly number[],
): Promise<T[]> {
  const values: T[] = [];
  let after: string | null = null;
  for (let turn = 0; ; turn += 1) {
    const first = sizes[turn % sizes.length] ?? 1;
    const page: Page<T> = await pageAt(first, after);
    expect(page.items.length).toBeLessThanOrEqual(first);
    values.push(...page.items.map(({ value }) => value));
    if (!page.hasNextPage) return values;
    expect(page.items).toHaveLength(first);
    after = page.items.at(-1)?.position ?? null;
  }
}

describe("compareIds", () => {
  const ids = fc.oneof(
    fc.stringMatching(/^\d{0,4}$/),
    fc.stringMatching(/^[0-9a-b]{1,3}$/),
    fc.bigInt({ min: 0n }).map(String),
    fc.string(),
  );

  it("is a total order", () => {
    fc.assert(
      fc.property(ids, ids, ids, (one, two, three) => {
        expect(Math.sign(compareIds(one, two))).toBe(-Math.sign(compareIds(two, one)) + 0);
        expect(compareIds(one, two) === 0).toBe(one === two);
        if (compareIds(one, two) < 0 && compareIds(two, three) < 0) expect(compareIds(one, three)).toBeLessThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("orders numbers by value, however large, and before other ids", () => {
    const sorted = ["007", "9", "10", "9007199254740992", "9007199254740993", "1a", "a", "b"];
    expect(sorted.toReversed().sort(compareIds)).toEqual(sorted);
  });
});

describe("pages of a list that came as a whole", () => {
  const lists = fc.uniqueArray(fc.oneof(fc.nat().map(String), fc.string({ minLength: 1 })), { maxLength: 40 });
  const key = (id: string): string => id;

  it("together are the list, without gaps or repeats", async () => {
    await fc.assert(
      fc.asyncProperty(lists, pageSizes, async (list, sizes) => {
        const walked = await walk((first, after) => pageOfAll(list, key, { first, after }), sizes);
        expect(walked).toEqual(list.toSorted(compareIds));
      }),
    );
  });

  it("neither repeat nor skip the remaining items while others come and go", () => {
    fc.assert(
      fc.property(lists, lists, fc.integer({ min: 1, max: 7 }), (before, now, first) => {
        const seen = pageOfAll(before, key, { first, after: null }).items;
        const after = seen.at(-1)?.position ?? null;
        const rest = pageOfAll(now, key, { first: 1_000, after }).items.map(({ value }) => value);
        const seenValues = new Set(seen.map(({ value }) => value));
        expect(rest.some((value) => seenValues.has(value))).toBe(false);
        for (const stayed of now.filter((value) => before.includes(value))) {
          expect(seenValues.has(stayed) || rest.includes(stayed)).toBe(true);
        }
      }),
    );
  });

  it("keep the given order", () => {
    const newestFirst = (left: string, right: string): number => compareIds(right, left);
    const page = pageOfAll(["1", "3", "2", "10"], key, { first: 2, after: "10" }, { compare: newestFirst });
    expect(page).toEqual({
      items: [
        { value: "3", position: "3" },
        { value: "2", position: "2" },
      ],
      hasNextPage: true,
    });
  });

  it("are empty after the end", () => {
    expect(pageOfAll(["1", "2"], key, { first: 5, after: "2" })).toEqual({ items: [], hasNextPage: false });
  });
});

describe("pages of an offset-paged list", () => {
  function pageOfOffsets<Row, T>(fetch: FetchRows<Row>, accept: (row: Row) => T | null, page: PageRequest, mostRows?: number) {
    return pageOfParts(partsOf(fetch), { keyOf: () => null }, accept, page, mostRows);
  }

  const rowsFrom =
    (rows: readonly number[]) =>
    async (offset: number, limit: number): Promise<readonly number[]> =>
      rows.slice(offset, offset + limit);

  it("together are the accepted rows, without gaps or repeats", async () => {
    const rows = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        rows,
        pageSizes,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 10 }),
        async (all, sizes, bound, most) => {
          const accept = (row: number): string | null => (row < bound ? `row ${row}` : null);
          const walked = await walk((first, after) => pageOfOffsets(rowsFrom(all), accept, { first, after }, most), sizes);
          expect(walked).toEqual(all.map(accept).filter((value) => value !== null));
        },
      ),
    );
  });

  it("are given up if a backend ignores the offset, instead of going on without end", async () => {
    const stuck = async (): Promise<readonly string[]> => ["same", "rows"];
    await expect(pageOfOffsets(stuck, () => null, { first: 1, after: null })).rejects.toMatchObject({ code: "BAD_RESPONSE" });
  });

  it("take one call if nothing is rejected, and strides if much is", async () => {
    const calls: [number, number][] = [];
    const rows = Array.from({ length: 100 }, (_, index) => index);
    const fetch = (offset: number, limit: number): Promise<readonly number[]> => {
      calls.push([offset, limit]);
      return rowsFrom(rows)(offset, limit);
    };
    await pageOfOffsets(fetch, (row) => row, { first: 10, after: "20" });
    expect(calls.splice(0)).toEqual([[20, 11]]);
    await pageOfOffsets(fetch, (row) => (row === 99 ? row : null), { first: 1, after: null }, 50);
    expect(calls).toEqual([
      [0, 2],
      [2, 8],
      [10, 32],
      [42, 50],
      [92, 50],
    ]);
  });

  it.each(["-1", "1.5", "abc", "", "1e3", "9999999999"])("refuse the position %j", async (after) => {
    const page = pageOfOffsets(rowsFrom([]), (row) => row, { first: 1, after });
    await expect(page).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
    expect(() => placeOf(after)).toThrow(BillingError);
  });
});

describe("the page that holds rows", () => {
  it("covers the requested rows with the smallest page", () => {
    const covers = (page: number, size: number, offset: number, count: number): boolean =>
      page * size <= offset && (page + 1) * size >= offset + count;
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 300 }), (offset, count) => {
        const { page, size } = pageAt(offset, count, Number.POSITIVE_INFINITY);
        expect(covers(page, size, offset, count)).toBe(true);
        for (let smaller = count; smaller < size; smaller += 1) {
          expect(covers(Math.floor(offset / smaller), smaller, offset, count)).toBe(false);
        }
      }),
    );
  });

  it.each([
    [0, 20, { page: 0, size: 20 }],
    [40, 20, { page: 2, size: 20 }],
    [20, 21, { page: 0, size: 41 }],
    [999_999_999, 1, { page: 999_999_999, size: 1 }],
  ])("of %i and %i", (offset, count, expected) => {
    expect(pageAt(offset, count, Number.POSITIVE_INFINITY)).toEqual(expected);
  });
});
