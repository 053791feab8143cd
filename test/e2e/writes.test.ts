import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "./ask.ts";
import type { GatewayProgram } from "./process.ts";
import { callsOf, runOnSmallSandbox } from "./sandbox.ts";

/** What a front end does on the sandbox: charges in every backend, a tax in several. */

let gateway: GatewayProgram;
beforeAll(async () => {
  gateway = await runOnSmallSandbox();
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

interface Payload {
  readonly createCharge: {
    readonly charge: { readonly id: string } | null;
    readonly errors: readonly object[];
    readonly operation: { readonly status: string };
  };
}

interface Lookup {
  readonly customers: { readonly nodes: readonly { readonly id: string }[] };
  readonly backend: { readonly services: { readonly nodes: readonly { readonly id: string }[] } };
}

interface Results {
  readonly createTax: {
    readonly results: readonly { readonly backend: { readonly key: string }; readonly tax: { readonly id: string } | null }[];
  };
}

const urlOf = (key: string): string => gateway.backends.find((backend) => backend.key === key)?.url ?? "";

it.each([
  { backend: "pbx", texts: { name: "Setup" }, needsService: false },
  { backend: "suite", texts: { notes: "Setup" }, needsService: true },
  { backend: "offices", texts: { notes: "Setup" }, needsService: true },
  { backend: "recurring", texts: { description: "Setup" }, needsService: false },
])("creates a charge in $backend, which can then be read by its id", async ({ backend, texts, needsService }) => {
  const { data: found } = await ask<Lookup>(
    gateway.origin,
    `query ($backend: String!) {
      customers(first: 1, backends: [$backend]) { nodes { id } }
      backend(key: $backend) { services(first: 1) { nodes { id } } }
    }`,
    { variables: { backend } },
  );
  const [customer] = found.customers.nodes;
  const [service] = found.backend.services.nodes;
  const { data, errors } = await ask<Payload>(
    gateway.origin,
    `mutation ($charge: ChargeSpec!) {
      createCharge(input: { charge: $charge }) { charge { id } errors { code field message } operation { status } }
    }`,
    {
      variables: {
        charge: { ...texts, customerId: customer?.id, amount: "19.99", ...(needsService && { serviceId: service?.id }) },
      },
    },
  );
  expect(errors).toBeUndefined();
  expect(data.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });

  const id = data.createCharge.charge?.id;
  const { data: read } = await ask<{ readonly node: object }>(
    gateway.origin,
    `query ($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Charge { backend { key } customer { id } service { id } amount { amount } name description notes }
      }
    }`,
    { variables: { id } },
  );
  expect(read.node).toMatchObject({
    __typename: "Charge",
    id,
    backend: { key: backend },
    customer: { id: customer?.id },
    amount: { amount: "19.99" },
    service: needsService ? { id: service?.id } : null,
    ...texts,
  });
});

it("creates a tax in the backends with taxes, and refuses the other one by name", async () => {
  const suiteCalls = (await callsOf(urlOf("suite"))).length;
  const { data } = await ask<Results>(
    gateway.origin,
    `mutation {
      createTax(input: { backends: ["pbx", "offices", "suite"], name: "City tax", rate: "2.5" }) {
        results { backend { key } status tax { id name } errors { code message } }
        operation { status steps { backend { key } status } }
      }
    }`,
  );
  expect(data.createTax).toEqual({
    results: [
      { backend: { key: "pbx" }, status: "SUCCEEDED", tax: { id: expect.any(String), name: "City tax" }, errors: [] },
      { backend: { key: "offices" }, status: "SUCCEEDED", tax: { id: expect.any(String), name: "City tax" }, errors: [] },
      {
        backend: { key: "suite" },
        status: "FAILED",
        tax: null,
        errors: [{ code: "UNSUPPORTED", message: expect.stringContaining("Hosted offices") }],
      },
    ],
    operation: {
      status: "PARTIAL",
      steps: [
        { backend: { key: "pbx" }, status: "SUCCEEDED" },
        { backend: { key: "offices" }, status: "SUCCEEDED" },
        { backend: { key: "suite" }, status: "FAILED" },
      ],
    },
  });
  expect(await callsOf(urlOf("suite"))).toHaveLength(suiteCalls);

  const ids = data.createTax.results.flatMap(({ tax }) => (tax ? [tax.id] : []));
  const { data: read } = await ask<{ readonly nodes: readonly object[] }>(
    gateway.origin,
    "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Tax { name backend { key } } } }",
    { variables: { ids } },
  );
  expect(read.nodes).toEqual([
    { name: "City tax", backend: { key: "pbx" } },
    { name: "City tax", backend: { key: "offices" } },
  ]);
});
