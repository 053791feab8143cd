import { describe, expect, it } from "vitest";
import type { PageRequest } from "../../../src/adapter/adapter.ts";
import { capabilitiesOf } from "../../../src/adapter/verbs.ts";
import * as module from "../../../src/adapters/enswitch/index.ts";
import type { BackendModule } from "../../../src/adapters/index.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { CustomerQuery } from "../../../src/model/queries.ts";
import { type Answering, done, failureOf, fakeAdapter, ok, perform, refused, type Sent, valid } from "./fake-connection.ts";

const page = { first: 10, after: null };
const window = { first: 10, after: null };
const functionsOf = (sent: readonly Sent[]) => sent.map(({ function: name }) => name);

it("is an adapter module whose verbs match its capabilities", () => {
  const checked: BackendModule = module;
  expect(checked.kind).toBe("ENSWITCH");
  const { adapter } = fakeAdapter(() => done);
  expect(capabilitiesOf(adapter)).not.toContain("CHARGE_VOID");
  expect(capabilitiesOf(adapter)).not.toContain("TAX_ARCHIVE");
  expect([adapter.charges.void, adapter.taxes?.archive, adapter.services]).toEqual([undefined, undefined, undefined]);
  const { adapter: full } = fakeAdapter(() => done, { functions: { chargesDelete: true, taxesDelete: true } });
  expect(capabilitiesOf(full)).toEqual(expect.arrayContaining(["CHARGE_VOID", "TAX_ARCHIVE"]));
  expect([full.charges.void, full.taxes?.archive].every((verb) => typeof verb === "function")).toBe(true);
});

describe("customers by id", () => {
  const rows = new Map(Array.from({ length: 30 }, (_, index) => [String(index + 1), { id: index + 1, name: `c${index + 1}` }]));
  const answering: Answering = ({ function: name, parameters }) => {
    if (name === "customers/list") return ok([...rows.values()].slice(1).slice(Number(parameters["offset"] ?? 0)));
    const row = rows.get(parameters["id"] ?? "");
    return row ? ok(row) : refused("404");
  };

  it("are read one by one if few, each once, missing ones as null", async () => {
    const { adapter, functions } = fakeAdapter(answering);
    const loaded = await adapter.customers.getMany(["2", "99", "2", "x", "007", "1"], {});
    expect(loaded.map((customer) => (customer as { id: string } | null)?.id ?? null)).toEqual(["2", null, "2", null, null, "1"]);
    expect(functions().slice(0, 3)).toEqual(["customers/get", "customers/get", "customers/get"]);
  });

  it("are looked for among the deleted ones, with one list for all, until customers/get has shown a deleted one", async () => {
    const deleted = [2, 3, 4].map((id) => ({ id, name: `c${id}`, deleted: 1 }));
    let isShown = false;
    const { adapter, sent } = fakeAdapter(({ function: name, parameters }) => {
      if (name === "customers/list") return ok(deleted.slice(Number(parameters["offset"] ?? 0)));
      if (parameters["id"] === "1") return ok({ id: 1, name: "c1" });
      const row = deleted.find(({ id }) => String(id) === parameters["id"]);
      return isShown && row ? ok(row) : refused("404");
    });
    const idsOf = async (...ids: string[]) =>
      (await adapter.customers.getMany(ids, {})).map((customer) => (customer as { id: string } | null)?.id ?? null);
    expect(await idsOf("1", "2", "99", "3")).toEqual(["1", "2", null, "3"]);
    // The second call shows that the first page was not cut.
    const lists = sent.slice(4).map(({ parameters: { deleted: state, offset } }) => [state, offset]);
    expect(lists).toEqual([
      ["1", undefined],
      ["1", "2"],
    ]);
    isShown = true;
    await idsOf("2");
    sent.length = 0;
    expect(await idsOf("98", "3")).toEqual([null, "3"]);
    expect(functionsOf(sent)).toEqual(["customers/get", "customers/get"]);
  });

  it.each([
    ["reads neither limit nor offset", (rows: readonly object[]) => rows],
    ["reads no limit", (rows: readonly object[], offset: number) => rows.slice(offset)],
  ])("are listed once each from an installation that %s", async (_, given) => {
    const all = Array.from({ length: 14 }, (_, index) => ({ id: index + 1, name: `c${index + 1}` }));
    const { adapter } = fakeAdapter(({ parameters }) => ok([...given(all, Number(parameters["offset"] ?? 0))]));
    for (const first of [1, 3, 13, 14, 15, 100]) {
      const ids: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < 20; pages += 1) {
        const { items, hasNextPage } = await adapter.customers.list({}, { first, after }, {});
        ids.push(...items.map(({ value }) => value.id));
        after = items.at(-1)?.position ?? null;
        if (!hasNextPage) break;
      }
      expect(ids).toEqual(all.map(({ id }) => String(id)));
    }
  });

  it("are read from one list if many, and singly if it does not contain them", async () => {
    const { adapter, sent } = fakeAdapter(answering);
    const ids = [...rows.keys()].slice(0, 12);
    const loaded = await adapter.customers.getMany(ids, {});
    expect(loaded.map((customer) => (customer as { id: string }).id)).toEqual(ids);
    expect(sent.map(({ function: name, parameters }) => [name, parameters])).toEqual([
      ["customers/list", { recursive: "1", directory: "-1", deleted: "-1", limit: "0" }],
      // A server may have cut the list there.
      ["customers/list", { recursive: "1", directory: "-1", deleted: "-1", limit: "29", offset: "28" }],
      ["customers/get", { id: "1" }],
    ]);
  });

  it("fail separately", async () => {
    const { adapter } = fakeAdapter(({ parameters }) => (parameters["id"] === "2" ? refused(500) : ok({ id: 1, name: "a" })));
    const [first, second] = await adapter.customers.getMany(["1", "2"], {});
    expect(first).toMatchObject({ id: "1" });
    expect(second).toBeInstanceOf(BillingError);
  });
});

describe("lists of customers", () => {
  const rows = [
    { id: 1, name: "Acme", email: "A@acme.example", bill_ref: "R1", deleted: 0 },
    { id: 2, name: "Beta", email: "b@beta.example", bill_ref: "R2", deleted: 1 },
    { id: 3, name: "Gamma" },
  ];
  /** Ignores every filter, and pages as asked. */
  const answering: Answering = ({ parameters }) => {
    const offset = Number(parameters["offset"]);
    return ok(rows.slice(offset, offset + Number(parameters["limit"])));
  };
  const ids = async (query: CustomerQuery, request: PageRequest = page) => {
    const { adapter, sent } = fakeAdapter(answering);
    const { items, hasNextPage } = await adapter.customers.list(query, request, {});
    return { ids: items.map(({ value }) => value.id), positions: items.map(({ position }) => position), hasNextPage, sent };
  };

  it("send every filter that Enswitch has, and check the results of all", async () => {
    expect(await ids({})).toMatchObject({ ids: ["1", "2", "3"], sent: [{ parameters: { deleted: "-1", sort: "name" } }, {}] });
    expect(await ids({ search: "acm" })).toMatchObject({ ids: ["1"], sent: [{ parameters: { name: "aCm" } }, {}] });
    expect(await ids({ email: "a@ACME.example" })).toMatchObject({ ids: ["1"] });
    expect(await ids({ reference: "R2" })).toMatchObject({ ids: ["2"] });
    expect(await ids({ status: "ARCHIVED" })).toMatchObject({ ids: ["2", "3"], sent: [{ parameters: { deleted: "1" } }, {}] });
  });

  it("continue where a page ended", async () => {
    expect(await ids({}, { first: 2, after: null })).toMatchObject({
      ids: ["1", "2"],
      positions: ["1~1", "2~2"],
      hasNextPage: true,
    });
    expect(await ids({}, { first: 2, after: "2" })).toMatchObject({ ids: ["3"], hasNextPage: false });
  });

  it("refuse a foreign cursor and a status without a filter", async () => {
    expect(await failureOf(() => ids({}, { first: 2, after: "x" }))).toMatchObject({
      code: "INVALID_INPUT",
      field: ["after"],
    });
    expect(await failureOf(() => ids({ status: "UNKNOWN" }))).toMatchObject({ code: "UNSUPPORTED", field: ["filter", "status"] });
  });

  it("cut a list that came as a whole, and show each customer once", async () => {
    const { adapter } = fakeAdapter(() => ok([...rows, rows[0]]));
    const { items } = await adapter.customers.list({}, { first: 2, after: null }, {});
    expect(items.map(({ value }) => value.id)).toEqual(["1", "2"]);
  });
});

describe("writes of customers", () => {
  it("create, and return the id", async () => {
    let id = 122;
    const { adapter, sent } = fakeAdapter(({ function: name }) => {
      if (name === "customers/list") return ok([{ id: 7 }]);
      id += 1;
      return ok({ id: String(id) });
    });
    const plan = adapter.customers.create?.({ name: "Acme", email: "a@acme.example", planId: "4" });
    expect(plan?.validate).toBeUndefined();
    expect(await perform(plan)).toEqual({ id: "123" });
    // Everybody is listed once, including those with equal names.
    expect(await perform(plan)).toEqual({ id: "124" });
    const whole = { function: "customers/list", parameters: { limit: "0", deleted: "-1" } };
    const namesakes = { function: "customers/list", parameters: { limit: "0", deleted: "-1", name: "Acme" } };
    const create = { function: "customers/create", effect: "write" };
    expect(sent).toMatchObject([whole, namesakes, create, namesakes, create]);
    expect(sent[0]?.parameters).not.toHaveProperty("name");
  });

  it("create even if there are more customers than the backend can list", async () => {
    const { adapter, functions } = fakeAdapter(({ function: name, parameters }) => {
      if (name === "customers/create") return ok({ id: "123" });
      return parameters["name"] === undefined ? refused(500) : ok([]);
    });
    const plan = adapter.customers.create?.({ name: "Acme", email: "a@acme.example", planId: "4" });
    expect(await perform(plan)).toEqual({ id: "123" });
    expect(functions()).toEqual(["customers/list", "customers/list", "customers/create"]);
  });

  it("show an archived customer even if customers/get does not", async () => {
    const { adapter } = fakeAdapter(({ function: name }) => {
      if (name === "customers/get") return refused("404");
      return name === "customers/list" ? ok([{ id: 5, name: "Old", deleted: 1 }]) : done;
    });
    const plan = adapter.customers.archive?.("5");
    await perform(plan, "5");
    expect(await plan?.read("5", {})).toMatchObject({ id: "5", status: "ARCHIVED" });
    expect(await failureOf(() => plan?.read("6", {}))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("say why a customer cannot be archived", async () => {
    const { adapter } = fakeAdapter(() => refused("400", "id", "has sub-customers"));
    const error = await failureOf(() => perform(adapter.customers.archive?.("5"), "5"));
    expect(error).toMatchObject({ code: "INVALID_INPUT", field: ["id"], message: expect.stringContaining("below it") });
  });

  it("with malformed ids are not planned", async () => {
    const { adapter } = fakeAdapter(() => done);
    for (const act of [
      () => adapter.customers.update?.("x", {}),
      () => adapter.charges.execute?.("0"),
      () => adapter.taxes?.update?.("3", {}),
    ]) {
      expect(await failureOf(act)).toMatchObject({ code: "NOT_FOUND", field: ["id"] });
    }
  });
});

describe("charges", () => {
  it("are listed per owner; a missing one fails alone, and rows of others are dropped", async () => {
    const { adapter, sent } = fakeAdapter(({ parameters }) => {
      if (parameters["customer"] === "2") return refused("400", "customer");
      return ok([
        { id: 7, name: "a", customer: 1, start: 1700000000 },
        { id: 8, name: "b", customer: 99 },
        { id: 9, name: "c" },
      ]);
    });
    const [first, second, third] = await adapter.charges.listByCustomers(["1", "2", "x"], {}, window, {});
    expect(first).toMatchObject({ complete: true, charges: [{ id: "7" }, { id: "9", customer: { id: "1" } }] });
    expect([second, third]).toMatchObject([{ code: "NOT_FOUND" }, { code: "NOT_FOUND" }]);
    expect(sent.map(({ parameters }) => parameters)).toEqual([{ customer: "1" }, { customer: "2" }]);
  });

  it("are created, made liable to exactly the named taxes, and executed, in that order", async () => {
    const { adapter, sent } = fakeAdapter(({ function: name }) => {
      if (name === "charges/create") return ok({ id: 70 });
      if (name === "charges/get") return ok({ id: 70, name: "Setup", customer: 1, amount: "5", period: "" });
      if (name === "charges/list" || name === "transactions/list") return ok([]);
      if (name === "taxes/list") return ok([{ id: 3, charges: 1 }, { id: 4, charges: 1 }, { id: 5, charges: 0 }, { id: 6 }]);
      return done;
    });
    const input = { customerId: "1", name: "Setup", amount: "5", currency: "EUR", taxIds: ["1:3", "1:3"], executeNow: true };
    const plan = adapter.charges.create?.(input);
    expect(plan?.steps.map(({ action }) => action)).toEqual([
      "charges/create",
      "taxes/liable/set",
      "taxes/liable/set",
      "charges/charge",
    ]);
    expect(await perform(plan)).toEqual({ id: "70" });
    const liability = (tax: string, liable: string) => ["taxes/liable/set", { tax, type: "charge", number: "70", liable }];
    expect(functionsOf(sent.slice(0, 2))).toEqual(["charges/list", "charges/create"]);
    const rest = sent.slice(2).filter(({ function: name }) => name !== "transactions/list");
    expect(rest.map(({ function: name, parameters }) => [name, parameters])).toEqual([
      liability("3", "1"),
      ["taxes/list", { customer: "1", applicable: "1" }],
      liability("4", "0"),
      liability("6", "0"),
      ["charges/get", { id: "70" }],
      ["charges/charge", { id: "70" }],
    ]);
    expect(functionsOf(sent.filter(({ effect }) => effect === "write"))).toEqual([
      "charges/create",
      "taxes/liable/set",
      "taxes/liable/set",
      "taxes/liable/set",
      "charges/charge",
    ]);
  });

  it("refuse a tax of another backend before anything is sent", async () => {
    const { adapter, sent } = fakeAdapter(() => done);
    const act = () => adapter.charges.create?.({ customerId: "1", name: "a", amount: "1", taxIds: ["3"] });
    expect(await failureOf(act)).toMatchObject({ code: "INVALID_INPUT", field: ["taxIds"] });
    expect(sent).toEqual([]);
  });

  it("are dry-run with validation=1, where 200 would be wrong", async () => {
    const { adapter, sent } = fakeAdapter(() => valid);
    await adapter.charges.create?.({ customerId: "1", name: "a", amount: "1", currency: "EUR" }).validate?.({});
    await adapter.charges.update?.("7", { amount: "2" }).validate?.({});
    expect(sent).toMatchObject([
      { function: "charges/create", effect: "read", parameters: { validation: "1" } },
      { function: "charges/update", effect: "read", parameters: { validation: "1", id: "7" } },
    ]);
    const { adapter: careless } = fakeAdapter(() => ok({ id: 1 }));
    const act = () => careless.charges.create?.({ customerId: "1", name: "a", amount: "1", currency: "EUR" }).validate?.({});
    expect(await failureOf(act)).toMatchObject({ code: "BAD_RESPONSE" });
  });

  it("are the customer's who listed them, where rows name no owner (8.2)", async () => {
    const named = { id: 8, name: "b", customer: 6 };
    const { adapter } = fakeAdapter(({ function: name, parameters }) => {
      if (name === "charges/get") return ok(parameters["id"] === "8" ? named : { id: Number(parameters["id"]), name: "a" });
      return ok(parameters["plan"] === "4" ? [{ id: 9, name: "c" }] : [{ id: 7, name: "a" }]);
    });
    const ownersOf = async (...ids: string[]) =>
      (await adapter.charges.getMany(ids, {})).map((charge) =>
        charge === null || charge instanceof BillingError ? charge : [charge.customer?.id ?? null, charge.plan?.id ?? null],
      );
    expect(await ownersOf("7", "8", "9")).toEqual([
      [null, null],
      ["6", null],
      [null, null],
    ]);
    await adapter.charges.listByCustomers(["5"], {}, window, {});
    await adapter.charges.listByPlans?.(["4"], {}, window, {});
    expect(await ownersOf("7", "8", "9", "10")).toEqual([
      ["5", null],
      ["6", null],
      [null, "4"],
      [null, null],
    ]);
    // In two customers' lists: it may be their plan's.
    await adapter.charges.listByCustomers(["5", "6"], {}, window, {});
    await adapter.charges.listByCustomers(["5"], {}, window, {});
    expect(await ownersOf("7")).toEqual([[null, null]]);
  });

  it("are shown after voiding as they last were", async () => {
    const { adapter, functions } = fakeAdapter(
      ({ function: name }) => (name === "charges/get" ? ok({ id: 7, name: "a" }) : done),
      {
        functions: { chargesDelete: true },
      },
    );
    expect(await perform(adapter.charges.void?.("7"), "7")).toMatchObject({ id: "7", value: { status: "VOIDED", name: "a" } });
    expect(functions()).toEqual(["charges/get", "charges/delete"]);
  });
});
