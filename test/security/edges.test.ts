import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "../gateway/calling.ts";

/** A list shows its objects twice, as nodes and in edges: both have the same access rules. */

const callers = [
  callerOf("root", ["read", "write", "raw", "admin"]),
  callerOf("pbx-desk", ["read", "write"], ["pbx"]),
  callerOf("scraper", ["metrics"]),
];

let sandbox: Sandbox;
let gateway: CallingGateway;
let customers: readonly string[];
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 10 });
  gateway = await startCallingGateway(sandbox, { callers });
  const found = await gateway.data("root", "{ customers(first: 40) { nodes { id backend { key } } } }");
  customers = found.customers.nodes.map(({ id }: { id: string }) => id);
  for (const caller of ["root", "pbx-desk"]) {
    const archive = "mutation ($id: ID!) { archiveCustomer(input: { id: $id, validateOnly: true }) { operation { id } } }";
    await gateway.data(caller, archive, { id: customers[0] });
  }
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

const lists = (fields: string): string => `query ($customers: [ID!]!) {
  customers(first: 40) { nodes { ${fields} } edges { node { ${fields} } } }
  taxes(first: 40) { nodes { ${fields} } edges { node { ${fields} } } }
  charges(first: 10, customerIds: $customers) { nodes { ${fields} } edges { node { ${fields} } } }
}`;
const operations = "{ operations(first: 10) { nodes { id actor } edges { node { id actor } } } }";

interface Connection {
  readonly nodes: readonly unknown[];
  readonly edges: readonly { readonly node: unknown }[];
}

describe("nodes and edges", () => {
  it("show each caller the same objects, of its own backends only", async () => {
    const counts: Record<string, readonly number[]> = {};
    for (const caller of ["root", "pbx-desk"]) {
      const own = caller === "root" ? customers : customers.slice(0, 1);
      const data: Record<string, Connection> = await gateway.data(caller, lists("id backend { key }"), { customers: own });
      for (const { nodes, edges } of Object.values(data)) expect(edges.map(({ node }) => node)).toEqual(nodes);
      if (caller !== "root") expect(JSON.stringify(data)).not.toMatch(/"key":"(suite|offices|recurring)"/);
      counts[caller] = Object.values(data).map(({ nodes }) => nodes.length);
    }
    expect(counts["pbx-desk"]?.[0]).toBeGreaterThan(0);
    expect(counts["root"]?.[0]).toBeGreaterThan(counts["pbx-desk"]?.[0] ?? 0);
  });

  it("show each caller the same operations, its own only", async () => {
    const { operations: own } = await gateway.data("pbx-desk", operations);
    expect(own.nodes).toEqual([{ id: expect.any(String), actor: "pbx-desk" }]);
    expect(own.edges).toEqual([{ node: own.nodes[0] }]);
    const { operations: everybodys } = await gateway.data("root", operations);
    expect(everybodys.nodes).toHaveLength(2);
  });

  it("hide on both ways what a scope does not allow", async () => {
    const { data, errors } = await gateway.send("pbx-desk", lists("id raw"), { customers: customers.slice(0, 1) });
    expect(JSON.stringify(data).match(/"raw":(?!null)/)).toBeNull();
    const ways = new Set(errors?.map(({ path }) => path?.slice(0, 2).join(".")));
    for (const list of ["customers", "taxes"])
      expect([...ways]).toEqual(expect.arrayContaining([`${list}.nodes`, `${list}.edges`]));
    expect(new Set(errors?.map(({ extensions }) => extensions["code"]))).toEqual(new Set(["FORBIDDEN"]));
    const refused = await gateway.send("scraper", operations);
    expect(refused).toMatchObject({ data: null, errors: [{ extensions: { code: "FORBIDDEN" } }] });
  });
});
