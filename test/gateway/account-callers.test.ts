import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** What callers see of accounts if they may not see every backend. */

let sandbox: Sandbox;
let gateway: CallingGateway;
let customers: readonly string[];
let account: string;
let free: readonly string[];
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
  const others = await gateway.data(
    "everything",
    `{ b: customers(first: 3, backends: ["suite"]) { nodes { id } } c: customers(first: 3, backends: ["offices"]) { nodes { id } } }`,
  );
  free = [others.b.nodes[1].id, others.c.nodes[1].id, others.b.nodes[2].id];
  customers = [found.a, found.b, found.c].map(({ nodes }) => nodes[0].id);
  const { linkCustomers } = await gateway.data("everything", link, { input: { customerIds: customers } });
  account = linkCustomers.account.id;
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

const link = `mutation ($input: LinkCustomersInput!) {
  linkCustomers(input: $input) { account { id customers { id } } errors { code message field } }
}`;
const unlink = `mutation ($input: UnlinkCustomersInput!) {
  unlinkCustomers(input: $input) { account { id } errors { code message field } }
}`;
const membersOf = `query ($id: ID!) { account(id: $id) { name customers { id } } }`;
const look = `query ($account: ID!, $customer: ID!) {
  account(id: $account) { name customers { id } }
  node(id: $account) { id }
  accounts { nodes { id } }
  customer(id: $customer) { account { id } }
}`;

describe("an account", () => {
  it("shows only the customers that a caller may see, and never the name of a hidden one", async () => {
    const variables = { account, customer: customers[2] };
    const all = await gateway.data("everything", look, variables);
    expect(all.account.customers.map(({ id }: { id: string }) => id).sort()).toEqual([...customers].sort());
    const seen = await gateway.data("two", look, variables);
    expect(seen.account.customers.map(({ id }: { id: string }) => id).sort()).toEqual(customers.slice(1).toSorted());
    expect([seen.node, seen.accounts.nodes[0], seen.customer.account]).toEqual(Array(3).fill({ id: account }));
    const { customers: named } = await gateway.data("two", `{ customers { nodes { name } } }`);
    expect(named.nodes.map(({ name }: { name: string }) => name)).toContain(seen.account.name);
  });

  it("does not exist for a caller who may see only one of its customers", async () => {
    const seen = await gateway.data("one", look, { account, customer: customers[2] });
    expect(seen).toEqual({ account: null, node: null, accounts: { nodes: [] }, customer: { account: null } });
  });

  it("cannot be changed by a caller through customers that it may not see", async () => {
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

  const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

  it("cannot be merged by a caller that may not see all of it, and nothing else of that call is linked", async () => {
    const before = await gateway.data("everything", membersOf, { id: account });
    const input = { customerIds: [free[0], customers[2], free[1]], name: "Taken Over" };
    const { linkCustomers } = await gateway.data("two", link, { input });
    expect(codes(linkCustomers)).toEqual(["CONFLICT", "FORBIDDEN", "CONFLICT"]);
    expect(JSON.stringify(linkCustomers)).not.toContain("pbx");
    expect(await gateway.data("everything", membersOf, { id: account })).toEqual(before);
    const { customer } = await gateway.data("everything", `query ($id: ID!) { customer(id: $id) { account { id } } }`, {
      id: free[0],
    });
    expect(customer).toEqual({ account: null });
  });

  it("cannot be left through a caller that may not see all of it, whether or not that caller sees the account", async () => {
    const before = await gateway.data("everything", membersOf, { id: account });
    for (const caller of ["two", "one"]) {
      const { unlinkCustomers } = await gateway.data(caller, unlink, { input: { customerIds: [customers[2]] } });
      expect(codes(unlinkCustomers)).toEqual(["FORBIDDEN"]);
      expect(JSON.stringify(unlinkCustomers)).not.toContain("pbx");
    }
    expect(await gateway.data("everything", membersOf, { id: account })).toEqual(before);
  });

  it("can be created, enlarged and left by a caller that may see all of it, though not every backend", async () => {
    const made = await gateway.data("two", link, { input: { customerIds: free.slice(0, 2) } });
    const { id } = made.linkCustomers.account;
    const larger = await gateway.data("two", link, { input: { customerIds: free.slice(1) } });
    expect(larger.linkCustomers.account).toMatchObject({ id, customers: { length: 3 } });
    const { unlinkCustomers } = await gateway.data("two", unlink, { input: { customerIds: [free[2]] } });
    expect(codes(unlinkCustomers)).toEqual([]);
    const { account: left } = await gateway.data("two", membersOf, { id });
    expect(left.customers.map((customer: { id: string }) => customer.id).sort()).toEqual(free.slice(0, 2).toSorted());
  });
});
