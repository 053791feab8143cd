import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Customers above the gateway's own, which are not shown to its user (Enswitch guide 4.4, introduction). */

let gateway: TestGateway;
let own: string;
beforeAll(async () => {
  gateway = await startTestGateway({ backends: { pbx: { username: "reseller", password: "sandbox-reseller" } } });
  const { state } = gateway.sandbox.backends.pbx.simulated;
  const reseller = [...state.customers.values()].find(
    ({ id, parent }) => parent === 1 && [...state.customers.values()].some((each) => each.parent === id && id !== 1),
  );
  own = encodeId({ type: "Customer", backend: "pbx", id: String(reseller?.id) });
});
afterAll(() => gateway.close());

const parentOf = (fields: string) =>
  gateway.send(`query ($id: ID!) { customer(id: $id) { name parent { ${fields} } } }`, { id: own });

it("is null, without an error", async () => {
  for (const fields of ["id name", "name email", "id backendId status", "parent { id } email"]) {
    expect(await parentOf(fields)).toMatchObject({ data: { customer: { name: expect.any(String), parent: null } } });
    expect((await parentOf(fields)).errors).toBeUndefined();
  }
});

it("costs no call if only its id is selected", async () => {
  await parentOf("id");
  gateway.callsSince();
  const { data, errors } = await parentOf("id");
  expect([data.customer.parent.id, errors]).toEqual([encodeId({ type: "Customer", backend: "pbx", id: "1" }), undefined]);
  expect(gateway.callsSince()["pbx"]?.map((call) => call.function)).toEqual(["customers/get"]);
});

it("is shown if the user may see it", async () => {
  const query = '{ customers(backends: ["pbx"], first: 5) { nodes { id parent { id name } } } }';
  const { customers } = await gateway.data(query);
  const below = customers.nodes.filter((each: { id: string }) => each.id !== own);
  expect(below.length).toBeGreaterThan(0);
  for (const { parent } of below) expect(parent.name).toEqual(expect.any(String));
});

it("is null for the owner of a shared tax as well", async () => {
  const { data, errors } = await gateway.send('{ taxes(backends: ["pbx"], first: 50) { nodes { name owner { id name } } } }');
  expect(errors).toBeUndefined();
  const owners = data.taxes.nodes.map(({ name, owner }: { name: string; owner: { name: string } | null }) => [
    name,
    owner === null,
  ]);
  // The first is shared by the system owner, the other one is the reseller's own.
  expect(owners).toEqual([
    ["VAT", true],
    ["Reseller VAT 8.875 %", false],
  ]);
});

it("is an error if the backend cannot tell", async () => {
  gateway.sandbox.backends.pbx.setFaults([{ kind: "html502", function: "customers/get" }]);
  const query = '{ customers(backends: ["pbx"], first: 1) { nodes { id parent { id name } } } }';
  const { errors } = await gateway.send(query);
  gateway.sandbox.backends.pbx.setFaults([]);
  expect(errors?.length).toBeGreaterThan(0);
});
