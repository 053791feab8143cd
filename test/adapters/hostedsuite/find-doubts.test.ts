import { describe, expect, test } from "vitest";
import type { ChargeInput } from "../../../src/model/model.ts";
import { find, nothing, oursIs, present, stepOf } from "./find-fixture.ts";
import { adapterAnswering, failure, noted, type Respond, type SentCall } from "./fixture.ts";

/** Backends that answer in another way than asked: the look claims nothing that is not proved. The zone is America/New_York. */

const note = JSON.stringify({ since: { at: Date.parse("2024-01-31T17:00:00Z"), certain: true }, day: "2024-01-31" });
const intent = { stepId: "step-1", createdAt: "2024-01-31T17:00:00Z", note };
const charge: ChargeInput = { customerId: "c1", serviceId: "s1", amount: "5", date: "2024-01-31" };

describe("a charge of HostedSuite v2", () => {
  const row = { Id: "x1", ClientId: "c1", ServiceId: "s1", DateOfCharge: "2024-01-31", Quantity: 1, Cost: 5, Memorized: false };
  const search = (rows: readonly object[]) => {
    const { adapter, sent } = adapterAnswering("v2", () => rows);
    const finding = (more: Partial<ChargeInput> = {}) =>
      find(stepOf(present(adapter.charges.create)({ ...charge, ...more })), null, intent);
    return { finding, sent };
  };
  const found = oursIs("c1:2024-01-31:x1");

  test("is searched among everything created since, with a day to spare", async () => {
    const { finding, sent } = search([]);
    expect(await finding()).toEqual(nothing);
    expect(sent).toMatchObject([
      {
        function: "POST /charges/all",
        effect: "read",
        body: {
          ClientId: "c1",
          DateSelector: "DateCreated",
          StartDate: "2024-01-30",
          IncludeManualCharges: true,
          IncludeSchedulingCharges: true,
        },
      },
    ]);
  });

  test.each([
    ["2024-01-31 12:00:00", "ours"],
    ["2024-01-31 11:58:20", "older"],
    ["1/31/2024 12:00:00 PM", "ours"],
    // It may be any time within that minute.
    ["1/31/2024 12:00 PM", "ours"],
    ["1/31/2024 11:58:20 AM", "older"],
    ["1/31/2024 11:58 AM", "older"],
    ["2024-01-31T17:00:00Z", "ours"],
    ["2024-01-31T16:58:20Z", "older"],
    ["/Date(1706720400000-0500)/", "ours"],
    ["2024-01-31", "candidate"],
    ["2024-01-30", "older"],
    ["2024-02-01 00:00:00", "ours"],
  ])("with the creation time %s is %s", async (DateCreated, expected) => {
    const { ours, candidates } = await search([{ ...row, DateCreated }]).finding();
    expect({ ours: ours.length, candidates: candidates.length }).toEqual({
      ours: Number(expected === "ours"),
      candidates: Number(expected === "candidate"),
    });
  });

  test("created within the minute of the moment is a candidate", async () => {
    const within = JSON.stringify({ since: { at: Date.parse("2024-01-31T17:00:30Z"), certain: true }, day: "2024-01-31" });
    const { adapter } = adapterAnswering("v2", () => [{ ...row, DateCreated: "1/31/2024 12:00 PM" }]);
    const step = stepOf(present(adapter.charges.create)(charge));
    expect(await find(step, null, { ...intent, note: within })).toMatchObject({ ours: [], candidates: [{ differs: [] }] });
  });

  test("is found in any form of its members", async () => {
    const written = {
      ...row,
      DateCreated: "2024-01-31 12:00:00",
      DateOfCharge: "1/31/2024 12:00:00 AM",
      Quantity: "1.0",
      Cost: "5.00",
    };
    const { Memorized, ...brief } = written;
    expect(await search([brief]).finding()).toEqual(found);
    expect(await search([{ ...written, Memorized: "False", Notes: "", Extra: [1] }]).finding()).toEqual(found);
    expect(await search([written, written]).finding()).toEqual(found);
  });

  test("without a creation time is a candidate", async () => {
    for (const DateCreated of [undefined, null, "", "soon", "0001-01-01 00:00:00"]) {
      const { finding } = search([{ ...row, DateCreated }]);
      const id = "c1::x1";
      expect(await finding()).toEqual({ ours: [], candidates: [{ id, claim: id, differs: [] }] });
      expect(await finding({ amount: "6" })).toEqual({ ours: [], candidates: [{ id, claim: id, differs: ["amount"] }] });
    }
  });

  test("without the sent values is a candidate", async () => {
    const made = { ...row, DateCreated: "2024-01-31 12:00:00" };
    for (const [member, name] of [
      ["Cost", "amount"],
      ["ServiceId", "serviceId"],
      ["DateOfCharge", "date"],
      ["ClientId", "customerId"],
    ] as const) {
      const { candidates, ours } = await search([{ ...made, [member]: null }]).finding();
      expect({ ours, differs: candidates.map(({ differs }) => differs) }).toEqual({ ours: [], differs: [[name]] });
    }
  });

  test("is not concluded to be absent from a list by another date", async () => {
    const other = { ...row, Cost: 6, DateCreated: "2023-12-01 09:00:00" };
    expect(await failure(search([other]).finding)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  test("is found by the sent day if the backend filters by nothing else", async () => {
    const made = { ...row, DateOfCharge: "2023-06-30", DateCreated: "2024-01-31 12:00:00" };
    const { adapter, sent } = adapterAnswering("v2", ({ body }) =>
      String(body["StartDate"]) <= "2023-06-30" && String(body["EndDate"]) >= "2023-06-30" ? [made] : [],
    );
    const step = stepOf(present(adapter.charges.create)({ ...charge, date: "2023-06-30" }));
    expect(await find(step, null, intent)).toEqual(found);
    expect(sent.map(({ body }) => body["DateSelector"])).toEqual(["DateCreated", "DateOfCharge"]);
  });

  test("is not searched among those of other clients", async () => {
    expect(await search([{ ...row, ClientId: "c2", DateCreated: "2024-01-31 12:00:00" }]).finding()).toEqual(nothing);
  });
});

describe("a customer of HostedSuite v2", () => {
  const states = (byId: readonly object[] | number, listed: readonly object[]) => {
    const respond: Respond = ({ body }) => ("ClientId" in body ? byId : listed);
    const { archive, restore } = adapterAnswering("v2", respond).adapter.customers;
    const ask = async (verb: typeof archive) => {
      const step = stepOf(present(verb)("c1"));
      const was = { was: { status: verb === archive ? "ACTIVE" : "ARCHIVED" }, version: null, whole: null };
      const { ours, candidates } = await find(step, "c1", { ...intent, note: JSON.stringify(was) });
      expect(candidates).toEqual([]);
      return ours.length;
    };
    return Promise.all([ask(archive), ask(restore)]);
  };
  const client = { Id: "c1", Name: "Zoë" };
  const other = { Id: "c2", Name: "Other" };

  test.each([
    ["a state decides", [{ ...client, EntityStatus: "Archived" }], [client, other], true],
    ["a state decides", [{ ...client, EntityStatus: "Active" }], [other], false],
    ["without a state the list decides", [client], [client, other], false],
    ["without a state the list decides", [client], [other], true],
    ["with an unknown state the list decides", [{ ...client, EntityStatus: "Frozen" }], [client, other], false],
    ["shown nowhere", [], [other], true],
  ])("is archived or not: %s", async (_name, byId, listed, isArchived) => {
    expect(await states(byId, listed)).toEqual(isArchived ? [1, 0] : [0, 1]);
  });

  test("is archived if the backend does not know it any more", async () => {
    expect(await states(404, [other])).toEqual([1, 0]);
  });

  test("is new if it did not exist before, whatever its change dates are", async () => {
    let listed: readonly object[] = [other];
    const { create } = adapterAnswering("v2", () => listed).adapter.customers;
    const step = stepOf(present(create)({ name: "Zoë" }));
    const before = await noted(step, null);
    expect(await find(step, null, before)).toEqual(nothing);
    // Another client was changed since: by its name, it may be the new one.
    listed = [{ ...other, Name: "Zoë", DateLastModified: "2099-01-01 00:00:00" }];
    expect(await find(step, null, before)).toEqual(nothing);
    listed = [other, client];
    expect(await find(step, null, before)).toEqual(oursIs("c1"));
    listed = [other, { ...client, Name: "Zoe" }];
    expect(await find(step, null, before)).toEqual({ ours: [], candidates: [{ id: "c1", claim: "c1", differs: ["name"] }] });
  });

  test("is among those changed since if there are too many to note", async () => {
    const many = Array.from({ length: 11_001 }, (_, index) => ({ Id: `c${index}`, DateLastModified: "2020-01-01 00:00:00" }));
    let listed: readonly object[] = many;
    const { create } = adapterAnswering("v2", () => listed).adapter.customers;
    const step = stepOf(present(create)({ name: "Zoë" }));
    const before = await noted(step, null);
    expect(present(before.note ?? undefined).length).toBeLessThan(64 * 1024);
    expect(await find(step, null, before)).toEqual(nothing);
    listed = [...many, { Id: "new", Name: "Zoë", DateLastModified: "2099-01-01 00:00:00" }, { Id: "newer", Name: "Zoe" }];
    expect((await find(step, null, before)).candidates).toMatchObject([
      { id: "new", differs: [] },
      { id: "newer", differs: ["name"] },
    ]);
  });

  test("that is one of as many as can be noted fits into the note", async () => {
    const many = Array.from({ length: 11_000 }, (_, index) => ({ Id: `5f0c${index.toString(16).padStart(20, "0")}` }));
    let listed: readonly object[] = many;
    const { create } = adapterAnswering("v2", () => listed).adapter.customers;
    const step = stepOf(present(create)({ name: "Zoë" }));
    const before = await noted(step, null);
    expect(present(before.note ?? undefined).length).toBeLessThan(64 * 1024);
    listed = [...many, client];
    expect(await find(step, null, before)).toEqual(oursIs("c1"));
  });
});

describe("a charge of HostedSuite v3", () => {
  const row = (id: string, more: object = {}) => ({
    id,
    clientId: "c1",
    serviceId: "s1",
    dateOfCharge: "2024-01-31T00:00:00.0000000",
    quantity: 1,
    cost: 5,
    dateCreated: "2024-01-31T12:00:00.0000000",
    ...more,
  });
  const search = (respond: Respond) => {
    const { adapter, sent } = adapterAnswering("v3", respond);
    const finding = () => find(stepOf(present(adapter.charges.create)(charge)), null, intent);
    return { finding, sent };
  };
  const pageOf = ({ query }: SentCall) => Number(query["page"]);
  const strangers = (count: number) =>
    Array.from({ length: count }, (_, index) => row(`y${index}`, { dateCreated: "2024-01-31T11:00:00" }));
  const found = oursIs("x1");

  test("is searched among everything created since, archived ones too", async () => {
    const { finding, sent } = search(() => ({ items: [] }));
    expect(await finding()).toEqual(nothing);
    expect(sent).toMatchObject([
      { function: "GET /charges", effect: "read", query: { clientId: "c1", archived: "true", page: "0" } },
    ]);
    expect(sent[0]?.query["dateCreated"]).toMatch(/^\{start:2024-01-30,end:\d{4}-\d\d-\d\d\}$/);
  });

  test("is found in an unfiltered list", async () => {
    const items = [row("y1", { clientId: "c2" }), row("y2", { dateCreated: "2023-01-31T12:00:00" }), row("x1")];
    expect(await search(() => ({ items, totalCount: 3 })).finding()).toEqual(found);
  });

  test("is found on the last page, however many rows pages have and with or without a count", async () => {
    const items = [...strangers(60), row("x1")];
    for (const held of [1, 7, 25, 61]) {
      for (const totalCount of [items.length, undefined]) {
        const { finding } = search((call) => {
          const size = Math.min(held, Number(call.query["countPerPage"]));
          return { items: items.slice(pageOf(call) * size, (pageOf(call) + 1) * size), totalCount };
        });
        expect(await finding()).toEqual(found);
      }
    }
  });

  test.each<[string, Respond]>([
    ["repeat themselves", () => ({ items: strangers(25), totalCount: 50 })],
    ["end too early", (call) => ({ items: pageOf(call) === 0 ? strangers(25) : [], totalCount: 50 })],
    ["never end", (call) => ({ items: [row(`y${pageOf(call)}`, { cost: 6 })], totalCount: 1_000_000 })],
  ])("is not concluded to be absent from pages that %s", async (_name, respond) => {
    expect(await failure(search(respond).finding)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  test("without a creation time is a candidate", async () => {
    const { finding } = search(() => ({ items: [row("x1", { dateCreated: undefined })], totalCount: 1 }));
    expect(await finding()).toEqual({ ours: [], candidates: [{ id: "x1", claim: "x1", differs: [] }] });
  });

  test("without a cost is not concluded to be free, unless it is new", async () => {
    const stored = row("x1", { cost: undefined, dateLastModified: "2024-01-31T12:00:00" });
    const { adapter } = adapterAnswering("v3", () => ({ items: [stored], totalCount: 1 }));
    const step = stepOf(present(adapter.charges.update)("x1", { amount: "0" }));
    const before = await noted(step, "x1");
    expect(await find(step, "x1", before)).toEqual(nothing);
    const priced = { ...JSON.parse(present(before.note ?? undefined)), was: { amount: "5" } };
    expect(await find(step, "x1", { ...before, note: JSON.stringify(priced) })).toMatchObject({
      ours: [],
      candidates: [{ id: "x1", differs: ["amount"] }],
    });
    const free = stepOf(present(adapter.charges.create)({ ...charge, amount: "0" }));
    expect(await find(free, null, intent)).toEqual(oursIs("x1"));
    const costly = stepOf(present(adapter.charges.create)(charge));
    expect(await find(costly, null, intent)).toMatchObject({ ours: [], candidates: [{ id: "x1", differs: ["amount"] }] });
  });

  test("is not concluded to be changed or voided from other records", async () => {
    const { update, void: voidCharge } = adapterAnswering("v3", () => ({ items: [row("y1")], totalCount: 1 })).adapter.charges;
    for (const plan of [present(update)("x1", { amount: "5" }), present(voidCharge)("x1")]) {
      const changed = JSON.stringify({ was: {}, version: null, whole: null });
      const look = () => find(stepOf(plan), "x1", { ...intent, note: changed });
      expect(await failure(look)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
      expect(await failure(() => noted(stepOf(plan), "x1"))).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    }
  });
});
