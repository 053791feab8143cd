import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Adapter } from "../../src/adapter/adapter.ts";
import type { Source } from "../../src/directory/model.ts";
import { followOwnWrites } from "../../src/directory/own-writes.ts";
import { createRecords, type Records } from "../../src/directory/records.ts";
import { createSources, type Sources } from "../../src/directory/sources.ts";
import { createWalk } from "../../src/directory/walk.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { BillingError, type ErrorCode } from "../../src/model/errors.ts";
import { encodeId } from "../../src/model/id.ts";
import type { Charge } from "../../src/model/model.ts";
import { operation, step } from "../journal/fixture.ts";
import { backendsOf, customer, down, fakeBackend } from "./backend.ts";

/** A record that cannot be read does not keep the others out of the directory. */

const customers: Source = { type: "Customer", backend: "fake" };
const charges: Source = { type: "Charge", backend: "fake" };

let store: Store;
let records: Records;
let sources: Sources;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  records = createRecords(store.engine);
  sources = createSources(store.engine);
});
afterEach(() => store.close());

const failure = (code: ErrorCode, id: string): BillingError => new BillingError(code, `Charges of ${id} fail.`);

describe("a walk through charges", () => {
  /** Each customer has one charge, with the customer's name. */
  function backendOf(count: number) {
    const fake = fakeBackend(count);
    const failing = new Map<string, BillingError>();
    const asked: string[] = [];
    const chargeOf = (id: string): Charge =>
      ({ type: "Charge", backend: "fake", id, backendId: id, name: `Charge ${id}` }) as Charge;
    const adapter: Adapter = {
      ...fake.backend.adapter,
      charges: {
        getMany: async (ids) => ids.map((id) => failing.get(id) ?? chargeOf(id)),
        listByCustomers: async (ids) => {
          asked.push(...ids);
          return ids.map((id) => failing.get(id) ?? { charges: [chargeOf(id)], complete: true });
        },
      },
    };
    const walk = createWalk({ records, sources, onIndexed: () => {} });
    const read = (source: Source) => walk(adapter, source, { signal: new AbortController().signal });
    return { failing, asked, read };
  }

  const kept = async (): Promise<string[]> => (await records.behind(charges, 0, 200)).map(({ id }) => id).toSorted();

  it.each(["BAD_RESPONSE", "FORBIDDEN"] as const)("skips a customer whose charges fail with %s, and says so", async (code) => {
    const { failing, read } = backendOf(3);
    await read(customers);
    failing.set("1", failure(code, "1"));
    await read(charges);
    expect(await kept()).toEqual(["0", "2"]);
    expect(await sources.of(charges)).toMatchObject({
      refreshedAt: expect.any(String),
      error: "Customers whose charges could not be read: 1. The first error: Charges of 1 fail.",
    });
    failing.clear();
    await read(charges);
    expect(await kept()).toEqual(["0", "1", "2"]);
    expect((await sources.of(charges)).error).toBeNull();
  });

  it("keeps the known charges of a skipped customer", async () => {
    const { failing, read } = backendOf(3);
    await read(customers);
    await read(charges);
    failing.set("1", failure("BAD_RESPONSE", "1"));
    await read(charges);
    expect(await kept()).toEqual(["0", "1", "2"]);
  });

  it("fails if the backend fails, or returns no charges of anybody", async () => {
    const { failing, asked, read } = backendOf(120);
    await read(customers);
    failing.set("1", failure("UNAVAILABLE", "1"));
    await expect(read(charges)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    for (let id = 0; id < 120; id += 1) failing.set(String(id), failure("FORBIDDEN", String(id)));
    asked.length = 0;
    await expect(read(charges)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(asked.length).toBe(50);
    expect((await sources.of(charges)).refreshedAt).toBeNull();
  });

  it("also fails with few customers if the backend returns no charges of anybody", async () => {
    const { failing, read } = backendOf(2);
    await read(customers);
    for (const id of ["0", "1"]) failing.set(id, failure("FORBIDDEN", id));
    await expect(read(charges)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a write of the gateway's own", () => {
  const written = (id: string) => ({ ...step, status: "SUCCEEDED", nodeId: encodeId({ ...customers, id }) }) as const;

  function follow(fake = fakeBackend(3)) {
    const reports: string[] = [];
    const ownWrites = followOwnWrites({
      backends: backendsOf(fake),
      records,
      sources,
      charges: false,
      onIndexed: () => {},
      report: (problem) => reports.push(problem),
    });
    return { fake, reports, ownWrites };
  }

  it("is read even if another one, noticed earlier, cannot be read", async () => {
    const { fake, reports, ownWrites } = follow();
    fake.before = async () => {
      fake.before = async () => {};
      fake.customers.set("1", customer("1", { name: "Noticed" }));
      ownWrites.noticed(operation({ id: "b", mutation: "updateCustomer" }), written("1"));
      throw down();
    };
    ownWrites.noticed(operation({ id: "a", mutation: "updateCustomer" }), written("0"));
    await expect.poll(async () => (await records.behind(customers, 0, 10)).map(({ name }) => name)).toEqual(["Noticed"]);
    expect(reports).toEqual(["the directory could not read a written record again"]);
    await ownWrites.end();
  });

  it("is waited for at the end, even if another one has failed", async () => {
    const { fake, reports, ownWrites } = follow();
    const answer = Promise.withResolvers<void>();
    let calls = 0;
    let answered = false;
    fake.before = async () => {
      calls += 1;
      if (calls === 1) throw down();
      await answer.promise;
      answered = true;
    };
    ownWrites.noticed(operation({ id: "a", mutation: "createCustomer" }), written("0"));
    ownWrites.noticed(operation({ id: "b", mutation: "updateCustomer" }), written("1"));
    await expect.poll(() => reports.length).toBe(1);
    const ended = ownWrites.end().then(() => answered);
    // An end that does not wait would be done by now.
    await nextTurn();
    answer.resolve();
    expect(await ended).toBe(true);
  });
});
