import { describe, expect, test } from "vitest";
import type { ChargeInput } from "../../../src/billing/model.ts";
import { find, present, stepOf } from "./find-fixture.ts";
import { adapterAnswering, failure, type Respond, type SentCall } from "./fixture.ts";

/** Backends that answer otherwise than asked: what is not proved is not told. The zone is America/New_York. */

const intent = { stepId: "step-1", createdAt: "2024-01-31T17:00:00Z", mark: null };
const charge: ChargeInput = { customerId: "c1", serviceId: "s1", amount: "5", date: "2024-01-31" };

describe("a charge of HostedSuite v2", () => {
  const row = { Id: "x1", ClientId: "c1", ServiceId: "s1", DateOfCharge: "2024-01-31", Quantity: 1, Cost: 5, Memorized: false };
  const search = (rows: readonly object[]) => {
    const { adapter, sent } = adapterAnswering("v2", () => rows);
    const traces = () => find(stepOf(present(adapter.charges.create)(charge)), null, intent);
    return { traces, sent };
  };
  const found = [{ id: "c1:2024-01-31:x1", claim: "c1:2024-01-31:x1" }];

  test("is looked for among everything that was created since, a day wider", async () => {
    const { traces, sent } = search([]);
    expect(await traces()).toEqual([]);
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
    ["2024-01-31 12:00:00", true],
    ["2024-01-31 11:58:00", true],
    ["2024-01-31 11:57:59", false],
    ["1/31/2024 12:00 PM", true],
    ["1/31/2024 11:57:59 AM", false],
    ["2024-01-31T17:00:00Z", true],
    ["2024-01-31T16:57:59Z", false],
    ["/Date(1706720400000-0500)/", true],
    ["2024-01-31", true],
    ["2024-01-30", false],
    ["2024-02-01 00:00:00", true],
  ])("that says that it was created at %s is found: %s", async (DateCreated, isFound) => {
    const traces = await search([{ ...row, DateCreated }]).traces();
    expect(traces.map(({ claim }) => claim?.split(":").at(-1))).toEqual(isFound ? ["x1"] : []);
  });

  test("is found whatever form its members come in", async () => {
    const written = {
      ...row,
      DateCreated: "2024-01-31 12:00:00",
      DateOfCharge: "1/31/2024 12:00:00 AM",
      Quantity: "1.0",
      Cost: "5.00",
    };
    const { Memorized, ...brief } = written;
    expect(await search([brief]).traces()).toEqual(found);
    expect(await search([{ ...written, Memorized: "False", Notes: "", Extra: [1] }]).traces()).toEqual(found);
    expect(await search([written, written]).traces()).toEqual(found);
  });

  test("that does not tell when it was created is neither taken nor passed over", async () => {
    for (const DateCreated of [undefined, null, "", "soon", "0001-01-01 00:00:00"]) {
      expect(await failure(search([{ ...row, DateCreated }]).traces)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    }
    expect(await search([{ ...row, Cost: 6 }]).traces()).toEqual([]);
  });

  test("is not declared absent by a list that was selected by another date", async () => {
    const other = { ...row, Cost: 6, DateCreated: "2023-12-01 09:00:00" };
    expect(await failure(search([other]).traces)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  test("is not looked for among those of other clients", async () => {
    expect(await search([{ ...row, ClientId: "c2", DateCreated: "2024-01-31 12:00:00" }]).traces()).toEqual([]);
  });
});

describe("a customer of HostedSuite v2", () => {
  const states = (byId: readonly object[] | number, listed: readonly object[]) => {
    const respond: Respond = ({ body }) => ("ClientId" in body ? byId : listed);
    const { archive, restore } = adapterAnswering("v2", respond).adapter.customers;
    const ask = async (verb: typeof archive) => (await find(stepOf(present(verb)("c1")), "c1", intent)).length;
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

  test("is archived when the backend does not know it any more", async () => {
    expect(await states(404, [other])).toEqual([1, 0]);
  });

  test("that does not tell when it was changed is neither taken for new nor passed over", async () => {
    const { create } = adapterAnswering("v2", () => [client]).adapter.customers;
    const traces = () => find(stepOf(present(create)({ name: "Zoë" })), null, intent);
    expect(await failure(traces)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
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
    const traces = () => find(stepOf(present(adapter.charges.create)(charge)), null, intent);
    return { traces, sent };
  };
  const pageOf = ({ query }: SentCall) => Number(query["page"]);
  const strangers = (count: number) => Array.from({ length: count }, (_, index) => row(`y${index}`, { cost: 6 }));
  const found = [{ id: "x1", claim: "x1" }];

  test("is looked for among everything that was created since, archived ones too", async () => {
    const { traces, sent } = search(() => ({ items: [] }));
    expect(await traces()).toEqual([]);
    expect(sent).toMatchObject([
      { function: "GET /charges", effect: "read", query: { clientId: "c1", archived: "true", page: "0" } },
    ]);
    expect(sent[0]?.query["dateCreated"]).toMatch(/^\{start:2024-01-30,end:\d{4}-\d\d-\d\d\}$/);
  });

  test("is found in a list that was not filtered", async () => {
    const items = [row("y1", { clientId: "c2" }), row("y2", { dateCreated: "2023-01-31T12:00:00" }), row("x1")];
    expect(await search(() => ({ items, totalCount: 3 })).traces()).toEqual(found);
  });

  test("is found on the last of the pages, however many rows they hold and whether they are counted or not", async () => {
    const items = [...strangers(60), row("x1")];
    for (const held of [1, 7, 25, 61]) {
      for (const totalCount of [items.length, undefined]) {
        const { traces } = search((call) => {
          const size = Math.min(held, Number(call.query["countPerPage"]));
          return { items: items.slice(pageOf(call) * size, (pageOf(call) + 1) * size), totalCount };
        });
        expect(await traces()).toEqual(found);
      }
    }
  });

  test.each<[string, Respond]>([
    ["repeat themselves", () => ({ items: strangers(25), totalCount: 50 })],
    ["end too early", (call) => ({ items: pageOf(call) === 0 ? strangers(25) : [], totalCount: 50 })],
    ["never end", (call) => ({ items: [row(`y${pageOf(call)}`, { cost: 6 })], totalCount: 1_000_000 })],
  ])("is not declared absent by pages that %s", async (_name, respond) => {
    expect(await failure(search(respond).traces)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  test("that does not tell when it was created is neither taken nor passed over", async () => {
    const { traces } = search(() => ({ items: [row("x1", { dateCreated: undefined })], totalCount: 1 }));
    expect(await failure(traces)).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
  });

  test("is not declared changed or voided by the records of others", async () => {
    const { update, void: voidCharge } = adapterAnswering("v3", () => ({ items: [row("y1")], totalCount: 1 })).adapter.charges;
    for (const plan of [present(update)("x1", { amount: "5" }), present(voidCharge)("x1")]) {
      expect(await failure(() => find(stepOf(plan), "x1", intent))).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    }
  });
});
