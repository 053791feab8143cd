import { describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { failure, type Script, scope, scripted } from "./fake-connection.ts";

const firstPage = { first: 2, after: null };
const wholeWindow = { first: 100, after: null };

const ids = <T extends { id: string }>(loaded: readonly (T | null | BillingError)[]) =>
  loaded.map((each) => (each instanceof BillingError ? each.code : (each?.id ?? null)));

describe("every call", () => {
  it("carries the credentials and asks for JSON", async () => {
    const { adapter, sent } = scripted(() => ({ json: [] }));
    await adapter.probe(scope);
    const authorization = `Basic ${Buffer.from("api-gateway:correct horse").toString("base64")}`;
    const headers = { authorization, "content-type": "application/json" };
    const query = { accountId: "2001", limit: "1" };
    expect(sent).toEqual([{ function: "GET /customers", path: "customers", method: "GET", effect: "read", query, headers }]);
  });

  it("fails with the backend's error", async () => {
    const { adapter } = scripted(() => failure("L01", 401));
    await expect(adapter.probe(scope)).rejects.toMatchObject({ code: "UNAUTHENTICATED", backendCode: "L01" });
  });

  it.each([{ status: 302 }, { json: { total: 1 } }, { json: 7 }])("does not understand %j", async (answer) => {
    const { adapter } = scripted(() => answer);
    await expect(adapter.probe(scope)).rejects.not.toBeInstanceOf(BillingError);
  });
});

describe("an answer without anything", () => {
  it.each([{ json: {} }, { json: undefined }, { json: { customers: null } }])(
    "is an empty list until the installation has sent one, then it is not understood: %j",
    async (nothing) => {
      let answer: object = nothing;
      const { adapter } = scripted(() => answer);
      const list = async () => (await adapter.customers.list({}, firstPage, scope)).items.length;
      expect(await list()).toBe(0);
      answer = { json: [{ id: 5, accountId: 2001 }] };
      expect(await list()).toBe(1);
      answer = { json: [] };
      expect(await list()).toBe(0);
      answer = nothing;
      await expect(list()).rejects.toThrow("neither a record nor a list");
      // Another list may be written in another way.
      const [charges] = await adapter.charges.listByCustomers(["5"], {}, wholeWindow, scope);
      expect(charges).toMatchObject({ charges: [] });
    },
  );
});

describe("loading many", () => {
  const answers: Script = ({ path }) => {
    const id = path.split("/").at(-1);
    if (id === "2") return failure("V01");
    if (id === "3") return { status: 404 };
    if (id === "4") return {};
    if (id === "5") return failure("S01", 500);
    if (id === "6") return { json: { id: 66 } };
    if (id === "7") return { json: { id: 7, accountId: 2002 } };
    return { json: { id, type: "RI", accountId: 2001, customerId: 10, amount: 1 } };
  };

  it("returns each customer's own result, in order, and asks once for each well-formed id", async () => {
    const { adapter, sent } = scripted(answers);
    const wanted = ["1", "2", "3", "4", "5", "6", "7", "x", "", "0", "01", "1"];
    const results = ["1", null, null, null, "UNAVAILABLE", null, null, null, null, null, null, "1"];
    expect(ids(await adapter.customers.getMany(wanted, scope))).toEqual(results);
    expect(sent).toHaveLength(7);
  });

  it("gives charges by customer and transaction", async () => {
    const { adapter, sent } = scripted(answers);
    const loaded = await adapter.charges.getMany(["10:1", "10:2", "11:1", "1", "10:1:1", "10:x"], scope);
    expect(ids(loaded)).toEqual(["10:1", null, null, null, null, null]);
    expect(sent.map(({ path }) => path)).toEqual(
      ["10/transactions/1", "10/transactions/2", "11/transactions/1"].map((path) => `customers/${path}`),
    );
  });

  it("returns taxes by country and id, even if the backend answers with the whole table", async () => {
    const { adapter, sent } = scripted(() => ({ json: [{ id: 1 }, { id: 2, countryCode: "DE" }] }));
    expect(ids((await adapter.taxes?.getMany(["US:1", "US:2", "US:3", "us:1"], scope)) ?? [])).toEqual([
      "US:1",
      null,
      null,
      null,
    ]);
    expect(sent[0]).toMatchObject({ path: "countries/US/taxes/1/~load", query: { id: "1" } });
  });
});

describe("listing customers", () => {
  const table = [
    { id: 1, accountId: 2001, firstName: "Ann", email: "ann@example.com", code: "a" },
    { id: 2, accountId: 2002, firstName: "Ann", email: "ann@example.com", code: "b" },
    { id: 3, firstName: "Bob", email: "BOB@example.com", code: "c", isActive: false },
    { id: 4, firstName: "Hannah", email: null, code: 4 },
  ];
  const list: Script = ({ query }) => ({
    json: table.slice(Number(query?.["offset"]), Number(query?.["offset"]) + Number(query?.["limit"])),
  });

  it.each([
    [{}, ["1", "3", "4"]],
    [{ search: "ANN" }, ["1", "4"]],
    [{ search: "bob@" }, ["3"]],
    [{ email: " bob@EXAMPLE.com" }, ["3"]],
    [{ reference: "c" }, ["3"]],
    [{ reference: "4" }, []],
    [{ status: "ACTIVE" }, ["1", "4"]],
    [{ status: "UNKNOWN" }, ["3"]],
    [{ status: "ARCHIVED" }, []],
  ] as const)("by %j checks results that an old edition does not filter", async (query, expected) => {
    const { adapter, sent } = scripted(list);
    const page = await adapter.customers.list(query, { first: 10, after: null }, scope);
    expect(page.items.map(({ value }) => value.id)).toEqual(expected);
    for (const call of sent) expect(call.query).toMatchObject({ accountId: "2001" });
  });

  it("pages by offset, and passes on the e-mail only", async () => {
    const { adapter, sent } = scripted(list);
    const { items, hasNextPage } = await adapter.customers.list({}, firstPage, scope);
    expect(hasNextPage).toBe(true);
    const after = items.at(-1)?.position ?? null;
    const next = await adapter.customers.list({ email: "", search: "h", reference: null }, { first: 2, after }, scope);
    expect(next.items.map(({ value }) => value.id)).toEqual(["4"]);
    expect(sent.every(({ query }) => query?.["email"] === undefined)).toBe(true);
    await expect(adapter.customers.list({}, { first: 2, after: "x" }, scope)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: ["after"],
    });
  });

  it("reads the largest pages if the backend cannot search, and continues from any match", async () => {
    const rows = Array.from({ length: 1_480 }, (_, index) => ({
      id: index + 1,
      lastName: index % 700 === 650 ? "Wanted" : "Other",
    }));
    const { adapter, sent } = scripted(({ query }) => {
      const offset = Number(query?.["offset"]);
      return { json: rows.slice(offset, offset + Number(query?.["limit"])) };
    });
    const found = async (first: number, after: string | null) => {
      const page = await adapter.customers.list({ search: "wanted" }, { first, after }, scope);
      return { ids: page.items.map(({ value }) => value.id), after: page.items.at(-1)?.position, more: page.hasNextPage };
    };
    expect(await found(10, null)).toEqual({ ids: ["651", "1351"], after: "1351~1351", more: false });
    expect(sent.map(({ query }) => [query?.["offset"], query?.["limit"]])).toEqual([
      ["0", "1000"],
      ["1000", "1000"],
    ]);
    expect(await found(1, null)).toEqual({ ids: ["651"], after: "651~651", more: true });
    expect(await found(1, "651")).toEqual({ ids: ["1351"], after: "1351~1351", more: false });
  });

  it("continues after a page that the server may have cut", async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ id: index + 1 }));
    const { adapter } = scripted(({ query }) => {
      const offset = Number(query?.["offset"]);
      return { json: rows.slice(offset, offset + Math.min(100, Number(query?.["limit"]))) };
    });
    const page = await adapter.customers.list({}, { first: 200, after: null }, scope);
    expect(page.items.at(-1)).toMatchObject({ position: "200~200", value: { id: "200" } });
    expect(page.hasNextPage).toBe(true);
  });
});

describe("listing charges", () => {
  it("returns each customer's charges without payments or other customers' entries, and failures per customer", async () => {
    const ledger = [
      { id: 1, type: "RI", amount: 100, balance: 0, dueDate: "2026-01-01", createDate: "2026-01-01 10:00:00" },
      { id: 2, type: "RR", amount: 100, balance: 0, createDate: "2026-01-02 10:00:00" },
      { id: 3, type: "AP", amount: 100, balance: 0, createDate: "2026-01-02 10:00:00" },
      { id: 4, type: "RI", amount: 200, balance: 200, dueDate: "2026-03-01", createDate: "2026-01-02 10:00:00" },
      { id: 5, type: "RI", customerId: 77, amount: 200, balance: 200 },
      { id: 4, type: "RI", amount: 200, balance: 200, dueDate: "2026-03-01", createDate: "2026-01-02 10:00:00" },
    ];
    const { adapter, sent } = scripted(({ path }) => (path.startsWith("customers/9/") ? failure("V01", 404) : { json: ledger }));
    const [found, missing, impossible] = await adapter.charges.listByCustomers(["8", "9", "x"], {}, wholeWindow, scope);
    expect(found).toMatchObject({
      complete: true,
      charges: [
        { id: "8:4", status: "OPEN" },
        { id: "8:1", status: "VOIDED" },
      ],
    });
    expect(missing).toMatchObject({ code: "NOT_FOUND" });
    expect(impossible).toMatchObject({ code: "NOT_FOUND" });
    // The first customer's second call shows that the list was not cut. It begins with the row that ended the first.
    expect(sent.map(({ query }) => query?.["offset"])).toEqual(["0", "0", "5"]);
  });

  it("filters by the charge's own date", async () => {
    const json = [{ id: 1, type: "RI", dueDate: "2026-03-01", createDate: "2026-01-02" }];
    const { adapter, sent } = scripted(() => ({ json }));
    const [found] = await adapter.charges.listByCustomers(["8"], { from: "2026-02-01" }, wholeWindow, scope);
    expect(found).toMatchObject({ charges: [{ id: "8:1" }] });
    expect(sent[0]?.query).toEqual({ offset: "0", limit: "1000" });
  });

  it("ends if pages bring nothing new", async () => {
    const json = Array.from({ length: 1000 }, (_, index) => ({ id: index + 1, type: "RI" }));
    const { adapter, sent } = scripted(() => ({ json }));
    const [found] = await adapter.charges.listByCustomers(["8"], {}, wholeWindow, scope);
    expect(found).toMatchObject({ charges: { length: 1000 } });
    expect(sent).toHaveLength(2);
  });

  it("fails if the same full page comes for every offset, but not for a shorter page", async () => {
    const json = Array.from({ length: 1000 }, (_, index) => ({ id: index + 1, type: "RI" }));
    const listed = async (rows: readonly object[]) => {
      const { adapter } = scripted(() => ({ json: rows, ignoresOffset: true }));
      return adapter.charges.listByCustomers(["8"], {}, wholeWindow, scope);
    };
    expect(await listed(json)).toMatchObject([{ code: "BAD_RESPONSE" }]);
    expect(await listed(json.slice(1))).toMatchObject([{ charges: { length: 999 } }]);
  });
});
