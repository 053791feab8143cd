import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeId } from "../../src/model/id.ts";
import { type BackendKey, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { countsSince, functionsSince, type Serving, serveOn } from "./serving.ts";

/** A query makes only the backend calls that its selection needs. */

let sandbox: Sandbox;
let gateway: Serving;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  gateway = await serveOn(sandbox);
});
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});
beforeEach(() => void countsSince(sandbox));

const backends: readonly BackendKey[] = ["pbx", "suite", "offices", "recurring"];
const listOf = { pbx: "customers/list", suite: "clients", offices: "GET /clients", recurring: "customers/~find" };
const chargesOf = { pbx: "charges/list", suite: "charges/all", offices: "GET /charges", recurring: "transactions/~find" };

async function functionsOf(key: BackendKey, document: string, variables: Record<string, unknown> = {}) {
  functionsSince(sandbox, key);
  await gateway.data(document, variables);
  return functionsSince(sandbox, key);
}

async function someCustomers(backend: BackendKey): Promise<string[]> {
  const document = `query ($backend: String!) { customers(backends: [$backend], first: 10) { nodes { id } } }`;
  const { customers } = await gateway.data(document, { backend });
  return customers.nodes.map(({ id }: { id: string }) => id);
}

describe.each(backends)("on %s", (backend) => {
  it("a page of customers costs its list alone: no contacts, charges, taxes, plans or parents", async () => {
    const document = `query ($backend: String!) {
      customers(backends: [$backend], first: 10) {
        nodes {
          id backendId backend { key label } reference name organizationName firstName lastName address { lines city } status
          currency amountDue { amount } createdAt updatedAt parent { id backendId } plan { id backendId } raw
        }
        pageInfo { hasNextPage endCursor }
      }
    }`;
    expect(await functionsOf(backend, document, { backend })).toEqual([listOf[backend]]);
  });

  it("charges cost no lookup of their customer and service if only the ids are selected", async () => {
    const ids = await someCustomers(backend);
    const document = `query ($ids: [ID!]!) {
      charges(customerIds: $ids, first: 20) {
        nodes {
          id name status amount { amount } recurrence { interval }
          customer { id backendId backend { key } } plan { id backendId } service { id backendId }
        }
      }
    }`;
    expect(new Set(await functionsOf(backend, document, { ids }))).toEqual(new Set([chargesOf[backend]]));
  });

  it("data that the gateway has itself costs no call", async () => {
    const document = `query ($backend: String!) {
      backend(key: $backend) { key label kind capabilities }
      operations { nodes { id status steps { backend { key } action } } }
      viewer { name scopes backends { key } }
    }`;
    expect(await functionsOf(backend, document, { backend })).toEqual([]);
  });

  it("skipped fields cost no call", async () => {
    const [id] = await someCustomers(backend);
    const document = `query ($id: ID!, $wanted: Boolean = false) {
      customer(id: $id) {
        id
        email @include(if: $wanted) taxes @include(if: $wanted) { name }
        ... on Customer @include(if: $wanted) { charges { nodes { name } } plan { name } parent { name } }
      }
    }`;
    expect(await functionsOf(backend, document, { id })).toHaveLength(1);
  });

  it("an object's id inside the backend is the same whether it was read or only referred to", async () => {
    const document = `query ($backend: String!) {
      customers(backends: [$backend], first: 40) { nodes { id backendId } }
      backend(key: $backend) { plans { nodes { id backendId } } services { nodes { id backendId } } }
    }`;
    const { customers, backend: found } = await gateway.data(document, { backend });
    const all = [customers, found.plans, found.services].flatMap(({ nodes }) => nodes);
    expect(all.length).toBeGreaterThan(0);
    for (const { id, backendId } of all) expect(decodeId(id)?.id).toBe(backendId);
  });
});

describe("names of referenced objects that a record contains", () => {
  it.each(["suite", "offices"] as const)("are taken from the record on %s", async (backend) => {
    const ids = await someCustomers(backend);
    const document = `query ($ids: [ID!]!) {
      charges(customerIds: $ids, first: 20) { nodes { customer { name } service { name } } }
    }`;
    expect(new Set(await functionsOf(backend, document, { ids }))).toEqual(new Set([chargesOf[backend]]));
  });

  it("are taken from the record for a service's tax", async () => {
    const document = `{ backend(key: "offices") { services { nodes { name tax { id name } } } } }`;
    expect(await functionsOf("offices", document)).toEqual(["GET /services"]);
  });
});

describe("the objects that a charge refers to", () => {
  const charges = (customer: string, { wanted = "", more = "" } = {}) => `
    query ($ids: [ID!]! ${wanted}) { charges(customerIds: $ids, first: 20) { nodes { name customer ${customer} } } }
    ${more}`;

  it("are read once for all charges and fields, however they are selected", async () => {
    const ids = await someCustomers("offices");
    const more = "fragment Terms on Customer { currency ... on Node { id } ... on Customer { status } }";
    const calls = await functionsOf("offices", charges("{ name reference ...Terms }", { more }), { ids });
    expect(calls.filter((name) => name === "GET /clients")).toHaveLength(1);
    expect(calls.filter((name) => name !== "GET /clients")).toHaveLength(ids.length);
  });

  it("are found in linear time, however often fragments spread each other", async () => {
    const ids = await someCustomers("offices");
    const depth = 28;
    const spreads = Array.from(
      { length: depth },
      (_, level) => `fragment F${level} on Customer { ...F${level + 1} ...F${level + 1} }`,
    );
    const more = [...spreads, `fragment F${depth} on Customer { currency }`].join("\n");
    const calls = await functionsOf("offices", charges("{ ...F0 }", { more }), { ids });
    expect(calls.filter((name) => name === "GET /clients")).toHaveLength(1);
  });

  it("are not read for skipped fields, nor for fields that need the id alone", async () => {
    const ids = await someCustomers("offices");
    const wanted = "$wanted: Boolean = false";
    const skipped = charges("{ name reference @include(if: $wanted) ... @include(if: $wanted) { currency } }", { wanted });
    expect(new Set(await functionsOf("offices", skipped, { ids }))).toEqual(new Set(["GET /charges"]));
    const byId = charges("{ id charges(first: 20) { nodes { id } } account { id } }");
    expect(new Set(await functionsOf("offices", byId, { ids }))).toEqual(new Set(["GET /charges"]));
    const asked = await functionsOf("offices", skipped, { ids, wanted: true });
    expect(asked.filter((name) => name === "GET /clients")).toHaveLength(1);
  });

  it("show the data in the charge while they cannot be read, and an error for the rest", async () => {
    const ids = await someCustomers("offices");
    sandbox.backends.offices.setFaults([{ kind: "html502", function: "GET /clients" }]);
    try {
      const { data, errors } = await gateway.ask(charges("{ id name reference }"), { ids });
      const [first] = data.charges.nodes;
      expect(first.customer).toEqual({ id: expect.any(String), name: expect.any(String), reference: null });
      expect(errors?.[0]).toMatchObject({
        path: ["charges", "nodes", 0, "customer", "reference"],
        extensions: { code: "UNAVAILABLE", backend: "offices" },
      });
    } finally {
      sandbox.backends.offices.setFaults([]);
    }
  });
});

describe("e-mail addresses and telephone numbers", () => {
  it("cost one call for a page if the backend keeps them apart, and only if they are selected", async () => {
    const document = (fields: string) => `{ customers(backends: ["suite"], first: 20) { nodes { name ${fields} } } }`;
    expect(await functionsOf("suite", document(""))).toEqual(["clients"]);
    expect(await functionsOf("suite", document("email phone"))).toEqual(["clients", "contacts"]);
  });
});

describe("taxes", () => {
  it.each([
    ["pbx", ["taxes/list", "taxes/list"]],
    ["offices", ["GET /taxes"]],
    ["recurring", ["taxes/~load"]],
  ] as const)("on %s cost their lists alone: neither liabilities nor owners", async (backend, functions) => {
    const document = `query ($backend: String!) {
      taxes(backends: [$backend], first: 50) { nodes { id backendId name rate appliesTo active owner { id backendId } raw } }
    }`;
    expect(await functionsOf(backend, document, { backend })).toEqual(functions);
  });

  it("of a customer cost one call, and their names no further one", async () => {
    const [id] = await someCustomers("pbx");
    const document = `query ($id: ID!) { customer(id: $id) { id taxes { name rate } } }`;
    expect(await functionsOf("pbx", document, { id })).toEqual(["customers/get", "taxes/list"]);
  });
});
