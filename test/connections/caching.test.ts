import { describe, expect, it } from "vitest";
import type { Adapter, CallScope, Loaded, WritePlan } from "../../src/adapter/adapter.ts";
import { caching, coalescing, createWriteBell, isLeftOut } from "../../src/connections/caching.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Contact, Customer, Tax } from "../../src/model/model.ts";

const customerOf = (id: string, owes: string | null = "1.00"): Customer => ({
  type: "Customer",
  backend: "pbx",
  id,
  backendId: id,
  reference: null,
  name: `Customer ${id}`,
  organizationName: null,
  firstName: null,
  lastName: null,
  email: null,
  phone: null,
  address: null,
  status: "ACTIVE",
  currency: "EUR",
  amountDue: owes === null ? null : { amount: owes, currency: "EUR" },
  createdAt: null,
  updatedAt: null,
  parent: null,
  plan: null,
  raw: { balance: owes },
});

const intent = { stepId: "1", createdAt: "2026-01-01T00:00:00.000Z", note: null };

/** Records its reads. Its answer for an id can be replaced; reads end at once unless they are held. */
function toldAdapter() {
  const asked: string[] = [];
  const answers = new Map<string, Loaded<Customer>>();
  let held: Promise<void> | null = null;
  const tell = async (verb: string, ...what: readonly string[]): Promise<void> => {
    asked.push([verb, ...what].join(" "));
    await held;
  };
  const answerOf = (id: string): Loaded<Customer> => {
    const answer = answers.get(id);
    return answer === undefined ? customerOf(id) : answer;
  };
  const taxOf = (id: string) => ({ type: "Tax", backend: "pbx", id }) as Tax;
  const plan: WritePlan<Customer> = {
    steps: [{ action: "customers/update", send: async () => ({ id: "1" }), find: async () => ({ ours: [], candidates: [] }) }],
    read: async () => customerOf("1"),
  };
  const adapter = {
    key: "pbx",
    customers: {
      getMany: async (ids: readonly string[]) => tell("customers", ...ids).then(() => ids.map(answerOf)),
      getContacts: async (ids: readonly string[]) =>
        tell("contacts", ...ids).then(() => ids.map((id): Contact => ({ email: `${id}@example.com`, phone: null }))),
      list: async ({ search }: { search?: string }, { first }: { first: number }) => {
        await tell("list", search ?? "", String(first));
        const ids = search === "nobody" ? [] : Array.from({ length: first }, (_, index) => `${index + 1}`);
        return { items: ids.map((id) => ({ value: customerOf(id), position: id })), hasNextPage: false };
      },
      update: () => plan,
    },
    charges: { getMany: async (ids: readonly string[]) => tell("charges", ...ids).then(() => ids.map(() => null)) },
    taxes: {
      getMany: async (ids: readonly string[]) => tell("taxes", ...ids).then(() => ids.map(taxOf)),
      list: async () => tell("tax list").then(() => ({ items: [], hasNextPage: false })),
      listByCustomers: async (ids: readonly string[]) =>
        tell("taxes of", ...ids).then(() => ids.map((id) => (id === "1" ? [taxOf("vat")] : []))),
      isLiable: async () => tell("liable").then(() => true),
    },
  } as unknown as Adapter;
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return () => {
      held = null;
      resolve();
    };
  };
  return { adapter, asked, answers, hold };
}

function cached(seconds = 60) {
  const told = toldAdapter();
  const bell = createWriteBell();
  const adapter = caching(coalescing(told.adapter, bell), seconds, bell);
  return { ...told, bell, ...adapter };
}

const scope: CallScope = {};

describe("reads by id", () => {
  it("ask only for missing ids, and keep the order", async () => {
    const { customers, asked } = cached();
    await customers.getMany(["1", "3"], scope);
    const found = await customers.getMany(["4", "3", "2", "1"], scope);
    expect(asked).toEqual(["customers 1 3", "customers 4 2"]);
    expect(found.map((customer) => (customer as Customer).id)).toEqual(["4", "3", "2", "1"]);
    await customers.getMany(["2", "4"], scope);
    expect(asked).toHaveLength(2);
  });

  it("are answered from a list that held the same objects", async () => {
    const { customers, asked } = cached();
    await customers.list({}, { first: 3, after: null }, scope);
    await customers.getMany(["2", "3", "4"], scope);
    expect(asked).toEqual(["list  3", "customers 4"]);
  });

  it("are cached for contacts and for taxes of customers, even for customers without any", async () => {
    const { customers, taxes, asked } = cached();
    for (let times = 0; times < 2; times += 1) {
      expect(await customers.getContacts?.(["1", "2"], scope)).toEqual([
        { email: "1@example.com", phone: null },
        { email: "2@example.com", phone: null },
      ]);
      expect(await taxes?.listByCustomers?.(["1", "2"], scope)).toMatchObject([[{ id: "vat" }], []]);
      expect(await taxes?.getMany(["vat"], scope)).toMatchObject([{ id: "vat" }]);
    }
    expect(asked).toEqual(["contacts 1 2", "taxes of 1 2", "taxes vat"]);
  });

  it("are sent again after their time", async () => {
    const { customers, asked } = cached(0.05);
    await customers.getMany(["1"], scope);
    await customers.getMany(["1"], scope);
    expect(asked).toHaveLength(1);
    await expect.poll(async () => (await customers.getMany(["1"], scope)).length + asked.length).toBe(3);
  });

  it("bypass the cache if the scope asks for fresh values", async () => {
    const { customers, asked } = cached();
    await customers.getMany(["1", "2"], scope);
    await customers.getMany(["1"], { ...scope, fresh: true });
    await customers.list({}, { first: 1, after: null }, scope);
    await customers.list({}, { first: 1, after: null }, { ...scope, fresh: true });
    expect(asked).toEqual(["customers 1 2", "customers 1", "list  1", "list  1"]);
  });
});

describe("lists", () => {
  it("are cached for the same query and page only", async () => {
    const { customers, asked } = cached();
    const page = { first: 2, after: null };
    const first = await customers.list({ search: "a" }, page, scope);
    expect(await customers.list({ search: "a" }, page, scope)).toMatchObject({ items: [{ position: "1" }, { position: "2" }] });
    expect(first.items).toHaveLength(2);
    await customers.list({ search: "b" }, page, scope);
    await customers.list({ search: "a" }, { first: 2, after: "2" }, scope);
    expect(asked).toEqual(["list a 2", "list b 2", "list a 2"]);
  });
});

describe("never cached is", () => {
  it("the absence of an object, or of all objects in a list", async () => {
    const { customers, answers, asked } = cached();
    answers.set("1", null);
    expect(await customers.getMany(["1"], scope)).toEqual([null]);
    answers.delete("1");
    expect(await customers.getMany(["1"], scope)).toMatchObject([{ id: "1" }]);
    for (let times = 0; times < 2; times += 1) await customers.list({ search: "nobody" }, { first: 2, after: null }, scope);
    expect(asked).toEqual(["customers 1", "customers 1", "list nobody 2", "list nobody 2"]);
  });

  it("a failure, of one id or of all", async () => {
    const { customers, answers, asked } = cached();
    const failure = new BillingError("UNAVAILABLE", "pbx cannot be reached.");
    answers.set("2", failure);
    expect(await customers.getMany(["1", "2"], scope)).toMatchObject([{ id: "1" }, failure]);
    answers.delete("2");
    expect(await customers.getMany(["1", "2"], scope)).toMatchObject([{ id: "1" }, { id: "2" }]);
    expect(asked).toEqual(["customers 1 2", "customers 2"]);
  });

  it("a charge, or a liability", async () => {
    const { charges, taxes, asked } = cached();
    for (let times = 0; times < 2; times += 1) {
      await charges.getMany(["1"], scope);
      await taxes?.isLiable?.("vat", { customerId: "1" }, scope);
    }
    expect(asked).toEqual(["charges 1", "liable", "charges 1", "liable"]);
  });

  it("a balance: neither as such nor in the backend's own record", async () => {
    const { customers, answers } = cached();
    answers.set("2", customerOf("2", null));
    const read = async (id: string) => (await customers.getMany([id], scope))[0] as Customer;
    const [owing, keepingNone] = [await read("1"), await read("2")];
    expect([owing.amountDue, isLeftOut(owing, "amountDue"), isLeftOut(owing, "raw")]).toEqual([
      { amount: "1.00", currency: "EUR" },
      false,
      false,
    ]);
    const [kept, keptWithout] = [await read("1"), await read("2")];
    expect(JSON.stringify(kept)).not.toContain("1.00");
    expect([isLeftOut(kept, "amountDue"), isLeftOut(kept, "raw")]).toEqual([true, true]);
    expect({ ...kept, amountDue: owing.amountDue, raw: owing.raw }).toMatchObject(owing);
    // If the backend keeps no balance, there is nothing to read again.
    expect([keepingNone.amountDue, keptWithout.amountDue, isLeftOut(keptWithout, "amountDue")]).toEqual([null, null, false]);
    const { items } = await customers.list({}, { first: 1, after: null }, scope);
    const listed = (await customers.list({}, { first: 1, after: null }, scope)).items[0]?.value as Customer;
    expect([isLeftOut(items[0]?.value as Customer, "amountDue"), isLeftOut(listed, "amountDue")]).toEqual([false, true]);
  });

  it("a read during which something was written", async () => {
    const { customers, bell, asked, hold } = cached();
    const release = hold();
    const reading = customers.getMany(["1"], scope);
    const listing = customers.list({}, { first: 1, after: null }, scope);
    bell.happened();
    release();
    await Promise.all([reading, listing]);
    await customers.getMany(["1"], scope);
    await customers.list({}, { first: 1, after: null }, scope);
    expect(asked).toEqual(["customers 1", "list  1", "customers 1", "list  1"]);
  });
});

describe("a write", () => {
  it("invalidates the reads of all users of the backend, before it is sent and again when it has ended", async () => {
    const told = toldAdapter();
    const bell = createWriteBell();
    const [own, others] = [1, 2].map(() => caching(coalescing(told.adapter, bell), 60, bell)) as [Adapter, Adapter];
    const readBoth = () => Promise.all([own, others].map(({ customers }) => customers.getMany(["1"], scope)));
    await readBoth();
    await readBoth();
    expect(told.asked).toHaveLength(2);
    const writing = own.customers.update?.("1", {}).steps[0]?.send("1", intent, scope);
    await readBoth();
    expect(told.asked).toHaveLength(4);
    await writing;
    await readBoth();
    await readBoth();
    expect(told.asked).toHaveLength(6);
  });

  it("is planned from the backend's answers, not from the cache", async () => {
    const { customers, asked } = cached();
    await customers.getMany(["1"], scope);
    expect(await customers.update?.("1", {}).read("1", scope)).toMatchObject({ amountDue: { amount: "1.00" } });
    expect(asked).toEqual(["customers 1"]);
  });
});

describe("two users of a backend", () => {
  it("never share cached reads", async () => {
    const told = toldAdapter();
    const bell = createWriteBell();
    const [own, others] = [1, 2].map(() => caching(coalescing(told.adapter, bell), 60, bell)) as [Adapter, Adapter];
    await own.customers.getMany(["1"], scope);
    await others.customers.getMany(["1"], scope);
    expect(told.asked).toEqual(["customers 1", "customers 1"]);
  });
});

describe("the cache", () => {
  it("is limited, by the number of objects and by the length of keys", async () => {
    const { customers, asked } = cached();
    await customers.getMany(["first"], scope);
    const ids = Array.from({ length: 6_000 }, (_, index) => `customer-${index}`);
    await customers.getMany(ids, scope);
    await customers.getMany(["first"], scope);
    expect(asked.at(-1)).toBe("customers first");
    const search = "x".repeat(2_600_000);
    for (let times = 0; times < 2; times += 1) await customers.list({ search }, { first: 1, after: null }, scope);
    expect(asked.slice(-2).map((call) => call.slice(0, 6))).toEqual(["list x", "list x"]);
  });
});
