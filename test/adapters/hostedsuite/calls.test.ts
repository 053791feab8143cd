import { describe, expect, test } from "vitest";
import { settings } from "../../../src/adapters/hostedsuite/index.ts";
import { BillingError } from "../../../src/billing/errors.ts";
import { adapterAnswering, configured, failure, type SentCall, scope } from "./fixture.ts";

const all = { first: 10, after: null };
const called = (sent: readonly SentCall[]) => sent.map(({ function: name, body, query }) => ({ name, ...body, ...query }));

describe("settings", () => {
  test("have their defaults", () => {
    expect(configured("v2")).toMatchObject({
      url: "https://acme.hostedsuite.com/api/",
      chargeWindow: { months: 24 },
      retries: 2,
    });
  });

  test.each([
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ generation: "v4" }, "generation"],
    [{ password: "" }, "password"],
    [{ chargeWindow: { months: 0 } }, "chargeWindow"],
    [{ generation: "v3", tenant: "acme inc" }, "tenant"],
    [{ colour: "blue" }, undefined],
  ])("refuse %j", (change, path) => {
    const result = settings.safeParse({ ...configured("v2"), ...change });
    expect(result.error?.issues[0]?.path[0]).toBe(path);
  });
});

describe("credentials", () => {
  test("go into the body on v2, into the header on v3, and nowhere else", async () => {
    const bodies: unknown[] = [];
    const { adapter: v2, sent: sentByV2 } = adapterAnswering("v2", (call) => bodies.push(call) && []);
    await v2.customers.list({}, all, scope);
    expect(sentByV2[0]).toMatchObject({ method: "POST", path: "clients", query: {}, headers: {} });
    const { adapter: v3, sent } = adapterAnswering("v3", () => ({ items: [] }));
    await v3.customers.list({}, all, scope);
    expect(sent[0]).toMatchObject({
      method: "GET",
      path: "clients",
      body: {},
      headers: { authorization: "acme YXBpOnMzY3JldC1Xb3Jk" },
    });
  });
});

describe("capabilities", () => {
  test.each(["v2", "v3"] as const)("of %s are those whose verbs are there", (generation) => {
    const { adapter } = adapterAnswering(generation, () => []);
    const has = {
      CUSTOMER_CREATE: adapter.customers.create,
      CUSTOMER_UPDATE: adapter.customers.update,
      CUSTOMER_ARCHIVE: adapter.customers.archive,
      CUSTOMER_RESTORE: adapter.customers.restore,
      CHARGE_CREATE: adapter.charges.create,
      CHARGE_UPDATE: adapter.charges.update,
      CHARGE_VOID: adapter.charges.void,
      CHARGE_EXECUTE: adapter.charges.execute,
      TAX_READ: adapter.taxes,
      TAX_CREATE: adapter.taxes?.create,
      TAX_UPDATE: adapter.taxes?.update,
      TAX_ARCHIVE: adapter.taxes?.archive,
      TAX_LIABILITY: adapter.taxes?.setLiability,
      SERVICE_READ: adapter.services,
      PLAN_READ: adapter.plans,
    };
    for (const [capability, verb] of Object.entries(has)) {
      expect([capability, (adapter.capabilities as readonly string[]).includes(capability)]).toEqual([
        capability,
        verb !== undefined,
      ]);
    }
  });
});

describe("v2 calls", () => {
  const clients = ["a", "b", "c"].map((Id) => ({ Id, Name: Id.toUpperCase() }));

  test("one client is filtered for; more are one unfiltered call, and one for each that it leaves out", async () => {
    const { adapter, sent } = adapterAnswering("v2", ({ body }) => {
      if (body["ClientId"] === "gone") return { ResponseStatus: { ErrorCode: "Exception", Message: "Client not found" } };
      if (body["ClientId"] === "broken") return { ResponseStatus: { ErrorCode: "Exception", Message: "Oops" } };
      if (body["ClientId"] === "old") return [{ Id: "old", Name: "Old", EntityStatus: "Archived" }];
      return clients.filter(({ Id }) => body["ClientId"] === undefined || Id === body["ClientId"]);
    });
    expect(await adapter.customers.getMany(["b", "b"], scope)).toMatchObject([{ name: "B" }, { name: "B" }]);
    const found = await adapter.customers.getMany(["c", "old", "gone", "broken", "a", "not an id"], scope);
    expect(found).toMatchObject([{ name: "C" }, { status: "ARCHIVED" }, null, { code: "UNAVAILABLE" }, { name: "A" }, null]);
    expect(called(sent)).toEqual([
      { name: "POST /clients", ClientId: "b" },
      { name: "POST /clients" },
      { name: "POST /clients", ClientId: "old" },
      { name: "POST /clients", ClientId: "gone" },
      { name: "POST /clients", ClientId: "broken" },
    ]);
    expect(await adapter.customers.getMany(["", "a,b"], scope)).toEqual([null, null]);
    expect(sent).toHaveLength(5);
  });

  test("an object where a list is due is no list", async () => {
    const { adapter } = adapterAnswering("v2", () => ({ Id: "a" }));
    await expect(adapter.customers.list({}, all, scope)).rejects.toThrow(TypeError);
  });

  test("archived customers cannot be listed, and cursors must be cursors", async () => {
    const { adapter } = adapterAnswering("v2", () => clients);
    expect(await failure(() => adapter.customers.list({ status: "ARCHIVED" }, all, scope))).toMatchObject({
      code: "UNSUPPORTED",
      field: ["filter", "status"],
    });
    expect(await failure(() => adapter.customers.list({}, { first: 1, after: "not a cursor" }, scope))).toMatchObject({
      code: "INVALID_INPUT",
      field: ["after"],
    });
    const page = await adapter.customers.list({}, { first: 1, after: "a" }, scope);
    expect(page).toMatchObject({ items: [{ position: "b" }], hasNextPage: true });
  });

  test("an e-mail is looked up among contacts, and nobody is asked for when it is nobody's", async () => {
    const contacts = [
      { Id: "1", ClientId: "b", EmailAddresses: [{ Address: "B@X.example" }] },
      { Id: "2", ClientId: "c", EmailAddresses: [{ Address: "bb@x.example" }] },
    ];
    const { adapter, sent } = adapterAnswering("v2", ({ path }) => (path === "contacts" ? contacts : clients));
    const found = await adapter.customers.list({ email: "b@x.example" }, all, scope);
    expect(found.items.map(({ value }) => value.id)).toEqual(["b"]);
    expect((await adapter.customers.list({ email: "no@x.example" }, all, scope)).items).toEqual([]);
    expect(called(sent)).toEqual([
      { name: "POST /contacts", EmailAddress: "b@x.example" },
      { name: "POST /clients" },
      { name: "POST /contacts", EmailAddress: "no@x.example" },
    ]);
    const { getContacts } = adapter.customers;
    expect(await getContacts?.(["b", "a", "c"], scope)).toEqual([
      { email: "B@X.example", phone: null },
      { email: null, phone: null },
      { email: "bb@x.example", phone: null },
    ]);
    await getContacts?.(["b"], scope);
    expect(called(sent).slice(-2)).toEqual([{ name: "POST /contacts" }, { name: "POST /contacts", ClientId: "b" }]);
  });

  const charge = (Id: string, ClientId: string, DateOfCharge: string, DateCreated = DateOfCharge) => ({
    Id,
    ClientId,
    DateOfCharge,
    DateCreated,
  });
  const switches = { IncludeManualCharges: true, IncludeSchedulingCharges: true };

  test("charges are found again around the day they were created", async () => {
    const rows = [
      charge("1", "a", "2026-03-01", "2026-02-27"),
      charge("2", "a", "2026-03-05", "2026-03-04"),
      charge("3", "b", "2026-03-01"),
    ];
    const { adapter, sent } = adapterAnswering("v2", ({ body }) =>
      rows.filter(({ ClientId }) => (body["ClientId"] ?? ClientId) === ClientId),
    );
    const ids = ["a:2026-03-04:2", "b:2026-03-01:3", "a:2026-02-27:1", "b:2026-03-01:1", "nonsense", "a:2026-03-04:2"];
    const found = await adapter.charges.getMany(ids, scope);
    expect(found.map((value) => (value instanceof BillingError ? value.code : (value?.backendId ?? null)))).toEqual([
      "2",
      "3",
      "1",
      null,
      null,
      "2",
    ]);
    expect(called(sent)).toEqual([
      {
        name: "POST /charges/all",
        ClientId: "a",
        DateSelector: "DateCreated",
        StartDate: "2026-02-26",
        EndDate: "2026-03-06",
        ...switches,
      },
      {
        name: "POST /charges/all",
        ClientId: "b",
        DateSelector: "DateCreated",
        StartDate: "2026-02-28",
        EndDate: "2026-03-03",
        ...switches,
      },
    ]);
    await adapter.charges.getMany(["a:2026-03-04:2", "b:2026-03-01:3", "c:2026-03-01:4", "d:2026-03-01:5"], scope);
    expect(sent).toHaveLength(3);
    expect(sent[2]?.body).not.toHaveProperty("ClientId");
    await adapter.charges.getMany(["a::9"], scope);
    expect(sent[3]?.body).toMatchObject({ ClientId: "a", DateSelector: "DateOfCharge" });
  });

  test("charges of customers are listed in a window, asked for a day further and checked again", async () => {
    const rows = [
      charge("1", "a", "2026-01-31"),
      charge("2", "a", "2026-02-01"),
      charge("3", "b", "2026-01-15"),
      charge("4", "z", "2026-01-15"),
    ];
    const { adapter, sent } = adapterAnswering("v2", () => rows);
    const query = { from: "2026-01-01", to: "2026-01-31" };
    const sets = await adapter.charges.listByCustomers(["a", "b", "none"], query, all, scope);
    expect(sets.map((set) => (set instanceof BillingError ? set.code : set.charges.map(({ backendId }) => backendId)))).toEqual([
      ["1"],
      ["3"],
      [],
    ]);
    const after = { date: "2026-01-20", id: "suite:a:2026-01-20:0" };
    await adapter.charges.listByCustomers(["a"], query, { first: 1, after }, scope);
    expect(called(sent)).toEqual([
      { name: "POST /charges/all", DateSelector: "DateOfCharge", StartDate: "2026-01-01", EndDate: "2026-02-01", ...switches },
      {
        name: "POST /charges/all",
        ClientId: "a",
        DateSelector: "DateOfCharge",
        StartDate: "2026-01-01",
        EndDate: "2026-01-21",
        ...switches,
      },
    ]);
    expect(
      await failure(() => adapter.charges.listByCustomers(["a"], { from: "2026-02-01", to: "2026-01-01" }, all, scope)),
    ).toMatchObject({
      code: "INVALID_INPUT",
      field: ["filter", "to"],
    });
    expect(
      await failure(() => adapter.charges.listByCustomers(["a"], {}, { first: 1, after: { date: "x", id: "" } }, scope)),
    ).toMatchObject({
      field: ["after"],
    });
  });

  test("a window without dates reaches from some months back to a month ahead", async () => {
    const { adapter, sent } = adapterAnswering("v2", () => []);
    await adapter.charges.listByCustomers(["a"], {}, all, scope);
    await adapter.charges.listByCustomers(["a"], { from: "2099-01-31" }, all, scope);
    await adapter.charges.listByCustomers(["a"], { to: "2001-01-31" }, all, scope);
    const now = Temporal.Now.plainDateISO("America/New_York");
    expect(sent.map(({ body }) => [body["StartDate"], body["EndDate"]])).toEqual([
      [now.add({ months: -24 }).toString(), now.add({ months: 1 }).add({ days: 1 }).toString()],
      ["2099-01-31", "2099-03-01"],
      ["1999-01-31", "2001-02-01"],
    ]);
  });

  test("refused credentials may come as a plain answer", async () => {
    const { adapter } = adapterAnswering("v2", () => ({ Authenticated: false }));
    expect(await failure(() => adapter.probe(scope))).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("v3 calls", () => {
  test("ids go out a hundred at a time, archived ones included", async () => {
    const { adapter, sent } = adapterAnswering("v3", ({ query }) => {
      const ids = (query["ids"] ?? "").split(",");
      if (ids.includes("i100")) return { responseStatus: { errorCode: "Exception", message: "Oops" } };
      return { items: ids.filter((id) => id !== "i7").map((id) => ({ id, name: id })) };
    });
    const ids = Array.from({ length: 130 }, (_, index) => `i${index}`);
    const found = await adapter.customers.getMany(ids, scope);
    expect(sent.map(({ query }) => [query["countPerPage"], query["archived"], query["page"]])).toEqual([
      ["100", "true", "0"],
      ["30", "true", "0"],
    ]);
    expect(found[7]).toBeNull();
    expect(found[8]).toMatchObject({ id: "i8" });
    expect(found[100]).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("an ignored list of ids is noticed", async () => {
    const { adapter } = adapterAnswering("v3", () => ({ items: [{ id: "other" }] }));
    expect(await adapter.customers.getMany(["a"], scope)).toMatchObject([{ code: "BAD_RESPONSE" }]);
  });

  test("an empty envelope is no empty list", async () => {
    const { adapter } = adapterAnswering("v3", () => ({}));
    await expect(adapter.customers.list({}, all, scope)).rejects.toThrow(TypeError);
    expect(await failure(() => adapter.probe(scope))).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  const days = ["2026-03-03", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-01", "2026-02-28"];
  const rows = days.map((dateOfCharge, index) => ({ id: `c${index}`, clientId: "a", dateOfCharge }));
  const paged = ({ query }: SentCall, items: readonly object[] = rows) => {
    const [page, size] = [Number(query["page"]), Number(query["countPerPage"])];
    return { items: items.slice(page * size, (page + 1) * size), totalCount: items.length };
  };

  test("charges are read from the newest on, until the day of the last one has passed", async () => {
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call));
    const [set] = await adapter.charges.listByCustomers(["a"], {}, { first: 1, after: null }, scope);
    expect(set).toMatchObject({ complete: false });
    expect(called(sent)).toEqual([
      { name: "GET /charges", clientId: "a", sortField: "dateOfCharge", sortOrder: "Descend", page: "0", countPerPage: "2" },
    ]);
    const [second] = await adapter.charges.listByCustomers(["a"], {}, { first: 2, after: null }, scope);
    expect(second).toMatchObject({ complete: true });
    expect(sent).toHaveLength(3);
  });

  test("a cursor bounds the dates, the ends are asked for a day further, and what is ignored is checked again", async () => {
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call));
    const window = { first: 1, after: { date: "2026-03-02", id: "suite:c1" } };
    const [set] = await adapter.charges.listByCustomers(["a"], { from: "2026-03-01", to: "2026-03-31" }, window, scope);
    expect(set instanceof BillingError ? set.code : set?.charges.map(({ id }) => id)).toEqual(["c2", "c3", "c4"]);
    expect(sent[0]?.query).toMatchObject({ dateOfCharge: "{start:2026-03-01,end:2026-03-03}" });
    const [others] = await adapter.charges.listByCustomers(["b"], {}, all, scope);
    expect(others).toEqual({ charges: [], complete: true });
  });

  test("an order that is not kept means reading everything", async () => {
    const { adapter } = adapterAnswering("v3", (call) => paged(call, rows.toReversed()));
    const [set] = await adapter.charges.listByCustomers(["a"], {}, { first: 1, after: null }, scope);
    expect(set).toMatchObject({ complete: true, charges: [{ id: "c0" }, {}, {}, {}, {}, {}] });
  });

  test("kinds and states are asked for where the backend can tell", async () => {
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call));
    await adapter.charges.listByCustomers(["a"], { kind: ["RECURRING"], status: ["ARCHIVED"] }, all, scope);
    expect(sent[0]?.query).toMatchObject({ memorized: "true", archived: "true" });
  });

  test("a reference is looked for in both of its places", async () => {
    const stored = [
      { id: "1", name: "One", referenceId: "R" },
      { id: "2", name: "Two", thirdPartyInfo: { thirdPartyAccountId: "R" } },
      { id: "3", name: "R" },
    ];
    const { adapter, sent } = adapterAnswering("v3", ({ query }) => ({
      items: query["referenceId"] ? stored.slice(0, 1) : stored,
    }));
    const page = await adapter.customers.list({ reference: "R" }, all, scope);
    expect(page.items.map(({ value }) => value.id)).toEqual(["1", "2"]);
    expect(sent).toHaveLength(2);
  });

  test("what no record can be is not asked for", async () => {
    const { adapter, sent } = adapterAnswering("v3", () => ({ items: [] }));
    expect(await adapter.customers.list({ status: "UNKNOWN" }, all, scope)).toMatchObject({ items: [] });
    expect(await adapter.taxes?.list({ country: "US" }, all, scope)).toMatchObject({ items: [] });
    expect(sent).toEqual([]);
    expect(await failure(() => adapter.taxes?.list({}, { first: 1, after: "x" }, scope))).toMatchObject({ field: ["after"] });
  });
});
