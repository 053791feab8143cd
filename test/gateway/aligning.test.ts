import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Serving, serveOn } from "./serving.ts";

/** alignCustomers acts on what the backends hold now, or not at all. */

const keys = ["pbx", "suite", "recurring"] as const;
type Key = (typeof keys)[number];

let sandbox: Sandbox;
let gateway: Serving;
let account: string;
/** By backend: global id of its Ada's Bakery. */
let ids: Readonly<Record<Key, string>>;

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
});
afterAll(() => sandbox?.close());
beforeEach(async () => {
  gateway = await serveOn(sandbox, { backend: { cacheSeconds: 3600 } });
  const find = 'query ($key: String!) { customers(backends: [$key], filter: { search: "Ada\'s Bakery" }) { nodes { id } } }';
  const found = await Promise.all(keys.map(async (key) => [key, (await gateway.data(find, { key })).customers.nodes[0].id]));
  ids = Object.fromEntries(found) as Record<Key, string>;
  account = await linked(Object.values(ids));
});
afterEach(async () => {
  for (const key of keys) sandbox.backends[key].setFaults([]);
  await gateway?.close();
});

const align = `mutation ($input: AlignCustomersInput!) { alignCustomers(input: $input) {
  results { backend { key } status customer { email firstName lastName address { lines country } } errors { code field } }
  operation { status replayed }
} }`;
const alignFrom = (key: Key, input: object) => gateway.ask(align, { input: { accountId: account, from: ids[key], ...input } });

async function update(of: Serving, key: Key, change: object): Promise<void> {
  const document = "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { errors { code field } } }";
  const { updateCustomer } = await of.data(document, { input: { id: ids[key], ...change } });
  expect(updateCustomer.errors).toEqual([]);
}

/** The global id of the account. */
async function linked(customerIds: readonly string[]): Promise<string> {
  const link = "mutation ($customerIds: [ID!]!) { linkCustomers(input: { customerIds: $customerIds }) { account { id } } }";
  return (await gateway.data(link, { customerIds })).linkCustomers.account.id;
}

/** The global id of a new customer. */
async function create(key: Key, customer: object): Promise<string> {
  const document = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) {
    results { customer { id } errors { code field } }
  } }`;
  const input = { backends: [key], name: "Dockside Bakery", email: "dock@side.example", ...customer };
  const [result] = (await gateway.data(document, { input })).createCustomer.results;
  expect(result.errors).toEqual([]);
  return result.customer.id;
}

describe("while a customer cannot be read", () => {
  it.each([
    // No other backend stores contact persons, so nothing has to change. That is known only after all were read.
    ["FIRST_NAME", { firstName: "Augusta" }, []],
    ["EMAIL", { email: "augusta@adas-bakery.example" }, ["pbx", "suite"]],
  ])("nothing is aligned in %s or recorded, and the same call does it later", async (field, change, changed) => {
    await update(gateway, "recurring", change);
    sandbox.backends.suite.setFaults([{ kind: "dropBefore" }]);
    const input = { fields: [field], idempotencyKey: `align ${field}` };
    const { data, errors } = await alignFrom("recurring", input);
    expect(data).toBeNull();
    expect(errors?.map(({ extensions }) => extensions)).toMatchObject([{ code: "UNAVAILABLE", retryable: true }]);
    const { operations } = await gateway.data("{ operations { nodes { mutation } } }");
    expect(operations.nodes.map(({ mutation }: { mutation: string }) => mutation)).not.toContain("alignCustomers");
    sandbox.backends.suite.setFaults([]);
    const { results } = (await alignFrom("recurring", input)).data.alignCustomers;
    expect(results.map(({ backend }: { backend: { key: string } }) => backend.key).toSorted()).toEqual(changed);
    for (const result of results) expect(result).toMatchObject({ status: "SUCCEEDED", errors: [], customer: change });
  });
});

describe("another's change after the value was cached", () => {
  it("is what is written, and nothing is written if they agree now", async () => {
    await gateway.data("query ($id: ID!) { account(id: $id) { customers { email } } }", { id: account });
    await using elsewhere = await serveOn(sandbox);
    for (const key of ["recurring", "suite"] as const) await update(elsewhere, key, { email: "new@adas-bakery.example" });
    const { results } = (await alignFrom("recurring", { fields: ["EMAIL"] })).data.alignCustomers;
    expect(results).toMatchObject([
      { backend: { key: "pbx" }, status: "SUCCEEDED", customer: { email: "new@adas-bakery.example" } },
    ]);
  });
});

describe("an address without a country", () => {
  it("is given to a customer whose backend cannot clear the country, which it keeps", async () => {
    const address = { lines: ["99 Dock Street"], city: "London", postalCode: "E1 8JN" };
    const from = await create("suite", { address });
    const to = await create("recurring", {
      firstName: "Ada",
      lastName: "Byron",
      address: { ...address, lines: ["7 Wharf Road"], country: "GB" },
    });
    const input = { accountId: await linked([from, to]), from, fields: ["ADDRESS"] };
    const { results } = (await gateway.data(align, { input })).alignCustomers;
    expect(results).toMatchObject([
      { status: "SUCCEEDED", errors: [], customer: { address: { lines: address.lines, country: "GB" } } },
    ]);
  });
});

describe("a text in which a backend has lost letters", () => {
  it("is shown as it is, and never written to another customer", async () => {
    const from = await create("suite", { name: "Dockside Müßig" });
    const to = await create("recurring", { name: "Dockside Kept", firstName: "Ada", lastName: "Byron" });
    const input = { accountId: await linked([from, to]), from, fields: ["NAME"] };
    const found = "query ($id: ID!) { customer(id: $id) { backendId name } }";
    const { customer } = await gateway.data(found, { id: from });
    sandbox.backends.suite.setConditions({ charset: "iso-8859-1 undeclared" });
    const unread = await gateway.ask(align, { input });
    expect(unread.errors?.map(({ extensions }) => extensions)).toMatchObject([{ code: "BAD_RESPONSE" }]);
    sandbox.backends.suite.setConditions({});
    sandbox.backends.suite.editByHand("clients", customer.backendId, { name: "Dockside M\ufffdßig" });
    const { results } = (await gateway.data(align, { input })).alignCustomers;
    expect(results).toMatchObject([{ status: "FAILED", errors: [{ code: "INVALID_INPUT" }] }]);
    expect((await gateway.data(found, { id: to })).customer.name).toBe("Dockside Kept");
  });
});
