import { describe, expect, test } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { adapterAnswering, failure, type SentCall, scope } from "./fixture.ts";

/** A value that is there but not understood is an error, and never treated as absent. */

const all = { first: 10, after: null };
const window = { first: 10, after: null };

const charge = (more: object = {}) => ({
  Id: "x1",
  ClientId: "c1",
  ServiceId: "s1",
  Quantity: 1,
  Cost: 5,
  DateOfCharge: new Date().toISOString().slice(0, 10),
  ...more,
});
const inV3 = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));

/** A backend whose every list has these rows. */
const backendOf = (generation: "v2" | "v3", rows: readonly object[], options: object = {}): Adapter => {
  const answer = () => (generation === "v2" ? rows : { items: rows.map(inV3), totalCount: rows.length, totalPages: 1 });
  return adapterAnswering(generation, answer, undefined, options).adapter;
};

const chargesOf = async (adapter: Adapter, ...ids: string[]) => adapter.charges.listByCustomers(ids, {}, window, scope);

describe.each(["v2", "v3"] as const)("on %s", (generation) => {
  test.each(["soon", "2026-02-30", "25/05/26", "25/05/2026", 5.5, true, {}, ["2026-01-01"]])(
    "a charge with the date %j makes its customer's list an error, and alone is shown without a date",
    async (DateOfCharge) => {
      const adapter = backendOf(generation, [charge(), charge({ Id: "x2", DateOfCharge })]);
      const [set] = await chargesOf(adapter, "c1");
      expect(set).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
      const found = await adapter.charges.getMany(generation === "v2" ? ["c1::x2"] : ["x1", "x2"], scope);
      expect(found.at(-1)).toMatchObject({ backendId: "x2", date: null });
    },
  );

  test("a charge without a date is listed, unless dates are filtered by", async () => {
    for (const DateOfCharge of [undefined, null, "", "0001-01-01 00:00:00"]) {
      const adapter = backendOf(generation, [charge({ DateOfCharge })]);
      expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ date: null }] }]);
      const dated = await adapter.charges.listByCustomers(["c1"], { from: "2026-01-01", to: "2026-12-31" }, window, scope);
      expect(dated).toMatchObject([{ charges: [] }]);
    }
  });

  test("a contradiction of the date order is reported, and applies to later lists", async () => {
    let rows = [charge({ DateOfCharge: "05/11/2026" })];
    const adapter = adapterAnswering(generation, () =>
      generation === "v2" ? rows : { items: rows.map(inV3), totalCount: 1, totalPages: 1 },
    ).adapter;
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ date: "2026-05-11" }] }]);
    rows = [charge({ DateOfCharge: "25/05/2026" })];
    const [set] = await chargesOf(adapter, "c1");
    expect(set instanceof BillingError ? set.message : null).toContain("set dateOrder: dayFirst");
    rows = [charge({ DateOfCharge: "05/11/2026" })];
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ code: "BAD_RESPONSE" }]);
    const dayFirst = backendOf(generation, [charge({ DateOfCharge: "05/11/2026" })], { dateOrder: "dayFirst" });
    expect(await chargesOf(dayFirst, "c1")).toMatchObject([{ charges: [{ date: "2026-11-05" }] }]);
  });

  test("rows that all lack a required member are not an empty list", async () => {
    const nameless = backendOf(generation, [{ Name: "One" }, { Name: "Two" }]);
    expect(await failure(() => nameless.customers.list({}, all, scope))).toMatchObject({ code: "BAD_RESPONSE" });
    expect(await failure(() => nameless.services?.list({}, all, scope))).toMatchObject({ code: "BAD_RESPONSE" });
    if (nameless.taxes) expect(await failure(() => nameless.taxes?.list({}, all, scope))).toMatchObject({ code: "BAD_RESPONSE" });
    const ownerless = backendOf(generation, [charge({ ClientId: undefined })]);
    expect(await chargesOf(ownerless, "c1")).toMatchObject([{ code: "BAD_RESPONSE" }]);
  });

  test.each([{}, { Results: [charge()] }, { data: [charge()] }, null, "none", 7, [[charge()]], ["x1"], [charge(), null]])(
    "the answer %j to a list is an error",
    async (answer) => {
      const { adapter } = adapterAnswering(generation, () => answer);
      const lists = [
        () => adapter.customers.list({}, all, scope),
        () => adapter.services?.list({}, all, scope),
        () =>
          adapter.customers.getMany(["c1"], scope).then(([one]) => {
            if (one instanceof Error) throw one;
          }),
        async () => {
          const [set] = await chargesOf(adapter, "c1");
          if (set instanceof Error) throw set;
        },
        ...(adapter.taxes ? [() => adapter.taxes?.list({}, all, scope)] : []),
        ...(adapter.customers.getContacts ? [() => adapter.customers.getContacts?.(["c1"], scope)] : []),
      ];
      // A connection turns TypeErrors into BAD_RESPONSE.
      for (const list of lists) await expect(list()).rejects.toThrow();
    },
  );
});

describe.each(["v2", "v3"] as const)("a charge without an id on %s", (generation) => {
  const rows = (...others: object[]) => [charge({ DateCreated: "2020-01-01 10:00:00" }), ...others];
  const nameless = { Id: undefined, DateCreated: new Date(Date.now() + 86_400_000).toISOString() };

  test("is reported beside the others, and so is one without an owner", async () => {
    const [set] = await chargesOf(backendOf(generation, rows(charge(nameless), charge({ Id: "x3", ClientId: undefined }))), "c1");
    expect(set).toMatchObject({ charges: [{ backendId: "x1" }], incomplete: { code: "BAD_RESPONSE", retryable: false } });
    const message = set instanceof BillingError ? "" : (set?.incomplete?.message ?? "");
    expect(message).toMatch(/1 have no id/);
    expect(message).toMatch(/1 do not name their owner/);
  });

  test("may be a lost request's, unless it is older", async () => {
    const look = (adapter: Adapter) => {
      const since = { at: Date.now(), latest: Date.now(), certain: true };
      const note = JSON.stringify({ since, day: new Date().toISOString().slice(0, 10) });
      const step = adapter.charges.create?.({ customerId: "c1", serviceId: "s1", amount: "9" }).steps[0];
      return step?.find(null, { stepId: "s", createdAt: new Date().toISOString(), note }, scope);
    };
    const inDoubt = backendOf(generation, [charge({ ...nameless, Cost: 7 }), charge({ DateCreated: nameless.DateCreated })]);
    expect(await failure(() => look(inDoubt))).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    const older = backendOf(generation, rows(charge({ Id: undefined, DateCreated: "2020-01-01 10:00:00" })));
    if (generation === "v3") expect(await look(older)).toEqual({ ours: [], candidates: [] });
  });
});

describe("a v2 without POST /charges/all", () => {
  const missing = ({ path }: SentCall, rows: readonly object[]) => (path === "charges/all" ? 404 : rows);

  test("lists the charges of POST /charges, tries the other route once, and reports what may be missing", async () => {
    const { adapter, sent } = adapterAnswering("v2", (call) => missing(call, [charge()]));
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ backendId: "x1" }], complete: true }]);
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ backendId: "x1" }] }]);
    expect(sent.map(({ path }) => path)).toEqual(["charges/all", "charges", "charges"]);
    const [found, other] = await adapter.charges.getMany(["c1::x1", "c1::x2"], scope);
    expect([found, other]).toMatchObject([{ backendId: "x1" }, { code: "UNSUPPORTED" }]);
  });

  test("does not conclude that an unlisted charge does not exist", async () => {
    const { adapter } = adapterAnswering("v2", (call) => missing(call, []));
    const find = async (interval: "ONCE" | "MONTHLY") => {
      const step = adapter.charges.create?.({ customerId: "c1", serviceId: "s1", recurrence: { interval } }).steps[0];
      const since = { at: Date.now(), latest: Date.now(), certain: true };
      const note = JSON.stringify({ since, day: new Date().toISOString().slice(0, 10) });
      return step?.find(null, { stepId: "s", createdAt: new Date().toISOString(), note }, scope);
    };
    expect(await find("ONCE")).toEqual({ ours: [], candidates: [] });
    expect(await failure(() => find("MONTHLY"))).toMatchObject({ code: "UNSUPPORTED", retryable: false });
  });

  const notFound = (Message: string) => ({ ResponseStatus: { ErrorCode: "Exception", Message } });

  test("is not concluded from something else that is not found", async () => {
    const { adapter, sent } = adapterAnswering("v2", ({ body }) => (body["ClientId"] ? notFound("Client not found") : []));
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ code: "NOT_FOUND", message: expect.stringContaining("Client") }]);
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ code: "NOT_FOUND" }]);
    expect(new Set(sent.map(({ path }) => path))).toEqual(new Set(["charges/all"]));
  });

  test("is concluded where not even the charges of all clients are found, whatever the answer says", async () => {
    const answers = { "charges/all": notFound("Operation not found"), charges: [charge()] };
    const { adapter, sent } = adapterAnswering("v2", ({ path }) => answers[path as keyof typeof answers]);
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ backendId: "x1" }], complete: true }]);
    expect(await chargesOf(adapter, "c1")).toMatchObject([{ charges: [{ backendId: "x1" }] }]);
    expect(sent.map(({ path }) => path)).toEqual(["charges/all", "charges/all", "charges", "charges"]);
  });
});
