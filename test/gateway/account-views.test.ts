import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** What an account shows of all its customers, through GraphQL: the sandbox's Ada's Bakery, which three backends know. */

let gateway: TestGateway;
let account: string;
/** The global id of Ada's Bakery, by backend. */
let ids: Record<string, string>;

const keys = ["pbx", "suite", "recurring"] as const;
type Key = (typeof keys)[number];
const down: readonly Fault[] = [{ kind: "dropBefore" }];

function fail(key: Key, faults: readonly Fault[] = down): void {
  gateway.sandbox.backends[key].setFaults(faults);
}

beforeAll(async () => {
  gateway = await startTestGateway({ backend: { circuit: { failures: 1000 }, timeoutMs: 10_000 } });
  const found = await Promise.all(
    keys.map(async (key) => {
      const query = 'query ($key: String!) { customers(backends: [$key], filter: { search: "Ada\'s Bakery" }) { nodes { id } } }';
      return [key, (await gateway.data(query, { key })).customers.nodes[0].id];
    }),
  );
  ids = Object.fromEntries(found);
  const link = "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } } }";
  account = (await gateway.data(link, { input: { customerIds: keys.map((key) => ids[key]) } })).linkCustomers.account.id;
});
afterEach(() => {
  for (const key of keys) fail(key, []);
});
afterAll(() => gateway.close());

const ask = (fields: string, variables: Record<string, unknown> = {}, declared = "") =>
  gateway.send(`query ($id: ID!${declared}) { account(id: $id) { ${fields} } }`, { id: account, ...variables });

describe("what an account owes", () => {
  it("is the exact sum of what its customers owe, by currency, and needs no more calls than they do", async () => {
    gateway.callsSince();
    await ask("customers { amountDue { amount currency } }");
    const alone = gateway.callsSince();
    const { data, errors } = await ask(
      "amountDue { amount currency } balances { customer { id } amountDue { amount currency } failure { code } }",
    );
    const together = gateway.callsSince();
    expect(errors).toBeUndefined();
    const { amountDue, balances } = data.account;
    expect(balances.map(({ customer }: { customer: { id: string } }) => customer.id).toSorted()).toEqual(
      Object.values(ids).toSorted(),
    );
    const known = balances.flatMap((balance: { amountDue: { amount: string } | null }) => balance.amountDue ?? []);
    expect(known.length).toBeGreaterThan(0);
    const currencies = [...new Set(known.map(({ currency }: { currency: string }) => currency))].sort();
    expect(amountDue.map(({ currency }: { currency: string }) => currency)).toEqual(currencies);
    for (const key of keys) expect(together[key]?.length).toBe(alone[key]?.length);
  });

  it("is unknown while a backend does not answer, but the other backends' amounts are shown", async () => {
    fail("recurring");
    const { data, errors } = await ask("amountDue { amount } balances { amountDue { amount } failure { code backend { key } } }");
    expect(data.account.amountDue).toBeNull();
    expect(errors?.map(({ path, extensions }) => [path, extensions["code"]])).toEqual([
      [["account", "amountDue"], "UNAVAILABLE"],
    ]);
    const failures = data.account.balances.flatMap(({ failure }: { failure: object | null }) => failure ?? []);
    expect(failures).toEqual([{ code: "UNAVAILABLE", backend: { key: "recurring" } }]);
  });
});

describe("many accounts at once", () => {
  it("need no more calls with their amounts due than their customers alone", async () => {
    const names = ["Blue Harbor Dental", "Trattoria Nonna", "Desert Bloom", "Café São Jorge"];
    const link = "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } } }";
    for (const search of names) {
      const found = await gateway.data("query ($search: String!) { customers(filter: { search: $search }) { nodes { id } } }", {
        search,
      });
      const customerIds = found.customers.nodes.map(({ id }: { id: string }) => id);
      if (customerIds.length > 1) await gateway.data(link, { input: { customerIds } });
    }
    const counts = async (fields: string) => {
      gateway.callsSince();
      const { accounts } = await gateway.data(`{ accounts(first: 50) { nodes { ${fields} } } }`);
      expect(accounts.nodes.length).toBeGreaterThan(2);
      return Object.entries(gateway.callsSince()).map(([key, calls]) => [key, calls.length]);
    };
    const alone = await counts("customers { email status }");
    const balances = "amountDue { amount } balances { amountDue { amount } failure { code } }";
    expect(await counts(`customers { email status } ${balances}`)).toEqual(alone);
  });
});

describe("the charges of an account", () => {
  const page =
    "charges(first: 3, after: $after) { nodes { id date } pageInfo { hasNextPage endCursor } unavailable { backend { key } } }";
  const next = async (after: string | null) => (await ask(page, { after }, ", $after: String")).data.account.charges;

  it("are returned once each, whichever backend fails in between and recovers", async () => {
    const all: string[] = [];
    for (let after = null, more = true; more; ) {
      const charges = await next(after);
      all.push(...charges.nodes.map(({ id }: { id: string }) => id));
      after = charges.pageInfo.endCursor;
      more = charges.pageInfo.hasNextPage;
    }
    expect(all.length).toBeGreaterThan(6);
    const walked: string[] = [];
    const missing: string[][] = [];
    let after: string | null = null;
    for (let index = 0, more = true; more && index < 100; index += 1) {
      for (const key of keys) fail(key, index < 2 && key === "recurring" ? down : []);
      const charges = await next(after);
      walked.push(...charges.nodes.map(({ id }: { id: string }) => id));
      missing.push(charges.unavailable.map(({ backend }: { backend: { key: string } }) => backend.key));
      after = charges.pageInfo.endCursor ?? after;
      more = charges.pageInfo.hasNextPage || charges.unavailable.length > 0;
    }
    expect(missing.slice(0, 3)).toEqual([["recurring"], ["recurring"], []]);
    expect(walked.toSorted()).toEqual(all.toSorted());
  });

  it("refuse an invalid cursor", async () => {
    const { errors } = await ask(page, { after: "nonsense" }, ", $after: String");
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });
});

describe("the statement of an account", () => {
  const statement = `statement(from: $from, to: $to) {
    rows { backend { key } month currency charges amount { amount } total { amount } }
    totals { currency charges amount { amount } }
    csv
    unavailable { backend { key } code }
  }`;
  const year = new Date().getUTCFullYear();
  const range = { from: `${year - 2}-01-01`, to: `${year}-12-31` };
  const read = (days: { from: string; to: string }) => ask(statement, days, ", $from: Date!, $to: Date!");

  it("has every charge that counts in the range, once", async () => {
    const { data, errors } = await read(range);
    expect(errors).toBeUndefined();
    const filter = { ...range, status: ["DEFINED", "OPEN", "PARTLY_PAID", "SETTLED", "UNKNOWN"] };
    const { data: listed } = await ask(
      "charges(first: 200, filter: $filter) { nodes { id } }",
      { filter },
      ", $filter: ChargeFilter",
    );
    const { rows, totals, csv, unavailable } = data.account.statement;
    const count = (sums: readonly { charges: number }[]): number => sums.reduce((sum, { charges }) => sum + charges, 0);
    expect([count(rows), count(totals)]).toEqual([listed.account.charges.nodes.length, listed.account.charges.nodes.length]);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(rows.length + 1);
    expect(unavailable).toEqual([]);
  });

  it("makes as many calls to each backend as one page of charges", async () => {
    gateway.callsSince();
    await ask("charges(first: 200, filter: $filter) { nodes { id } }", { filter: range }, ", $filter: ChargeFilter");
    const page = gateway.callsSince();
    await read(range);
    const whole = gateway.callsSince();
    for (const key of keys) expect(whole[key]?.length).toBe(page[key]?.length);
  });

  it("counts repeating charges as often as they fall due, if requested even those that began earlier", async () => {
    const repeatedIn = async (from: string, to: string, occurrences: boolean) => {
      const fields = `statement(from: $from, to: $to, occurrences: ${occurrences}) { totals { currency charges repeated amount { amount } } }`;
      const { data } = await ask(fields, { from, to }, ", $from: Date!, $to: Date!");
      const [euros] = data.account.statement.totals.filter(({ currency }: { currency: string }) => currency === "EUR");
      const { charges, repeated, amount } = euros ?? { charges: 0, repeated: 0, amount: { amount: "0" } };
      return { charges, repeated, amount: Number(amount.amount) };
    };
    const spans = [
      ["2030-01-01", "2030-12-31", false],
      ["2030-01-01", "2030-12-31", true],
      ["2030-05-01", "2030-12-31", false],
      ["2030-05-01", "2030-12-31", true],
    ] as const;
    const read = () => Promise.all(spans.map(([from, to, occurrences]) => repeatedIn(from, to, occurrences)));
    const before = await read();
    const recurrence = { interval: "MONTHLY", endsOn: "2030-06-30" };
    const charge = { customerId: ids["pbx"], currency: "EUR", name: "Line", amount: "12.25", date: "2030-01-31", recurrence };
    const create = "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { errors { message } } }";
    expect((await gateway.data(create, { charge })).createCharge.errors).toEqual([]);
    const added = (await read()).map((sums, place) => ({
      charges: sums.charges - (before[place]?.charges ?? 0),
      repeated: sums.repeated - (before[place]?.repeated ?? 0),
      amount: sums.amount - (before[place]?.amount ?? 0),
    }));
    expect(added).toEqual([
      { charges: 1, repeated: 0, amount: 12.25 },
      { charges: 6, repeated: 5, amount: 73.5 },
      { charges: 0, repeated: 0, amount: 0 },
      { charges: 2, repeated: 2, amount: 24.5 },
    ]);
  });

  it("names a missing backend", async () => {
    fail("suite");
    const { rows, unavailable } = (await read(range)).data.account.statement;
    expect(unavailable).toEqual([{ backend: { key: "suite" }, code: "UNAVAILABLE" }]);
    expect(rows.filter(({ backend }: { backend: { key: string } }) => backend.key === "suite")).toEqual([]);
  });

  it.each([
    ["ends before it begins", { from: "2025-02-01", to: "2025-01-31" }],
    ["is longer than five years", { from: "2020-01-01", to: "2025-01-02" }],
  ])("refuses a range that %s", async (_name, days) => {
    const { errors } = await read(days);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["to"] });
  });
});

describe("a charge for an account", () => {
  const create = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) {
    charge { customer { id } } errors { code field } operation { id replayed }
  } }`;
  const fee = { kind: "FEE", amount: "12.50", name: "Late fee" };

  it("goes to the account's customer in the named backend, and is the same call when repeated", async () => {
    const input = { charge: { accountId: account, backend: "recurring", ...fee }, idempotencyKey: "account-charge-1" };
    const first = (await gateway.data(create, { input })).createCharge;
    expect(first).toMatchObject({ errors: [], charge: { customer: { id: ids["recurring"] } }, operation: { replayed: false } });
    const again = (await gateway.data(create, { input })).createCharge;
    expect(again.operation).toEqual({ id: first.operation.id, replayed: true });
    const contradictory = { ...input, charge: { ...input.charge, customerId: ids["pbx"] } };
    const { errors } = await gateway.send(create, { input: contradictory });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "charge", "accountId"] });
  });

  it("may be one of several, each in its own backend", async () => {
    const createAll = `mutation ($input: CreateChargesInput!) { createCharges(input: $input) {
      results { backend { key } status charge { customer { id } } }
    } }`;
    const charges = [
      { accountId: account, backend: "recurring", ...fee },
      { customerId: ids["recurring"], ...fee },
    ];
    const { results } = (await gateway.data(createAll, { input: { charges } })).createCharges;
    const result = { backend: { key: "recurring" }, status: "SUCCEEDED", charge: { customer: { id: ids["recurring"] } } };
    expect(results).toEqual([result, result]);
    const { errors } = await gateway.send(createAll, { input: { charges: [charges[1], { ...charges[0], backend: "nowhere" }] } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "charges", "1", "backend"] });
  });

  it.each([
    ["a backend where it has no customer", { accountId: true, backend: "offices" }, ["input", "charge", "backend"]],
    ["no backend", { accountId: true }, ["input", "charge", "accountId"]],
    ["a customer as well", { accountId: true, backend: "recurring", customerId: true }, ["input", "charge", "accountId"]],
  ])(
    "is refused with %s",
    async (_name, { accountId, customerId, ...rest }: { accountId: boolean; customerId?: boolean; backend?: string }, field) => {
      const charge = {
        ...fee,
        ...rest,
        ...(accountId && { accountId: account }),
        ...(customerId && { customerId: ids["recurring"] }),
      };
      const { errors } = await gateway.send(create, { input: { charge } });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field });
    },
  );
});

describe("the differences between an account's customers", () => {
  const drift = `drift {
    fields { field values { customer { backend { key } } text address { lines city } alignable } }
    unavailable { backend { key } }
  }`;
  const fields = async (): Promise<string[]> =>
    (await ask(drift)).data.account.drift.fields.map(({ field }: { field: string }) => field);
  const align = `mutation ($input: AlignCustomersInput!) { alignCustomers(input: $input) {
    results { backend { key } status customer { address { lines city } } errors { code field } }
    account { id }
    operation { status replayed steps { action } }
  } }`;
  const aligned = async (input: object) =>
    (await gateway.data(align, { input: { accountId: account, from: ids["pbx"], ...input } })).alignCustomers;

  it("are listed field by field, with every value, and without customers whose backend is missing", async () => {
    const whole = (await ask(drift)).data.account.drift;
    expect(whole.unavailable).toEqual([]);
    const address = whole.fields.find(({ field }: { field: string }) => field === "ADDRESS");
    expect(
      address.values.map(({ customer, address: { lines } }: never) => [customer["backend"]["key"], lines]).toSorted(),
    ).toEqual([
      ["pbx", ["12 Mill Lane"]],
      ["recurring", ["7 Wharf Road"]],
      ["suite", ["12 Mill Lane"]],
    ]);
    fail("recurring");
    const { data } = await ask(drift);
    expect(data.account.drift).toMatchObject({ unavailable: [{ backend: { key: "recurring" } }] });
    expect(data.account.drift.fields.map(({ field }: { field: string }) => field)).not.toContain("ADDRESS");
  });

  it("are aligned: first planned without a change, then written once to those that differ", async () => {
    const planned = await aligned({ fields: ["ADDRESS"], validateOnly: true });
    expect(planned).toMatchObject({ results: [{ backend: { key: "recurring" }, status: "VALIDATED", errors: [] }] });
    expect(await fields()).toContain("ADDRESS");
    const input = { fields: ["ADDRESS"], idempotencyKey: "align-1" };
    const done = await aligned(input);
    expect(done).toMatchObject({
      results: [{ status: "SUCCEEDED", errors: [], customer: { address: { lines: ["12 Mill Lane"], city: "London" } } }],
      account: { id: account },
      operation: { status: "SUCCEEDED", replayed: false },
    });
    expect(await fields()).not.toContain("ADDRESS");
    expect(await aligned(input)).toMatchObject({ results: [{ status: "SUCCEEDED" }], operation: { replayed: true } });
    const nothing = await aligned({ fields: ["ADDRESS"] });
    expect(nothing).toMatchObject({ results: [], operation: { status: "SUCCEEDED", steps: [] } });
  });

  it("are refused for a backend that cannot store a field, while the others are aligned", async () => {
    const update = "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { errors { code } } }";
    await gateway.data(update, { input: { id: ids["recurring"], phone: "+442079469999", email: "new@adas-bakery.example" } });
    const { results } = await aligned({ from: ids["recurring"], fields: ["PHONE"] });
    const byKey = new Map(results.map(({ backend, ...rest }: { backend: { key: string } }) => [backend.key, rest]));
    expect(byKey.get("suite")).toMatchObject({ status: "SUCCEEDED" });
    expect(byKey.get("pbx")).toMatchObject({
      status: "FAILED",
      errors: [{ code: "UNSUPPORTED", field: ["input", "fields", "phone"] }],
    });
    const email = await aligned({ from: ids["recurring"], fields: ["EMAIL"] });
    expect(email.results.map(({ status }: { status: string }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(await fields()).not.toContain("EMAIL");
  });

  it.each([
    ["no fields", { fields: [] }, "INVALID_INPUT", ["input", "fields"]],
    ["a tax liability", { fields: ["NAME", "TAX_LIABILITY"] }, "UNSUPPORTED", ["input", "fields", "1"]],
    [
      "a customer that is not in the account",
      { fields: ["NAME"], from: "Q3VzdG9tZXI6cGJ4OjE" },
      "INVALID_INPUT",
      ["input", "from"],
    ],
    ["what the customer has not", { fields: ["FIRST_NAME"] }, "INVALID_INPUT", ["input", "fields", "0"]],
    ["another kind of id", { fields: ["NAME"], accountId: "Q3VzdG9tZXI6cGJ4OjE" }, "INVALID_INPUT", ["input", "accountId"]],
  ])("are refused with %s, and nothing is recorded", async (_name, input, code, field) => {
    const { errors } = await gateway.send(align, { input: { accountId: account, from: ids["pbx"], ...input } });
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
  });
});
