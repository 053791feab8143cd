import { describe, expect, test } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { adapterAnswering, called, failure, type SentCall, scope } from "./fixture.ts";

const all = { first: 10, after: null };

describe("v3 calls", () => {
  test("send ids a hundred at a time, and include archived records", async () => {
    const { adapter, sent } = adapterAnswering("v3", ({ query }) => {
      const ids = (query["ids"] ?? "").split(",");
      if (ids.includes("i100")) return { responseStatus: { errorCode: "Exception", message: "Oops" } };
      const items = ids.filter((id) => id !== "i7").map((id) => ({ id, name: id }));
      return { items, totalCount: items.length };
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

  test("keep what a server refuses or knows by another spelling to its own id", async () => {
    const ids = Array.from({ length: 90 }, (_, index) => index.toString(16).padStart(24, "a"));
    const { adapter, sent } = adapterAnswering("v3", ({ query }) => {
      const asked = (query["ids"] ?? "").split(",");
      if (asked.some((id) => !/^[0-9a-f]{24}$/i.test(id)))
        return { responseStatus: { errorCode: "ArgumentException", message: "No id." } };
      const items = [...new Set(asked.map((id) => id.toLowerCase()))].map((id) => ({ id, name: id })).toReversed();
      return { items, totalCount: items.length };
    });
    const odd = ["none", ids[3]?.toUpperCase() ?? "", "\uff10".repeat(24)];
    const asked = [...ids.slice(0, 40), ...odd, ...ids.slice(40), ...ids.slice(0, 2)];
    const found = await adapter.customers.getMany(asked, scope);
    for (const [index, id] of asked.entries()) {
      if (id === odd[1]) expect(found[index]).toBeNull();
      else expect(found[index]).toMatchObject(odd.includes(id) ? { code: "INVALID_INPUT" } : { id });
    }
    expect(sent.length).toBeLessThan(40);
  });

  test("notice an ignored list of ids", async () => {
    const { adapter } = adapterAnswering("v3", () => ({ items: [{ id: "other" }] }));
    expect(await adapter.customers.getMany(["a"], scope)).toMatchObject([{ code: "BAD_RESPONSE" }]);
  });

  test("do not accept an empty envelope as an empty list", async () => {
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

  test("read charges from the newest on, until the day of the last one has passed", async () => {
    // One charge per day, then twenty on one day.
    const apart = Array.from({ length: 20 }, (_, index) => `2026-03-${31 - index}`);
    const together = Array.from({ length: 20 }, () => "2026-02-01");
    const many = [...apart, ...together].map((dateOfCharge, index) => ({ id: `c${index}`, clientId: "a", dateOfCharge }));
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call, many));
    const [set] = await adapter.charges.listByCustomers(["a"], {}, { first: 1, after: null }, scope);
    expect(set).toMatchObject({ complete: false });
    const page = { sortField: "dateOfCharge", sortOrder: "Descend", archived: "true", page: "0", countPerPage: "11" };
    expect(called(sent)).toEqual([{ name: "GET /charges", clientId: "a", ...page }]);
    const [second] = await adapter.charges.listByCustomers(["a"], {}, { first: 21, after: null }, scope);
    expect(second).toMatchObject({ complete: true });
    expect(sent).toHaveLength(3);
  });

  test("use the cursor's date as a bound, with a day to spare, and check ignored filters", async () => {
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call));
    const window = { first: 1, after: { date: "2026-03-02", id: "suite:c1" } };
    const [set] = await adapter.charges.listByCustomers(["a"], { from: "2026-03-01", to: "2026-03-31" }, window, scope);
    expect(set instanceof BillingError ? set.code : set?.charges.map(({ id }) => id)).toEqual(["c2", "c3", "c4"]);
    expect(sent[0]?.query).toMatchObject({ dateOfCharge: "{start:2026-03-01,end:2026-03-03}" });
    const [others] = await adapter.charges.listByCustomers(["b"], {}, all, scope);
    expect(others).toEqual({ charges: [], complete: true });
  });

  test("read everything if the order is not kept", async () => {
    const { adapter } = adapterAnswering("v3", (call) => paged(call, rows.toReversed()));
    const [set] = await adapter.charges.listByCustomers(["a"], {}, { first: 1, after: null }, scope);
    expect(set).toMatchObject({ complete: true, charges: [{ id: "c0" }, {}, {}, {}, {}, {}] });
  });

  test("filter by kind and state where the backend can", async () => {
    const { adapter, sent } = adapterAnswering("v3", (call) => paged(call));
    await adapter.charges.listByCustomers(["a"], { kind: ["RECURRING"], status: ["ARCHIVED"] }, all, scope);
    expect(sent[0]?.query).toMatchObject({ memorized: "true", archived: "true" });
  });

  test("look for a reference in both of its places", async () => {
    const stored = [
      { id: "1", name: "One", referenceId: "R" },
      { id: "2", name: "Two", thirdPartyInfo: { thirdPartyAccountId: "R" } },
      { id: "3", name: "R" },
    ];
    const { adapter, sent } = adapterAnswering("v3", ({ query }) => {
      const items = query["referenceId"] ? stored.slice(0, 1) : stored;
      return { items, totalCount: items.length };
    });
    const page = await adapter.customers.list({ reference: "R" }, all, scope);
    expect(page.items.map(({ value }) => value.id)).toEqual(["1", "2"]);
    expect(sent).toHaveLength(2);
  });

  test("read the whole list for a reference until the query has found one", async () => {
    let queried: readonly string[] = ["name"];
    const stored = [
      { id: "1", name: "R" },
      { id: "2", name: "Two", thirdPartyInfo: { thirdPartyAccountId: "R" } },
    ];
    const { adapter, sent } = adapterAnswering("v3", ({ query: { referenceId, query } }) => {
      const found = (text: string, named: boolean) => query === undefined || (named && text.includes(query));
      const items = stored.filter(
        ({ name, thirdPartyInfo }) =>
          referenceId === undefined &&
          (found(name, true) || found(thirdPartyInfo?.thirdPartyAccountId ?? "", queried.includes("thirdPartyInfo"))),
      );
      return { items, totalCount: items.length };
    });
    const find = async () => {
      sent.length = 0;
      return (await adapter.customers.list({ reference: "R" }, all, scope)).items.map(({ value }) => value.id);
    };
    expect([await find(), sent.length]).toEqual([["2"], 3]);
    queried = ["name", "thirdPartyInfo"];
    expect([await find(), sent.length]).toEqual([["2"], 2]);
  });

  test("do not ask for a malformed id", async () => {
    const { adapter, sent } = adapterAnswering("v3", () => ({ items: [] }));
    expect(await adapter.customers.list({ status: "UNKNOWN" }, all, scope)).toMatchObject({ items: [] });
    expect(await adapter.taxes?.list({ country: "US" }, all, scope)).toMatchObject({ items: [] });
    expect(sent).toEqual([]);
    expect(await failure(() => adapter.taxes?.list({}, { first: 1, after: "x" }, scope))).toMatchObject({ field: ["after"] });
  });
});
