import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeCustomer } from "../../src/directory/describe.ts";
import { createDirectory, type Directory } from "../../src/directory/directory.ts";
import { createDirectoryReads, type DirectoryReads } from "../../src/directory/directory-reads.ts";
import type { SearchPage } from "../../src/directory/search.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createSight } from "../../src/reads/loaders.ts";
import { createReads } from "../../src/reads/reads.ts";
import { backendsOf, customer, down, type FakeBackend, fakeBackend } from "./backend.ts";

/** Search over one backend that cannot narrow its lists, with and without a directory. */

const source = { type: "Customer", backend: "fake" } as const;

let store: Store;
let fake: FakeBackend;
let directory: Directory;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
});
afterEach(async () => {
  await directory.close();
  await store.close();
});

function readsOf(backend: FakeBackend, refreshMs: number): DirectoryReads {
  fake = backend;
  const backends = backendsOf(fake);
  const rest = { charges: false, retentionMs: 3_600_000, owner: "one", originOf: () => "", report: () => {} };
  directory = createDirectory({ engine: store.engine, backends, refreshMs, ...rest });
  const reads = createReads(backends, {}, 100);
  const sight = createSight({ backends, users: {}, isComplete: true }, reads.load);
  return createDirectoryReads(directory, { backends, sight, reads, scope: {}, maxPageSize: 100 });
}

/** As a walk would have read them, some time ago. */
async function fill(ids: readonly string[]): Promise<void> {
  await directory.sources.begin(source);
  const described = ids.map((id) => describeCustomer(fake.customers.get(id) ?? customer(id), null));
  for (let start = 0; start < described.length; start += 200)
    await directory.records.put(source, described.slice(start, start + 200), { generation: 1, record: false });
  await directory.sources.complete(source);
}

async function everyPage(reads: DirectoryReads, text: string, first: number): Promise<readonly SearchPage[]> {
  const pages: SearchPage[] = [];
  let after: string | null = null;
  do {
    const page: SearchPage = await reads.search({ text, types: ["Customer"] }, { first, after });
    pages.push(page);
    after = page.hasNextPage ? (page.endCursor ?? page.edges.at(-1)?.cursor ?? null) : null;
    expect(pages.length).toBeLessThan(500);
  } while (after !== null);
  return pages;
}

const idsOn = (pages: readonly SearchPage[]): string[] => pages.flatMap(({ edges }) => edges.map(({ node }) => node.id));

describe("a long list that is scanned", () => {
  it("costs a bounded number of calls a page, says that there is more, and ends with everything found", async () => {
    const reads = readsOf(fakeBackend(12_000, 1_000), 0);
    fake.customers.set("11990", customer("11990", { name: "Quillfeather Instruments" }));
    const pages: SearchPage[] = [];
    let after: string | null = null;
    do {
      fake.pages.length = 0;
      const page: SearchPage = await reads.search({ text: "quillf", types: ["Customer"] }, { first: 10, after });
      expect(fake.pages.length).toBeLessThanOrEqual(5);
      pages.push(page);
      after = page.hasNextPage ? (page.endCursor ?? page.edges.at(-1)?.cursor ?? null) : null;
    } while (after !== null && pages.length < 20);
    expect(idsOn(pages)).toEqual(["11990"]);
    const told = await Promise.all(pages.map(({ sources }) => sources()));
    expect(told.map(([source]) => source?.complete)).toEqual([false, false, true]);
    expect(told[0]?.[0]?.reason).toContain("further pages of this search continue it");
    expect(pages[0]).toMatchObject({ edges: [], unavailable: [] });
  });

  it("puts an exact match first, however late in the list it is", async () => {
    const reads = readsOf(fakeBackend(3_000, 1_000), 0);
    const parts = { reference: "C-1042/7", email: "Ada.Lovelace@engines.example", phone: "+49 30 1234567" };
    fake.customers.set("2900", customer("2900", { name: "Zzz", ...parts }));
    for (let id = 0; id < 300; id += 1)
      fake.customers.set(
        String(id),
        customer(String(id), { name: `C 1042 7 ${id}`, email: `ada.lovelace@engines.example.${id}` }),
      );
    for (const text of ["c 1042 7", "C10427", "ada.lovelace@ENGINES.example", "030 1234567", "2900"]) {
      const { edges } = await reads.search({ text, types: ["Customer"] }, { first: 1 });
      expect([text, edges[0]?.node.id]).toEqual([text, "2900"]);
    }
    const pages = await everyPage(reads, "c 1042 7", 50);
    expect(idsOn(pages).length).toBe(301);
    expect(new Set(idsOn(pages)).size).toBe(301);
  });
});

describe("with a directory", () => {
  it("puts an exact match before names that begin with the text", async () => {
    const reads = readsOf(fakeBackend(0), 3_600_000);
    for (let id = 0; id < 150; id += 1)
      fake.customers.set(String(id), customer(String(id), { name: `AB 12 Trading ${id}`, email: `ab12@${id}.example` }));
    fake.customers.set("150", customer("150", { name: "Zoe", reference: "AB-12" }));
    await fill([...fake.customers.keys()]);
    fake.pages.length = 0;
    const pages = await everyPage(reads, "ab 12", 20);
    expect(idsOn(pages)[0]).toBe("150");
    expect(new Set(idsOn(pages)).size).toBe(151);
    expect(idsOn(pages).length).toBe(151);
    expect(fake.pages).toEqual([]);
  });

  it("asks the backend as well when the directory is too old, and shows nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (known, first) => {
          await store.close();
          store = await openStore("sqlite::memory:");
          const reads = readsOf(fakeBackend(30, 7), 1);
          await fill([...fake.customers.keys()].filter((_, index) => known[index]));
          await store.engine.database
            .withTables<{ directory_sources: { refreshed_at: string } }>()
            .updateTable("directory_sources")
            .set({ refreshed_at: "2020-01-01T00:00:00.000Z" })
            .execute();
          const pages = await everyPage(reads, "custom", first);
          expect(idsOn(pages).toSorted()).toEqual([...fake.customers.keys()].toSorted());
          expect(await pages.at(-1)?.sources()).toMatchObject([
            { source: "BOTH", complete: true, refreshedAt: "2020-01-01T00:00:00.000Z" },
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("shows the known customers of a backend that is down, how old they are, and why they are not complete", async () => {
    const reads = readsOf(fakeBackend(3), 3_600_000);
    fake.customers.set("1", customer("1", { name: "Quill", email: "q@quill.example", reference: "R-1" }));
    await fill(["0", "1", "2"]);
    fake.before = async () => {
      throw down();
    };
    const known = await reads.known({ backend: "fake", id: "1" });
    expect(known).toMatchObject({ id: "1", name: "Quill", data: { email: "q@quill.example", reference: "R-1" } });
    expect(Date.parse(known?.readAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(await reads.known({ backend: "fake", id: "none" })).toBeNull();
    const fresh = await reads.search({ text: "quill", types: ["Customer"] }, {});
    expect(fresh).toMatchObject({ edges: [{ known: { id: "1", readAt: known?.readAt } }] });
    expect(await fresh.sources()).toMatchObject([{ complete: true }]);
    await store.engine.database
      .withTables<{ directory_sources: { refreshed_at: string } }>()
      .updateTable("directory_sources")
      .set({ refreshed_at: "2020-01-01T00:00:00.000Z" })
      .execute();
    const old = await reads.search({ text: "quill", types: ["Customer"] }, {});
    expect(old.edges.map(({ node }) => node.id)).toEqual(["1"]);
    expect(old.unavailable).toMatchObject([{ backend: "fake", error: { code: "UNAVAILABLE" } }]);
    const [told] = await old.sources();
    expect(told).toMatchObject({ complete: false, refreshedAt: "2020-01-01T00:00:00.000Z" });
    expect(told?.reason).toContain("2020-01-01");
  });

  it("is not used for a caller who is another user of the backend", async () => {
    readsOf(fakeBackend(3), 3_600_000);
    await fill(["0"]);
    const backends = backendsOf(fake);
    const reads = createReads(backends, {}, 100);
    const sight = createSight({ backends, users: { fake: "another" }, isComplete: true }, reads.load);
    const theirs = createDirectoryReads(directory, { backends, sight, reads, scope: {}, maxPageSize: 100 });
    expect(await theirs.known({ backend: "fake", id: "0" })).toBeNull();
  });

  it("finds records by a newer version's words after the next walk, and records no change", async () => {
    const reads = readsOf(fakeBackend(2), 3_600_000);
    await fill(["0", "1"]);
    await store.engine.database
      .withTables<{ directory_records: { other_words: string } }>()
      .updateTable("directory_records")
      .set({ other_words: "" })
      .execute();
    expect((await reads.search({ text: "ustomer", types: ["Customer"] }, {})).edges).toEqual([]);
    const described = ["0", "1"].map((id) => describeCustomer(customer(id), null));
    const batch = await directory.records.put(source, described, { generation: 2, record: true });
    expect(batch).toEqual({ ...source, written: [], removed: [] });
    expect(await directory.changes.span()).toBeNull();
    expect((await reads.search({ text: "ustomer", types: ["Customer"] }, {})).edges.length).toBe(2);
  });
});
