import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** The number of calls that queries need, as the sandbox counts them: exact numbers, the product's promise about batching. */

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 130 },
    // The numbers in this file are far beyond the usual limits of a query.
    limits: { maxPageSize: 500, maxBackendCalls: 1_000, maxTokens: 20_000, maxAliases: 1_000, maxComplexity: 1_000_000 },
  });
});
afterAll(async () => gateway.close());

const counts = (): Record<string, number> =>
  Object.fromEntries(Object.entries(gateway.callsSince()).map(([key, calls]) => [key, calls.length]));
const functions = (key: string): string[] => gateway.callsSince()[key]?.map((call) => call.function) ?? [];

async function customerIds(backend: string, count: number): Promise<string[]> {
  const { customers } = await gateway.data(
    `query ($backend: String!, $count: Int!) { customers(backends: [$backend], first: $count) { nodes { id } } }`,
    {
      backend,
      count,
    },
  );
  return customers.nodes.map(({ id }: { id: string }) => id);
}

/** Ids of charges of different customers, one each. */
async function chargeIds(backend: string, count: number): Promise<string[]> {
  const ids = await customerIds(backend, 130);
  const aliases = ids.map((id, index) => `c${index}: customer(id: "${id}") { charges(first: 1) { nodes { id } } }`);
  const data = await gateway.data(`{ ${aliases.join(" ")} }`);
  const found = Object.values(data as Record<string, { charges: { nodes: { id: string }[] } }>).flatMap(({ charges }) =>
    charges.nodes.map(({ id }) => id),
  );
  expect(found.length).toBeGreaterThanOrEqual(count);
  return found.slice(0, count);
}

const nodes = (selection: string): string =>
  `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Charge { name customer { ${selection} } } } }`;

describe.each(["pbx", "suite", "offices", "recurring"])("100 charges of 100 customers on %s", (backend) => {
  let ids: string[];
  beforeAll(async () => {
    ids = await chargeIds(backend, 100);
  });
  beforeEach(() => void gateway.callsSince());

  it("need no customer lookup if only the customer's id is selected", async () => {
    await gateway.data(nodes("id"), { ids });
    expect(functions(backend).filter((name) => /customer|client/i.test(name) && !/transactions/.test(name))).toEqual([]);
  });

  it("cost the fewest possible customer lookups if the name is selected", async () => {
    const data = await gateway.data(nodes("name"), { ids });
    expect(
      data.nodes.every((node: { customer: { name: string } | null }) => node.customer === null || node.customer.name.length > 0),
    ).toBe(true);
    const lookups = functions(backend).filter((name) => /customers|clients/i.test(name) && !/transactions/.test(name));
    // HostedSuite answers names from its charges; Enswitch lists once or gets each; v01 can only get each.
    const most = { pbx: 10, suite: 0, offices: 0, recurring: 100 }[backend] as number;
    expect(lookups.length).toBeLessThanOrEqual(most);
  });

  it("need the fewest possible customer lookups if more than the name is selected", async () => {
    await gateway.data(nodes("name status"), { ids });
    const lookups = functions(backend).filter((name) => /customers|clients/i.test(name) && !/transactions/.test(name));
    const most = { pbx: 10, suite: 1, offices: 1, recurring: 100 }[backend] as number;
    expect(lookups.length).toBeLessThanOrEqual(most);
  });
});

describe.each(["pbx", "suite", "offices", "recurring"])("one customer of %s asked for 100 times in one request", (backend) => {
  it("needs one call", async () => {
    const [id] = await customerIds(backend, 1);
    gateway.callsSince();
    const aliases = Array.from({ length: 100 }, (_, index) => `c${index}: customer(id: "${id}") { name }`);
    await gateway.data(`{ ${aliases.join(" ")} }`);
    expect(counts()).toEqual({ pbx: 0, suite: 0, offices: 0, recurring: 0, [backend]: 1 });
  });
});

describe("50 customers, each with their charges", () => {
  it.each([
    ["pbx", 50],
    ["suite", 1],
    // One call each, and now and then a second one, when many charges fall on the last day of the page.
    ["offices", 55],
    // Now and then a second one, for a list as long as a maximum that somebody may have set.
    ["recurring", 55],
  ])("cost, on %s, one call for the page and at most %i for the charges", async (backend, most) => {
    gateway.callsSince();
    await gateway.data(
      `query ($backend: String!) { customers(backends: [$backend], first: 50) { nodes { name charges(first: 3) { nodes { name customer { name } } } } } }`,
      {
        backend,
      },
    );
    const made = counts()[backend] ?? 0;
    expect(made).toBeGreaterThan(1);
    expect(made).toBeLessThanOrEqual(most + 1);
  });
});

describe("a page of 20 customers", () => {
  it("needs one call to the first backend, which can fill it, and none to the others", async () => {
    gateway.callsSince();
    const { customers } = await gateway.data(`{ customers(first: 20) { nodes { name email backend { key } } } }`);
    expect(customers.nodes).toHaveLength(20);
    expect(counts()).toEqual({ pbx: 1, suite: 0, offices: 0, recurring: 0 });
  });

  it("needs one call to each other backend alone, and two to HostedSuite v2 with e-mails", async () => {
    for (const [backend, fields, calls] of [
      ["suite", "name", 1],
      ["suite", "name email phone", 2],
      ["offices", "name email phone", 1],
      ["recurring", "name email phone", 1],
    ] as const) {
      gateway.callsSince();
      await gateway.data(`query ($backend: String!) { customers(first: 20, backends: [$backend]) { nodes { ${fields} } } }`, {
        backend,
      });
      expect([backend, fields, counts()[backend]]).toEqual([backend, fields, calls]);
    }
  });
});
