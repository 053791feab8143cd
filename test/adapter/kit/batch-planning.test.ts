import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BatchCosts, type Batches, createBatches, planBatch } from "../../../src/adapter/kit/loading.ts";

const costs: BatchCosts = {
  wanted: 100,
  objects: 130,
  rows: 130,
  rowsPerCall: 1000,
  concurrency: 8,
  getMilliseconds: 20,
  rowMilliseconds: 0.01,
  rowsWorthACall: 10,
  listHasAll: false,
};

describe("the plan of a batch", () => {
  const all = fc.record({
    wanted: fc.nat({ max: 500 }),
    objects: fc.nat({ max: 1_000 }),
    rows: fc.nat({ max: 5_000 }),
    rowsPerCall: fc.constantFrom(100, 1000, Number.POSITIVE_INFINITY),
    concurrency: fc.integer({ min: 1, max: 32 }),
    getMilliseconds: fc.option(fc.double({ min: 0, max: 1_000, noNaN: true })),
    rowMilliseconds: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
    rowsWorthACall: fc.integer({ min: 1, max: 200 }),
    listHasAll: fc.boolean(),
  });

  it.each<[string, Partial<BatchCosts>, "gets" | "list"]>([
    ["most of what a small backend holds", {}, "list"],
    ["few of many", { wanted: 10, objects: 300, rows: 300 }, "gets"],
    ["a page of 20 of ten thousand", { wanted: 20, objects: 10_000, rows: 10_000 }, "gets"],
    ["no more than are read at the same time", { wanted: 8, objects: 8, rows: 8 }, "gets"],
    ["rows that take the backend long", { rowMilliseconds: 5 }, "gets"],
    ["nothing is known of how long anything takes", { getMilliseconds: null, rowMilliseconds: null }, "list"],
    ["more than the backend holds, which it can show few of", { wanted: 100, objects: 30, rows: 30 }, "gets"],
    ["more than the backend holds, which it can show most of", { wanted: 100, objects: 80, rows: 80 }, "list"],
    [
      "more than the backend has in its list, where nothing else exists",
      { wanted: 100, objects: 30, rows: 30, listHasAll: true },
      "list",
    ],
    ["what belongs to few of many, in many rows", { wanted: 10, objects: 300, rows: 4_000 }, "gets"],
    ["what belongs to nearly all, in many rows", { wanted: 280, objects: 300, rows: 4_000 }, "list"],
  ])("for %s", (_title, given, plan) => {
    expect(planBatch({ ...costs, ...given })).toBe(plan);
  });

  it("uses the list only if it makes at most half of the calls, and its unwanted rows cost no more than the saved calls", () => {
    fc.assert(
      fc.property(all, (given) => {
        if (planBatch(given) === "gets") return;
        const listCalls = Math.floor(given.rows / given.rowsPerCall) + 1;
        const calls = listCalls + (given.listHasAll ? 0 : Math.max(0, given.wanted - given.objects));
        expect(calls * 2).toBeLessThanOrEqual(given.wanted);
        const unwanted = given.objects === 0 ? 0 : given.rows * Math.max(0, 1 - given.wanted / given.objects);
        expect(unwanted).toBeLessThanOrEqual(given.rowsWorthACall * (given.wanted - calls) + 1e-9);
        expect(given.wanted).toBeGreaterThan(given.concurrency);
      }),
    );
  });

  it("stays a list if more of the same is wanted, or if reading a row takes less time", () => {
    fc.assert(
      fc.property(all, fc.nat({ max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (given, more, part) => {
        if (planBatch(given) === "gets" || given.wanted + more > given.objects) return;
        const rowMilliseconds = given.rowMilliseconds === null ? null : given.rowMilliseconds * part;
        expect(planBatch({ ...given, wanted: given.wanted + more, rowMilliseconds })).toBe("list");
      }),
    );
  });
});

describe("the known length of a list", () => {
  let now: number;
  let batches: Batches;
  beforeEach(() => {
    now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    batches = createBatches({ concurrency: 8, rowsPerCall: 1000, manyWhileUnknown: Number.POSITIVE_INFINITY });
  });
  afterEach(() => void vi.restoreAllMocks());

  const reading = (rows: number, milliseconds = 20) => {
    return async () => {
      now += milliseconds;
      return new Array<null>(rows).fill(null);
    };
  };
  const page = (offset: number, limit: number, rows: number) => batches.rows(offset, limit, reading(rows));

  it("comes from a list, or a page, that reached its end: until then objects are read one by one", async () => {
    expect(batches.plan(100)).toBe("gets");
    await page(0, 100, 100);
    expect(batches.plan(100)).toBe("gets");
    await page(100, 100, 30);
    expect(batches.plan(100)).toBe("list");
  });

  it("comes from a list that came as a whole although a page was requested", async () => {
    await page(0, 21, 130);
    expect(batches.plan(100)).toBe("list");
  });

  it("does not come from a page beyond the end", async () => {
    await page(0, Number.POSITIVE_INFINITY, 130);
    await page(900_000_000, 20, 0);
    expect(batches.plan(100)).toBe("list");
  });

  it("follows the backend", async () => {
    await page(0, Number.POSITIVE_INFINITY, 130);
    await page(8_000, 3_000, 2_000);
    expect(batches.plan(100)).toBe("gets");
  });

  it("is forgotten after a while, and when the list fails", async () => {
    await page(0, Number.POSITIVE_INFINITY, 130);
    now += 19 * 60_000;
    expect(batches.plan(100)).toBe("list");
    now += 2 * 60_000;
    expect(batches.plan(100)).toBe("gets");
    await page(0, Number.POSITIVE_INFINITY, 130);
    await expect(batches.rows(0, 20, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(batches.plan(100)).toBe("gets");
  });

  it("counts objects and their rows", async () => {
    const owned = createBatches<number>({
      concurrency: 8,
      rowsPerCall: Number.POSITIVE_INFINITY,
      manyWhileUnknown: 50,
      rowsOf: (rows) => rows,
    });
    await owned.rows(0, Number.POSITIVE_INFINITY, async () => new Array<number>(300).fill(14));
    expect([owned.plan(10), owned.plan(60), owned.plan(200), owned.plan(300)]).toEqual(["gets", "gets", "list", "list"]);
  });

  it("leaves the choice to the backend's default until it is known", async () => {
    batches = createBatches({ concurrency: 8, rowsPerCall: 1000, manyWhileUnknown: 11 });
    expect([batches.plan(10), batches.plan(11)]).toEqual(["gets", "list"]);
    await page(0, Number.POSITIVE_INFINITY, 10_000);
    expect([batches.plan(10), batches.plan(11)]).toEqual(["gets", "gets"]);
  });

  it("includes its duration: a list that takes longer than all single reads is not read", async () => {
    await batches.gets(8, reading(8, 10));
    await batches.rows(0, Number.POSITIVE_INFINITY, reading(130, 5_000));
    expect(batches.plan(100)).toBe("gets");
    for (let index = 0; index < 30; index += 1) await batches.rows(0, Number.POSITIVE_INFINITY, reading(130, 12));
    expect(batches.plan(100)).toBe("list");
  });
});
