import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/adapter/adapter.ts";
import {
  createPageSizes,
  type FetchPart,
  lookUp,
  type PageSizes,
  partsByNumber,
  partsByOffset,
  type SentRows,
} from "../../../src/adapter/kit/list-parts.ts";
import { compareIds, pageOfParts } from "../../../src/adapter/kit/paging.ts";
import { BillingError } from "../../../src/model/errors.ts";

/** A change of the list before a call. */
interface Change {
  readonly add: readonly number[];
  readonly remove: readonly number[];
}

interface Habits {
  /** Maximum rows of a page. */
  readonly most: number;
  readonly beyond: "cut" | "refuse";
  readonly tells: "total" | "total and pages" | "nothing";
  readonly paging: "number" | "offset";
  /** Whether rows are sorted by number, or in an order that their keys do not show. */
  readonly order: "by key" | "other";
}

/** An order unrelated to the numbers. */
const scramble = (id: number): number => (id * 7919) % 1009;

/** A backend whose list changes during a walk. */
function backend(rows: readonly number[], habits: Habits, changes: readonly Change[]) {
  const list = new Set(rows);
  const removed = new Set<number>();
  let calls = 0;
  const sorted = (): number[] =>
    habits.order === "by key"
      ? [...list].sort((left, right) => left - right)
      : [...list].sort((left, right) => scramble(left) - scramble(right) || left - right);

  const answer = (start: (size: number) => number, asked: number): SentRows<number> => {
    const change = changes[calls];
    calls += 1;
    for (const id of change?.add ?? []) if (!removed.has(id)) list.add(id);
    for (const id of change?.remove ?? []) {
      list.delete(id);
      removed.add(id);
    }
    if (asked > habits.most && habits.beyond === "refuse") throw new BillingError("INVALID_INPUT", "The page is too large.");
    const size = Math.min(asked, habits.most);
    const all = sorted();
    const page = all.slice(start(size), start(size) + size);
    if (habits.tells === "nothing") return { rows: page };
    const total = all.length;
    return { rows: page, total, ...(habits.tells === "total" ? {} : { pages: Math.ceil(total / size) }) };
  };

  const parts = (sizes: PageSizes): FetchPart<number> =>
    habits.paging === "number"
      ? partsByNumber(sizes, async (page, asked) => answer((size) => page * size, asked))
      : partsByOffset(sizes, async (offset, asked) => answer(() => offset, asked));
  return { parts, removed, calls: () => calls };
}

const rows = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 120 });
const habits = fc.record<Habits>({
  most: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(10, 25, 50, 100, 1000)),
  beyond: fc.constant("cut"),
  tells: fc.constantFrom("total", "total and pages", "nothing"),
  paging: fc.constantFrom("number", "offset"),
  order: fc.constant("by key"),
});
/** With very short pages, passing the end of the list takes two calls. A row that disappears between them is one too many. */
const longer = habits.map((habit) => ({ ...habit, most: Math.max(7, habit.most) }));
const pageSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
const changes = fc.array(
  fc.record({
    add: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 4 }),
    remove: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }),
  }),
  { maxLength: 40 },
);

/** Walks from page to page as a client does, with the page sizes in turn. */
async function walked(fetch: FetchPart<number>, habits: Habits, sizes: PageSizes, firsts: readonly number[]): Promise<number[]> {
  const keys = { keyOf: String, sizes, ...(habits.order === "by key" ? { compare: compareIds } : {}) };
  const found: number[] = [];
  let after: string | null = null;
  for (let page = 0; page < 500; page += 1) {
    const first = firsts[page % firsts.length] ?? 1;
    const { items, hasNextPage }: Page<number> = await pageOfParts(fetch, keys, (row) => row, { first, after });
    expect(items.length).toBeLessThanOrEqual(first);
    found.push(...items.map(({ value }) => value));
    if (!hasNextPage) return found;
    after = items.at(-1)?.position ?? after;
  }
  throw new Error("it never ends");
}

const runs = { numRuns: 1_500 };

describe("a list with pages shorter than asked", () => {
  it("loses no row, whatever was learnt from earlier lists of the same, a smaller or a larger length", async () => {
    const lengths = fc.array(fc.integer({ min: -3, max: 90 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(habits, lengths, pageSizes, async (habit, more, firsts) => {
        const sizes = createPageSizes({ most: 1000 });
        for (const length of more.map((each) => Math.max(0, habit.most + each))) {
          if (length > 200) continue;
          const all = Array.from({ length }, (_, id) => id);
          const { parts } = backend(all, habit, []);
          expect(await walked(parts(sizes), habit, sizes, firsts)).toEqual(all);
        }
      }),
      runs,
    );
  });

  it("loses no row when somebody sets a smaller maximum on the server, while it is read or before", async () => {
    const maxima = fc.shuffledSubarray([1000, 500, 200, 100, 50, 25, 20, 10], { minLength: 2, maxLength: 4 });
    const lengths = fc.array(fc.integer({ min: 0, max: 320 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        habits,
        maxima,
        lengths,
        pageSizes,
        fc.nat({ max: 6 }),
        async (habit, falling, all, firsts, callsOfEach) => {
          const sizes = createPageSizes({ most: 1000 });
          const steps = falling.toSorted((one, other) => other - one);
          let calls = 0;
          for (const length of all) {
            const list = Array.from({ length }, (_, id) => id);
            const server: Habits = {
              ...habit,
              get most() {
                return steps[Math.min(steps.length - 1, Math.floor(calls / (callsOfEach + 1)))] ?? 10;
              },
            };
            const { parts } = backend(list, server, []);
            const counted: FetchPart<number> = (...asked) => {
              calls += 1;
              return parts(sizes)(...asked);
            };
            expect(await walked(counted, server, sizes, firsts)).toEqual(list);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("does not end behind a full page whose count is only that of the page", async () => {
    for (const paging of ["number", "offset"] as const) {
      const sizes = createPageSizes({ most: 20 });
      const list = Array.from({ length: 95 }, (_, id) => id);
      const page = (offset: number, asked: number) => {
        const rows = list.slice(offset, offset + asked);
        return { rows, total: offset + rows.length };
      };
      const parts =
        paging === "number"
          ? partsByNumber(sizes, async (number, asked) => page(number * asked, asked))
          : partsByOffset(sizes, async (offset, asked) => page(offset, asked));
      const habit: Habits = { most: 20, beyond: "cut", tells: "total", paging, order: "by key" };
      expect(await walked(parts, habit, sizes, [20, 7, 200])).toEqual(list);
    }
  });

  it("loses and repeats no row, and its maximum is remembered", async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        habits,
        pageSizes,
        fc.constantFrom<Habits["order"]>("by key", "other"),
        async (all, some, firsts, order) => {
          const habit = { ...some, order };
          const { parts, calls } = backend(all, habit, []);
          const sizes = createPageSizes({ most: 1000 });
          expect([...(await walked(parts(sizes), habit, sizes, firsts))].sort()).toEqual([...all].sort());
          if (all.length > habit.most && habit.tells !== "nothing")
            expect(sizes.most()).toBeGreaterThanOrEqual(Math.min(habit.most, 60));
          const before = calls();
          await walked(parts(sizes), habit, sizes, [1000]);
          // Each page but the last is full, and overlaps the previous page by one row. If nothing is counted, one more page may
          // be needed to see the end.
          const fewest = Math.ceil(all.length / Math.max(1, Math.min(habit.most, 1000) - 1));
          expect(calls() - before).toBeLessThanOrEqual(Math.max(1, fewest * 3 + 3));
        },
      ),
      runs,
    );
  });

  it("gets a smaller page if a page size is refused", async () => {
    const maxima = fc.integer({ min: 10, max: 600 });
    await fc.assert(
      fc.asyncProperty(rows, habits, maxima, pageSizes, async (all, some, most, firsts) => {
        const habit: Habits = { ...some, most, beyond: "refuse" };
        const { parts } = backend(all, habit, []);
        const sizes = createPageSizes({ most: 1000 });
        expect((await walked(parts(sizes), habit, sizes, firsts)).sort()).toEqual([...all].sort());
        expect(sizes.most()).toBeLessThanOrEqual(1000);
      }),
      runs,
    );
  });

  it("loses and repeats none of the remaining rows, whatever comes and goes meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(rows, longer, pageSizes, changes, async (all, habit, firsts, some) => {
        const { parts, removed } = backend(all, habit, some);
        const sizes = createPageSizes({ most: 1000 });
        const found = await walked(parts(sizes), habit, sizes, firsts);
        expect(found).toHaveLength(new Set(found).size);
        const staying = all.filter((row) => !removed.has(row));
        expect(staying.filter((row) => !found.includes(row))).toEqual([]);
      }),
      runs,
    );
  });

  it("is also complete when it is read as a whole in one request, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(rows, longer, changes, async (all, some, happening) => {
        const habit: Habits = { ...some, order: "other" };
        const { parts, removed } = backend(all, habit, happening);
        const sizes = createPageSizes({ most: 1000 });
        const found = await walked(parts(sizes), habit, sizes, [1000]);
        expect(found).toHaveLength(new Set(found).size);
        expect(all.filter((row) => !removed.has(row) && !found.includes(row))).toEqual([]);
      }),
      runs,
    );
  });

  it("is an error if it shows fewer rows than its count", async () => {
    const sizes = createPageSizes({ most: 1000 });
    const parts = partsByNumber(sizes, async (page) => ({ rows: page === 0 ? [1, 2] : [], total: 5 }));
    const page = pageOfParts(parts, { keyOf: String, compare: compareIds, sizes }, (row) => row, { first: 10, after: null });
    await expect(page).rejects.toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  it("does not try ever smaller pages, or remember them, if something else is refused", async () => {
    const asked: number[] = [];
    const sizes = createPageSizes({ most: 1000 });
    const parts = partsByOffset<number>(sizes, async (_offset, limit) => {
      asked.push(limit);
      throw new BillingError("INVALID_INPUT", "The filter is none.");
    });
    const page = pageOfParts(parts, { keyOf: String, sizes }, (row) => row, { first: 60, after: null });
    await expect(page).rejects.toMatchObject({ message: "The filter is none." });
    expect(asked).toEqual([61, 50, 25, 10]);
    expect(sizes.most()).toBe(1000);
  });
});

describe("a list that is not in the order that was asked for", () => {
  it.each(
    [
      ["3", "2", "1"],
      ["3", "1", "2", "0"],
      ["9", "8"],
    ].map((rows) => [rows]),
  )("%j keeps the rows behind one that has gone", async (rows) => {
    for (let gone = 0; gone + 1 < rows.length; gone += 1) {
      let list = rows;
      const sizes = createPageSizes({ most: 1000 });
      const fetch = partsByOffset(sizes, async (offset, limit) => ({ rows: list.slice(offset, offset + limit) }));
      const keys = { keyOf: (row: string) => row, compare: compareIds, sizes };
      const page = (first: number, after: string | null) => pageOfParts(fetch, keys, (row) => row, { first, after });
      const before = await page(gone + 1, null);
      list = rows.toSpliced(gone, 1);
      const behind = await page(10, before.items.at(-1)?.position ?? null);
      expect(behind.items.map(({ value }) => value)).toEqual(rows.slice(gone + 1));
    }
  });
});

describe("a look-up of several ids", () => {
  it("returns every existing record, however few come with one call", async () => {
    const ids = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 150 });
    await fc.assert(
      fc.asyncProperty(rows, ids, habits, fc.boolean(), async (all, wanted, { most, tells }, isRefusing) => {
        const limit = isRefusing ? Math.max(10, most) : most;
        const fetch = async (some: readonly string[]): Promise<SentRows<number>> => {
          if (isRefusing && some.length > limit) throw new BillingError("INVALID_INPUT", "Too many.");
          const there = all.filter((row) => some.includes(String(row)));
          return { rows: there.slice(0, limit), ...(tells === "nothing" ? {} : { total: there.length }) };
        };
        const found = await lookUp(wanted.map(String), String, createPageSizes({ most: 100 }), fetch, () => {});
        expect([...found.values()].sort()).toEqual(all.filter((row) => wanted.includes(row)).sort());
      }),
      runs,
    );
  });

  it("is an error if other records come back", async () => {
    const fetch = async () => ({ rows: [7], total: 1 });
    await expect(lookUp(["1"], String, createPageSizes({ most: 100 }), fetch, () => {})).rejects.toMatchObject({
      code: "BAD_RESPONSE",
    });
  });
});
