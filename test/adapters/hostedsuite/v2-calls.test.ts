import { describe, expect, test } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { adapterAnswering, called, failure, scope } from "./fixture.ts";

const all = { first: 10, after: null };

describe("v2 calls", () => {
  const clients = ["a", "b", "c"].map((Id) => ({ Id, Name: Id.toUpperCase() }));

  test("filter for one client; read several by one unfiltered call, and one for each that it lacks", async () => {
    const { adapter, sent } = adapterAnswering("v2", ({ body }) => {
      if (body["ClientId"] === "gone") return { ResponseStatus: { ErrorCode: "Exception", Message: "Client not found" } };
      if (body["ClientId"] === "broken") return { ResponseStatus: { ErrorCode: "Exception", Message: "Oops" } };
      if (body["ClientId"] === "old") return [{ Id: "old", Name: "Old", EntityStatus: "Archived" }];
      if (body["ClientId"] === "new") return [{ Id: "new", Name: "New", EntityStatus: "Active" }];
      if (body["ClientId"] === "unlisted") return [{ Id: "unlisted", Name: "Unlisted" }];
      return clients.filter(({ Id }) => body["ClientId"] === undefined || Id === body["ClientId"]);
    });
    expect(await adapter.customers.getMany(["new", "new"], scope)).toMatchObject([{ name: "New" }, { name: "New" }]);
    const found = await adapter.customers.getMany(["c", "old", "gone", "broken", "a", "not an id"], scope);
    expect(found).toMatchObject([{ name: "C" }, { status: "ARCHIVED" }, null, { code: "UNAVAILABLE" }, { name: "A" }, null]);
    expect(called(sent)).toEqual([
      { name: "POST /clients", ClientId: "new" },
      { name: "POST /clients" },
      { name: "POST /clients", ClientId: "old" },
      { name: "POST /clients", ClientId: "gone" },
      { name: "POST /clients", ClientId: "broken" },
    ]);
    expect(await adapter.customers.getMany(["", "a,b"], scope)).toEqual([null, null]);
    expect(sent).toHaveLength(5);
    // A client that shows no state is archived where the list of all clients omits it.
    expect(await adapter.customers.getMany(["b", "unlisted"], scope)).toMatchObject([
      { status: "ACTIVE" },
      { status: "ARCHIVED" },
    ]);
    expect(await adapter.customers.getMany(["unlisted"], scope)).toMatchObject([{ status: "ARCHIVED" }]);
    expect(await adapter.customers.getMany(["b"], scope)).toMatchObject([{ status: "ACTIVE" }]);
    expect(called(sent).slice(5)).toEqual([
      { name: "POST /clients" },
      { name: "POST /clients", ClientId: "unlisted" },
      { name: "POST /clients", ClientId: "unlisted" },
      { name: "POST /clients" },
      { name: "POST /clients", ClientId: "b" },
      { name: "POST /clients" },
    ]);
  });

  test("do not accept an object as a list", async () => {
    const { adapter } = adapterAnswering("v2", () => ({ Id: "a" }));
    await expect(adapter.customers.list({}, all, scope)).rejects.toThrow(TypeError);
  });

  test("refuse to list archived customers, and malformed cursors", async () => {
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

  test("list archived customers where the list has them, whatever else is asked for", async () => {
    const archived = [
      { Id: "d", Name: "D", EntityStatus: "Archived", ThirdPartyAccountId: "R" },
      { Id: "e", Name: "E", EntityStatus: "Archived" },
    ];
    const { adapter, sent } = adapterAnswering("v2", ({ body }) =>
      body["ThirdPartyAccountId"] === undefined ? [...clients, ...archived] : [],
    );
    const idsOf = async (query: object) => (await adapter.customers.list(query, all, scope)).items.map(({ value }) => value.id);
    expect(await idsOf({ status: "ARCHIVED" })).toEqual(["d", "e"]);
    expect(await idsOf({ status: "ARCHIVED", reference: "R" })).toEqual(["d"]);
    expect(await idsOf({ status: "ARCHIVED", search: "nobody" })).toEqual([]);
    expect(sent).toHaveLength(3);
  });

  test("look up an e-mail among contacts, and read no client if no contact has it", async () => {
    const contacts = [
      { Id: "1", ClientId: "b", EmailAddresses: [{ Address: "B@X.example" }] },
      { Id: "2", ClientId: "c", EmailAddresses: [{ Address: "bb@x.example" }] },
    ];
    const { adapter, sent } = adapterAnswering("v2", ({ path }) => (path === "contacts" ? contacts : clients));
    const found = await adapter.customers.list({ email: "b@x.example" }, all, scope);
    expect(found.items.map(({ value }) => value.id)).toEqual(["b"]);
    expect((await adapter.customers.list({ email: "no@x.example" }, all, scope)).items).toEqual([]);
    expect(called(sent)).toEqual([
      { name: "POST /contacts", EmailAddress: expect.stringMatching(/^b@x\.example$/i) },
      { name: "POST /clients" },
      { name: "POST /contacts", EmailAddress: expect.stringMatching(/^no@x\.example$/i) },
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

  test("find charges again around the day of their creation", async () => {
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
      // For b's charge 1, which is not there: a selector that is not understood counts as DateOfCharge.
      {
        name: "POST /charges/all",
        ClientId: "b",
        DateSelector: "DateOfCharge",
        StartDate: "2024-03-01",
        EndDate: "2028-03-02",
        ...switches,
      },
    ]);
    rows.push(charge("4", "c", "2026-03-01"), charge("5", "d", "2026-03-01"));
    await adapter.charges.getMany(["a:2026-03-04:2", "b:2026-03-01:3", "c:2026-03-01:4", "d:2026-03-01:5"], scope);
    expect(sent).toHaveLength(4);
    expect(sent[3]?.body).not.toHaveProperty("ClientId");
    await adapter.charges.getMany(["a::9"], scope);
    expect(sent[4]?.body).toMatchObject({ ClientId: "a", DateSelector: "DateOfCharge" });
  });

  test("look no further for a charge once a list has shown that it is by creation", async () => {
    const rows = [charge("1", "a", "2026-09-01", "2026-02-27")];
    const { adapter, sent } = adapterAnswering("v2", () => rows);
    expect(await adapter.charges.getMany(["a:2026-02-27:1"], scope)).toMatchObject([{ backendId: "1" }]);
    expect(await adapter.charges.getMany(["a:2026-02-27:9"], scope)).toEqual([null]);
    expect(sent).toHaveLength(2);
  });

  test("find a charge of another day where the backend ignores what dates are selected by", async () => {
    const rows = [charge("1", "a", "2026-09-01", "2026-02-27")];
    const { adapter } = adapterAnswering("v2", ({ body }) =>
      rows.filter(
        ({ DateOfCharge = "" }) => DateOfCharge >= String(body["StartDate"]) && DateOfCharge <= String(body["EndDate"]),
      ),
    );
    expect(await adapter.charges.getMany(["a:2026-02-27:1"], scope)).toMatchObject([{ backendId: "1" }]);
  });

  test("list customers' charges in a window, with a day to spare, and check them", async () => {
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
    const ofEach = ["a", "b", "none"].map((ClientId) => ({
      ...{ name: "POST /charges/all", ClientId, DateSelector: "DateOfCharge", StartDate: "2026-01-01", EndDate: "2026-02-01" },
      ...switches,
    }));
    expect(called(sent)).toEqual([
      ...ofEach,
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

  test("read the charges of many customers with one call; of few customers, with one each once their number is known", async () => {
    const clients = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const rows = clients.flatMap((client) => [charge("1", client, "2026-01-31"), charge("2", client, "2026-02-01")]);
    const { adapter, sent } = adapterAnswering("v2", () => rows);
    const sets = await adapter.charges.listByCustomers(clients, {}, all, scope);
    expect(sets.map((set) => (set instanceof BillingError ? set.code : set.charges.length))).toEqual(clients.map(() => 2));
    expect(sent.map(({ body }) => body["ClientId"])).toEqual([undefined]);
    await adapter.charges.listByCustomers(["c1", "c2", "c3"], {}, all, scope);
    expect(sent.slice(1).map(({ body }) => body["ClientId"])).toEqual(["c1", "c2", "c3"]);
  });

  test("read many clients of whom few have charges with one call, every time", async () => {
    const { adapter, sent } = adapterAnswering("v2", () => [charge("1", "c1", "2026-01-31"), charge("2", "c2", "2026-01-31")]);
    for (const count of [60, 1_000]) {
      const clients = Array.from({ length: count }, (_, index) => `c${index}`);
      for (let time = 0; time < 3; time += 1) await adapter.charges.listByCustomers(clients, {}, all, scope);
    }
    expect(sent.map(({ body }) => body["ClientId"])).toEqual(new Array(6).fill(undefined));
  });

  test("return the charges of other clients if those of one cannot be read", async () => {
    const { adapter } = adapterAnswering("v2", ({ body: { ClientId } }) => {
      if (ClientId === "b") throw new BillingError("FORBIDDEN", "Not this one.");
      return [charge("1", "a", "2026-01-31")];
    });
    const sets = await adapter.charges.listByCustomers(["a", "b"], {}, all, scope);
    expect(sets.map((set) => (set instanceof BillingError ? set.code : set.charges.length))).toEqual([1, "FORBIDDEN"]);
  });

  test("cover some months back and one month ahead in a window without dates", async () => {
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

  test("recognise refused credentials in a plain answer", async () => {
    const { adapter } = adapterAnswering("v2", () => ({ Authenticated: false }));
    expect(await failure(() => adapter.probe(scope))).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
