import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { subscribe } from "../e2e/operations/subscription.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { apiKeys, mintKey } from "../server/telemetry/served.ts";
import { callsOf, countsSince, functionsSince, type Serving, serveOn } from "./serving.ts";

/**
 * cacheSeconds: which reads are answered from the cache, and which never are. Entries live long here; a unit test covers their
 * expiry.
 */

const backend = { cacheSeconds: 3600 };
const none = { pbx: 0, suite: 0, offices: 0, recurring: 0 };

let sandbox: Sandbox;
let gateway: Serving;
/** Another system on the same backends: the gateway does not notice its changes. */
let elsewhere: Serving;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  elsewhere = await serveOn(sandbox);
});
afterAll(async () => {
  await elsewhere?.close();
  await sandbox?.close();
});
beforeEach(async () => {
  gateway = await serveOn(sandbox, { backend });
  countsSince(sandbox);
});
afterEach(async () => {
  await gateway?.close();
  for (const each of Object.values(sandbox.backends)) each.setFaults([]);
});

const page = (fields: string) =>
  `query ($backend: String!, $first: Int = 20) {
    customers(backends: [$backend], first: $first) { nodes { id ${fields} } unavailable { code } }
  }`;
const rename = `mutation ($id: ID!, $name: String!) {
  updateCustomer(input: { id: $id, name: $name }) { errors { code } customer { name } operation { id status } }
}`;
const named = `query ($id: ID!) { customer(id: $id) { name } }`;

async function customerOf(key: string, index = 0): Promise<string> {
  const { customers } = await elsewhere.data(page(""), { backend: key });
  return customers.nodes[index].id;
}

describe.each(["pbx", "suite", "offices", "recurring"])("data read from %s", (key) => {
  it("is returned again without a call, whichever field reads it", async () => {
    const fields = "name email phone status address { city } plan { name }";
    const first = await gateway.ask(page(fields), { backend: key });
    expect(callsOf(first).length).toBeGreaterThan(0);
    countsSince(sandbox);
    const again = await gateway.ask(page(fields), { backend: key });
    expect([again.data, callsOf(again), countsSince(sandbox)]).toEqual([first.data, [], none]);
    const [{ id, name }] = first.data.customers.nodes;
    expect(await gateway.data(named, { id })).toEqual({ customer: { name } });
    const ids = first.data.customers.nodes.map((customer: { id: string }) => customer.id);
    await gateway.data(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { name } } }`, { ids });
    expect(countsSince(sandbox)).toEqual(none);
  });

  it("is invalidated by a write of this gateway to it, while other backends stay cached", async () => {
    const id = await customerOf(key);
    const other = key === "pbx" ? "suite" : "pbx";
    await gateway.data(page("name"), { backend: key });
    await gateway.data(page("name"), { backend: other });
    await gateway.data(rename, { id, name: `Renamed in ${key}` });
    expect(await gateway.data(named, { id })).toEqual({ customer: { name: `Renamed in ${key}` } });
    countsSince(sandbox);
    const { customers } = await gateway.data(page("name"), { backend: key, first: 100 });
    expect(customers.nodes.map((customer: { name: string }) => customer.name)).toContain(`Renamed in ${key}`);
    await gateway.data(page("name"), { backend: other });
    expect(countsSince(sandbox)).toMatchObject({ [other]: 0 });
  });
});

describe("catalogues", () => {
  it("of plans, services and taxes are cached as well", async () => {
    const document = `{
      pbx: backend(key: "pbx") { plans { nodes { name } } }
      offices: backend(key: "offices") { services { nodes { name tax { rate } } } }
      taxes(first: 100) { nodes { name rate raw } }
    }`;
    const first = await gateway.data(document);
    countsSince(sandbox);
    expect(await gateway.data(document)).toEqual(first);
    expect(countsSince(sandbox)).toEqual(none);
  });
});

describe("balances", () => {
  it("are read anew, with one call for all customers of an answer", async () => {
    const fields = "name amountDue { amount currency }";
    const id = await customerOf("pbx");
    const owed = (answer: { customers: { nodes: { id: string; amountDue: unknown }[] } }) =>
      answer.customers.nodes.find((customer) => customer.id === id)?.amountDue;
    const before = owed(await gateway.data(page(fields), { backend: "pbx" }));
    const charge = { customerId: id, amount: "1000000.00", name: "Elsewhere", executeNow: true };
    const create = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { message } } }`;
    expect((await elsewhere.data(create, { input: { charge } })).createCharge.errors).toEqual([]);
    functionsSince(sandbox, "pbx");
    expect(owed(await gateway.data(page(fields), { backend: "pbx" }))).not.toEqual(before);
    // One list for all of them. It ends below what was asked, so a second call makes sure that the page was not cut.
    expect(new Set(functionsSince(sandbox, "pbx"))).toEqual(new Set(["customers/list"]));
    const alone = `query ($id: ID!) { customer(id: $id) { name amountDue { amount currency } raw } }`;
    const now = (await elsewhere.data(alone, { id })).customer;
    functionsSince(sandbox, "pbx");
    expect((await gateway.data(alone, { id })).customer).toEqual(now);
    expect(functionsSince(sandbox, "pbx")).toEqual(["customers/get"]);
  });

  it("need no call if the backend keeps none", async () => {
    const fields = "name amountDue { amount }";
    await gateway.data(page(fields), { backend: "suite" });
    countsSince(sandbox);
    await gateway.data(page(fields), { backend: "suite" });
    expect(countsSince(sandbox)).toEqual(none);
  });

  it("fail alone if they cannot be read: the rest comes from the cache", async () => {
    const id = await customerOf("recurring");
    const document = `query ($id: ID!) { customer(id: $id) { name amountDue { amount } } }`;
    await gateway.data(document, { id });
    sandbox.backends.recurring.setFaults([{ kind: "html502" }]);
    const answer = await gateway.ask(document, { id });
    expect(answer.data.customer).toMatchObject({ amountDue: null, name: expect.any(String) });
    expect(answer.errors).toMatchObject([{ path: ["customer", "amountDue"] }]);
  });
});

describe("failures", () => {
  it("are not cached", async () => {
    sandbox.backends.offices.setFaults([{ kind: "html502" }]);
    expect((await gateway.data(page("name"), { backend: "offices" })).customers.nodes).toEqual([]);
    sandbox.backends.offices.setFaults([]);
    expect((await gateway.data(page("name"), { backend: "offices" })).customers.nodes).toHaveLength(20);
  });
});

describe("charges", () => {
  it("are always read, but what they refer to is cached", async () => {
    const document = `query ($id: ID!) { charges(customerIds: [$id]) { nodes { name customer { name status } } } }`;
    const id = await customerOf("pbx");
    await gateway.data(document, { id });
    functionsSince(sandbox, "pbx");
    await gateway.data(document, { id });
    expect(functionsSince(sandbox, "pbx")).toEqual(["charges/list"]);
  });
});

describe("callers that are different users of a backend", () => {
  const [root, reseller] = [mintKey("root", ["read", "write"]), mintKey("reseller", ["read"])];
  const { auth } = apiKeys(root, reseller) as { readonly auth: object };
  const options = {
    backend,
    sections: { auth: { ...auth, users: { reseller: { pbx: "reselling" } } } },
    backends: { pbx: { users: { reselling: { username: "reseller", password: "sandbox-reseller" } } } },
  };

  it("never get another's cached data, and see each other's writes", async () => {
    await using own = await serveOn(sandbox, options);
    const ask = ({ bearer }: typeof root) => own.data(page("name"), { backend: "pbx" }, bearer);
    const [all, some] = [await ask(root), await ask(reseller)];
    expect(some.customers.nodes.length).toBeLessThan(all.customers.nodes.length);
    expect([await ask(reseller), await ask(root)]).toEqual([some, all]);
    const [{ id }] = some.customers.nodes;
    await own.data(rename, { id, name: "Seen by both" }, root.bearer);
    expect(await own.data(named, { id }, reseller.bearer)).toEqual({ customer: { name: "Seen by both" } });
  });
});

describe("another process's write", () => {
  it("is seen as soon as the shared store reports it, unreported writes are not", async () => {
    const store = `sqlite:${sqliteFile()}`;
    await using here = await serveOn(sandbox, { backend, store });
    await using replica = await serveOn(sandbox, { backend, store });
    const [first, second] = [await customerOf("suite", 3), await customerOf("offices", 3)];
    const nameOf = async (id: string) => (await here.data(named, { id })).customer.name;
    const [before, kept] = [await nameOf(first), await nameOf(second)];
    await elsewhere.data(rename, { id: first, name: "Changed elsewhere" });
    expect(await nameOf(first)).toBe(before);
    await replica.data(rename, { id: first, name: "Changed by a replica" });
    await expect.poll(() => nameOf(first)).toBe("Changed by a replica");
    await elsewhere.data(rename, { id: second, name: "Changed elsewhere" });
    // Another backend's: nothing of it was invalidated.
    expect(await nameOf(second)).toBe(kept);
  });

  it("is visible in the event that reports it", async () => {
    const store = `sqlite:${sqliteFile()}`;
    await using here = await serveOn(sandbox, { backend, store });
    await using replica = await serveOn(sandbox, { backend, store });
    const id = await customerOf("pbx", 3);
    await here.data(named, { id });
    interface Event {
      readonly operationUpdated: { readonly status: string; readonly steps: unknown };
    }
    const document = `subscription { operationUpdated { status steps { node { ... on Customer { name } } } } }`;
    await using subscription = await subscribe<Event>(here.origin, document);
    await replica.data(rename, { id, name: "In the event" });
    const last = () => subscription.events.at(-1)?.operationUpdated;
    await expect.poll(last).toEqual({ status: "SUCCEEDED", steps: [{ node: { name: "In the event" } }] });
    const told = subscription.events.filter(({ operationUpdated }) => operationUpdated.status === "SUCCEEDED");
    expect(new Set(told.map((event) => JSON.stringify(event))).size).toBe(1);
  });
});

describe("an unknown outcome that is settled", () => {
  it("counts as a write: it invalidates earlier reads", async () => {
    const id = await customerOf("offices", 5);
    sandbox.backends.offices.setFaults([{ kind: "dropAfter", function: "PATCH", times: 1 }]);
    const { updateCustomer } = await gateway.data(rename, { id, name: "Lost answer" });
    expect(updateCustomer.operation.status).toBe("UNKNOWN");
    const before = await gateway.data(named, { id });
    await elsewhere.data(`mutation ($id: ID!) { updateCustomer(input: { id: $id, phone: "555-0100" }) { errors { code } } }`, {
      id,
    });
    const phone = `query ($id: ID!) { customer(id: $id) { phone } }`;
    expect((await gateway.data(phone, { id })).customer.phone).not.toBe("555-0100");
    const settle = `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status } } }`;
    const { reconcileOperation } = await gateway.data(settle, { id: updateCustomer.operation.id });
    expect(reconcileOperation.operation.status).toBe("SUCCEEDED");
    expect(await gateway.data(named, { id })).toEqual(before);
    expect((await gateway.data(phone, { id })).customer.phone).toBe("555-0100");
  });
});
