import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDirectory, type Directory } from "../../src/directory/directory.ts";
import type { Source } from "../../src/directory/model.ts";
import { createSources, type Sources } from "../../src/directory/sources.ts";
import { startRefresh, type Walk } from "../../src/directory/walk.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { encodeId } from "../../src/model/id.ts";
import { operation, sqliteFile, step } from "../journal/fixture.ts";
import { backendsOf, customer, down, type FakeBackend, fakeBackend } from "./backend.ts";

const source: Source = { type: "Customer", backend: "fake" };
const opened: { directory: Directory; store: Store }[] = [];
let url: string;
let reports: string[];

beforeEach(() => {
  url = `sqlite:${sqliteFile()}`;
  reports = [];
});
afterEach(async () => {
  for (const { directory, store } of opened.splice(0)) {
    await directory.close();
    await store.close();
  }
});

interface Options {
  readonly owner?: string;
  readonly refreshMs?: number;
  readonly origin?: string;
}

/** A process on the store, with the backend. */
async function open(
  fake: FakeBackend,
  { owner = "one", refreshMs = 3_600_000, origin = "here" }: Options = {},
): Promise<Directory> {
  const store = await openStore(url);
  const directory = createDirectory({
    engine: store.engine,
    backends: backendsOf(fake),
    originOf: () => origin,
    refreshMs,
    charges: false,
    retentionMs: 3_600_000,
    owner,
    report: (problem) => reports.push(problem),
  });
  opened.push({ directory, store });
  return directory;
}

const pace = { lookEveryMs: 20, leaseMs: 400, pruneEveryMs: 60_000 };
const countOf = async (directory: Directory): Promise<number> => (await directory.records.count())[0]?.records ?? 0;
const isComplete = async (directory: Directory): Promise<boolean> => (await directory.sources.of(source)).refreshedAt !== null;
const changesOf = async (directory: Directory): Promise<string[]> =>
  (await directory.changes.behind(0, { backends: ["fake"] }, 100)).map(({ kind, id }) => `${kind} ${id}`);
const complete = (directory: Directory) => expect.poll(() => isComplete(directory)).toBe(true);

describe("a refresh", () => {
  it("reads everything page by page, one call at a time, and records no changes the first time", async () => {
    const fake = fakeBackend(730);
    const directory = await open(fake);
    directory.start(pace);
    await complete(directory);
    expect(await countOf(directory)).toBe(730);
    expect(fake.pages.length).toBe(8);
    expect(fake.atOnce()).toBe(1);
    expect(await changesOf(directory)).toEqual([]);
  });

  it("records what is new, different and gone the next time", async () => {
    const fake = fakeBackend(250);
    const directory = await open(fake, { refreshMs: 50 });
    directory.start(pace);
    await complete(directory);
    fake.customers.set("3", customer("3", { name: "Renamed" }));
    fake.customers.set("new", customer("new"));
    fake.customers.delete("7");
    await expect.poll(async () => (await changesOf(directory)).toSorted()).toEqual(["CREATED new", "REMOVED 7", "UPDATED 3"]);
    expect(await countOf(directory)).toBe(250);
  });

  it("keeps a record that a list leaves out, as long as the backend still has it", async () => {
    const fake = fakeBackend(20);
    const directory = await open(fake, { refreshMs: 50 });
    directory.start(pace);
    await complete(directory);
    fake.hidden.add("5");
    const pages = fake.pages.length;
    await expect.poll(() => fake.pages.length).toBeGreaterThan(pages + 3);
    expect(await countOf(directory)).toBe(20);
    expect(await changesOf(directory)).toEqual([]);
  });

  it("resumes the walk of a killed process", async () => {
    const fake = fakeBackend(500);
    const killed = await open(fake);
    const reached = Promise.withResolvers<void>();
    const never = new Promise<void>(() => {});
    fake.before = async () => {
      if (fake.pages.length < 3) return;
      reached.resolve();
      await never;
    };
    killed.start(pace);
    await reached.promise;
    // Killed: it neither goes on nor releases its lease, and nobody waits for it.
    for (const { store } of opened.splice(0)) await store.close();
    fake.before = async () => {};
    const behind = fake.pages.at(-1);
    const begun = fake.pages.length;
    const successor = await open(fake, { owner: "two" });
    successor.start(pace);
    await complete(successor);
    expect(fake.pages[begun]).not.toBeNull();
    expect(fake.pages[begun]).not.toBe(behind);
    expect(await countOf(successor)).toBe(500);
  });

  it("reports a failing backend once, keeps the reason, and resumes when it is back", async () => {
    const fake = fakeBackend(150);
    fake.before = () => Promise.reject(down());
    const directory = await open(fake, { refreshMs: 30 });
    directory.start(pace);
    await expect.poll(async () => (await directory.sources.of(source)).error).toBe("fake cannot be reached.");
    expect(await isComplete(directory)).toBe(false);
    fake.before = async () => {};
    await complete(directory);
    expect((await directory.sources.of(source)).error).toBeNull();
    expect(reports).toEqual(["the directory could not be refreshed"]);
  });

  it("of two processes on a store, one reads a backend at a time", async () => {
    const fake = fakeBackend(600);
    const [one, two] = [await open(fake, { owner: "one" }), await open(fake, { owner: "two" })];
    one.start(pace);
    two.start(pace);
    await complete(one);
    expect(fake.pages.length).toBe(6);
    expect(fake.atOnce()).toBe(1);
  });

  it("ends at once, even during a call", async () => {
    const fake = fakeBackend(300);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    fake.before = () => {
      asked.resolve();
      return answer.promise;
    };
    const directory = await open(fake);
    directory.start(pace);
    await asked.promise;
    const closing = directory.close();
    // As a connection does when the signal ends.
    answer.reject(down());
    await closing;
    expect(fake.pages).toEqual([]);
    expect(reports).toEqual([]);
  });

  it("releases its lease when it has ended, even if a renewal was in flight", async () => {
    const { backend } = fakeBackend(1);
    const store = await openStore(url);
    const sources = createSources(store.engine);
    const keeping = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<void>();
    const leases: Promise<boolean>[] = [];
    const lease: Sources["lease"] = async (...wanted) => {
      if (leases.length > 0) {
        keeping.resolve();
        await slow.promise;
      }
      return sources.lease(...wanted);
    };
    const refresh = startRefresh({
      ...{ backends: [backend], owner: "one", refreshMs: 3_600_000, charges: false, lookEveryMs: 20, leaseMs: 2_000 },
      sources: { ...sources, lease: (...wanted) => leases[leases.push(lease(...wanted)) - 1] as Promise<boolean> },
      walk: async (_adapter, _source, { signal }) => {
        await once(signal, "abort");
        signal.throwIfAborted();
      },
      report: (problem) => reports.push(problem),
    });
    await keeping.promise;
    const ending = refresh.end();
    // The store answers late: after everything that does not wait for it.
    setTimeout(slow.resolve, 100);
    await ending;
    await Promise.all(leases);
    expect(await sources.lease("fake", "two", 60_000)).toBe(true);
    expect(reports).toEqual([]);
    await store.close();
  });

  it("starts over at once when a backend's origin changes, and removes the records of the old one", async () => {
    const [before, after] = [fakeBackend(500), fakeBackend(0)];
    for (const id of ["3", "new"]) after.customers.set(id, customer(id));
    const earlier = await open(before);
    earlier.start(pace);
    await complete(earlier);
    await earlier.endRefresh();
    const later = await open(after, { owner: "two", origin: "elsewhere" });
    later.start(pace);
    await expect.poll(() => countOf(later)).toBe(2);
    expect(after.pages[0]).toBeNull();
  });

  it("does not resume the interrupted walk of another origin", async () => {
    const [before, after] = [fakeBackend(500), fakeBackend(250)];
    const reached = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    before.before = async () => {
      if (before.pages.length < 3) return;
      reached.resolve();
      await answer.promise;
    };
    const earlier = await open(before);
    earlier.start(pace);
    await reached.promise;
    const ended = earlier.endRefresh();
    answer.reject(down());
    await ended;
    const later = await open(after, { owner: "two", origin: "elsewhere" });
    later.start(pace);
    await complete(later);
    expect(after.pages[0]).toBeNull();
    expect(await countOf(later)).toBe(250);
  });

  it("two processes that read a backend from different places do not take turns", async () => {
    const { backend } = fakeBackend(1);
    const store = await openStore(url);
    const walks: string[] = [];
    let looks = 0;
    const startFrom = (origin: string) => {
      const sources = createSources(store.engine, () => origin);
      const of: Sources["of"] = (...wanted) => {
        looks += 1;
        return sources.of(...wanted);
      };
      const walk: Walk = async () => {
        walks.push(origin);
        await sources.begin(source);
        await sources.complete(source, null);
      };
      const settings = { owner: origin, refreshMs: 3_600_000, charges: false, lookEveryMs: 20, leaseMs: 60_000 };
      const report = (problem: string) => reports.push(problem);
      return startRefresh({ ...settings, backends: [backend], sources: { ...sources, of }, walk, report });
    };
    const here = startFrom("here");
    await expect.poll(() => walks).toEqual(["here"]);
    const elsewhere = startFrom("elsewhere");
    await expect.poll(() => walks).toEqual(["here", "elsewhere"]);
    const before = looks;
    await expect.poll(() => looks).toBeGreaterThan(before + 10);
    await Promise.all([here.end(), elsewhere.end()]);
    expect(walks).toEqual(["here", "elsewhere"]);
    await store.close();
  });

  it("does nothing when it is switched off", async () => {
    const fake = fakeBackend(10);
    const directory = await open(fake, { refreshMs: 0 });
    directory.start(pace);
    directory.noticed(operation({ id: "op" }), { ...step, status: "SUCCEEDED", nodeId: encodeId({ ...source, id: "1" }) });
    await directory.close();
    expect(fake.atOnce()).toBe(0);
  });
});

describe("a write of the gateway's own", () => {
  const written = (id: string) => ({ ...step, status: "SUCCEEDED", nodeId: encodeId({ ...source, id }) }) as const;

  it("is read again and recorded, as CREATED if it created the record, whether or not a walk has read it", async () => {
    const fake = fakeBackend(3);
    const directory = await open(fake);
    directory.noticed(operation({ id: "a", mutation: "createCustomer" }), written("0"));
    directory.noticed(operation({ id: "b", mutation: "updateCustomer" }), written("1"));
    await expect.poll(async () => (await changesOf(directory)).toSorted()).toEqual(["CREATED 0", "UPDATED 1"]);
    expect(await countOf(directory)).toBe(2);
  });

  it("is passed to listeners; a step that did not succeed is not", async () => {
    const fake = fakeBackend(3);
    const directory = await open(fake);
    const heard: string[] = [];
    directory.listen(({ written: refs }) => void heard.push(...refs.map(({ id }) => id)));
    directory.noticed(operation({ id: "a" }), { ...written("0"), status: "FAILED" });
    directory.noticed(operation({ id: "b" }), written("2"));
    await expect.poll(() => heard).toEqual(["2"]);
  });
});
