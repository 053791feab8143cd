import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** What callers that may not see every backend learn of accounts. */

let sandbox: Sandbox;
let gateway: CallingGateway;
let customers: readonly string[];
let account: string;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
  gateway = await startCallingGateway(sandbox, {
    callers: [
      callerOf("everything", ["read", "write"]),
      callerOf("two", ["read", "write"], ["suite", "offices"]),
      callerOf("one", ["read", "write"], ["offices"]),
    ],
  });
  const found = await gateway.data(
    "everything",
    `{ a: customers(first: 1, backends: ["pbx"]) { nodes { id } } b: customers(first: 1, backends: ["suite"]) { nodes { id } }
       c: customers(first: 1, backends: ["offices"]) { nodes { id } } }`,
  );
  customers = [found.a, found.b, found.c].map(({ nodes }) => nodes[0].id);
  const { linkCustomers } = await gateway.data("everything", link, { input: { customerIds: customers } });
  account = linkCustomers.account.id;
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

const link = `mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id customers { id } } errors { code } } }`;
const look = `query ($account: ID!, $customer: ID!) {
  account(id: $account) { name customers { id } }
  node(id: $account) { id }
  accounts { nodes { id } }
  customer(id: $customer) { account { id } }
}`;

describe("an account", () => {
  it("has only the customers that a caller may see, and is not called like another one", async () => {
    const variables = { account, customer: customers[2] };
    const all = await gateway.data("everything", look, variables);
    expect(all.account.customers.map(({ id }: { id: string }) => id).sort()).toEqual([...customers].sort());
    const seen = await gateway.data("two", look, variables);
    expect(seen.account.customers.map(({ id }: { id: string }) => id).sort()).toEqual(customers.slice(1).toSorted());
    expect([seen.node, seen.accounts.nodes[0], seen.customer.account]).toEqual(Array(3).fill({ id: account }));
    const { customers: named } = await gateway.data("two", `{ customers { nodes { name } } }`);
    expect(named.nodes.map(({ name }: { name: string }) => name)).toContain(seen.account.name);
  });

  it("of which a caller may see only one customer does not exist for it", async () => {
    const seen = await gateway.data("one", look, { account, customer: customers[2] });
    expect(seen).toEqual({ account: null, node: null, accounts: { nodes: [] }, customer: { account: null } });
  });

  it("is not changed by a caller through customers that it may not see", async () => {
    for (const mutation of ["linkCustomers", "unlinkCustomers"]) {
      const type = mutation === "linkCustomers" ? "LinkCustomersInput" : "UnlinkCustomersInput";
      const { errors } = await gateway.send(
        "two",
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { account { id } } }`,
        {
          input: { customerIds: customers.slice(0, 2) },
        },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "customerIds", "0"] });
    }
  });
});
