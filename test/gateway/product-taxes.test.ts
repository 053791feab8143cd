import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Which products a tax is on: Enswitch's taxes/liable knows them (guide 4.4, taxes/liable/set), though they are no records of the API. */

let gateway: TestGateway;
let taxId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  taxId = (await gateway.data('{ taxes(backends: ["pbx"], first: 1) { nodes { id } } }')).taxes.nodes[0].id;
});
afterAll(() => gateway.close());

const read =
  "query ($id: ID!, $productId: ID, $customerId: ID) { node(id: $id) { ... on Tax { isLiable(productId: $productId, customerId: $customerId) } } }";
const write = `mutation ($input: SetTaxLiabilityInput!) {
  setTaxLiability(input: $input) { tax { id } errors { code field message } operation { status } }
}`;
const isLiable = async (productId: string) => (await gateway.data(read, { id: taxId, productId })).node.isLiable;
const set = async (input: object) => (await gateway.data(write, { input: { taxId, ...input } })).setTaxLiability;

it("is read and set for each product separately", async () => {
  expect(await isLiable("1")).toBe(true);
  for (const liable of [false, true, false]) {
    expect(await set({ productId: "1", liable })).toMatchObject({
      tax: { id: taxId },
      errors: [],
      operation: { status: "SUCCEEDED" },
    });
    expect([await isLiable("1"), await isLiable("2")]).toEqual([liable, true]);
  }
});

it("is checked by a dry run, which changes nothing and reports mistakes", async () => {
  gateway.callsSince();
  expect(await set({ productId: "3", liable: false, validateOnly: true })).toMatchObject({
    errors: [],
    operation: { status: "VALIDATED" },
  });
  expect(gateway.callsSince()["pbx"]?.filter(({ function: name }) => name === "taxes/liable/set") ?? []).toEqual([]);
  expect(await isLiable("3")).toBe(true);
  expect(await set({ productId: "telephone", liable: false, validateOnly: true })).toMatchObject({
    errors: [{ code: "INVALID_INPUT", field: ["input", "productId"] }],
  });
});

it("is reconciled if the answer was lost", async () => {
  gateway.sandbox.backends.pbx.setFaults([{ kind: "dropAfter", function: "taxes/liable/set", times: 1 }]);
  const lost = await set({ productId: "2", liable: false, idempotencyKey: "lost" });
  expect(lost.errors.map(({ code }: { code: string }) => code)).toEqual(["OUTCOME_UNKNOWN"]);
  await gateway.letTimePass();
  expect(await set({ productId: "2", liable: false, idempotencyKey: "lost" })).toMatchObject({
    operation: { status: "SUCCEEDED" },
  });
  expect(await isLiable("2")).toBe(false);
});

it("refuses products that do not exist, and more or less than one subject, by name", async () => {
  const fieldOf = async (input: object) =>
    (await set(input)).errors.map(({ code, field }: { code: string; field: string[] }) => [code, field?.join(".")]);
  expect(await fieldOf({ productId: "999", liable: true })).toEqual([["INVALID_INPUT", "input.productId"]]);
  expect(await fieldOf({ productId: "telephone", liable: true })).toEqual([["INVALID_INPUT", "input.productId"]]);
  const { customers } = await gateway.data('{ customers(backends: ["pbx"], first: 1) { nodes { id } } }');
  for (const subject of [{}, { productId: "1", customerId: customers.nodes[0].id }]) {
    const { errors } = await gateway.send(write, { input: { taxId, liable: true, ...subject } });
    expect(errors?.map(({ extensions }) => [extensions["code"], extensions["field"]])).toEqual([
      ["INVALID_INPUT", ["input", "customerId"]],
    ]);
  }
  const { errors } = await gateway.send(read, { id: taxId, productId: "1", customerId: customers.nodes[0].id });
  expect(errors?.[0]?.extensions["code"]).toBe("INVALID_INPUT");
});

it("is not available on backends without products", async () => {
  const { taxes } = await gateway.data('{ taxes(backends: ["offices"], first: 1) { nodes { id } } }');
  expect((await gateway.data(read, { id: taxes.nodes[0].id, productId: "1" })).node.isLiable).toBeNull();
});
