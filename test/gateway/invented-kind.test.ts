import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "../e2e/ask.ts";
import { type InventedGateway, startInventedGateway } from "../invented/start.ts";

/** A fourth kind of backend, which lives under test/: added to a gateway without a line of src. */

let gateway: InventedGateway;
beforeAll(async () => {
  gateway = await startInventedGateway();
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's
async function data(query: string, variables: Record<string, unknown> = {}): Promise<any> {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the document's
  const answer = await ask<any>(gateway.origin, query, { variables });
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

async function adas(): Promise<string> {
  const { customers } = await data('{ customers(backends: ["tally"], filter: { search: "Ada" }) { nodes { id } } }');
  return customers.nodes[0].id;
}

const createCharge = `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) {
  charge { id description kind date amount { amount currency } } errors { code message field } } }`;

it("is one of the backends, with its kind, its label and what it can do", async () => {
  const { backends, __type } = await data(
    '{ backends { key kind kindLabel generation label capabilities } __type(name: "BackendKind") { enumValues { name description } } }',
  );
  expect(backends.map(({ key }: { key: string }) => key)).toEqual(["pbx", "suite", "offices", "recurring", "tally"]);
  expect(backends.at(-1)).toEqual({
    key: "tally",
    kind: "TALLY_BOOK",
    kindLabel: "Tally book",
    generation: null,
    label: "Aunt's book",
    capabilities: ["CUSTOMER_READ", "CHARGE_READ", "CHARGE_CREATE"],
  });
  expect(__type.enumValues).toHaveLength(5);
  expect(__type.enumValues).toContainEqual({
    name: "TALLY_BOOK",
    description: "An invented billing system: people, each with lines in a book.",
  });
});

it("says what its charges take", async () => {
  const { backend } = await data(
    '{ backend(key: "tally") { inputs { write members { name required refused label values { value label } limits { longest decimals least most } } } } }',
  );
  expect(backend.inputs.map(({ write }: { write: string }) => write)).toEqual(["CHARGE_CREATE"]);
  const members = new Map(backend.inputs[0].members.map((member: { name: string }) => [member.name, member]));
  expect(members.get("description")).toMatchObject({ required: true, label: "What for", limits: { longest: 60 } });
  expect(members.get("amount")).toMatchObject({ required: true, limits: { decimals: 2, least: "0.01", most: "999.99" } });
  expect(members.get("kind")).toMatchObject({
    values: [
      { value: "ONE_OFF", label: "Plain" },
      { value: "FEE", label: "Loud" },
    ],
  });
  expect(members.get("serviceId")).toMatchObject({ refused: "Aunt's book has no column for it." });
});

it("has its customers listed beside those of the others", async () => {
  const { customers } = await data(
    '{ customers(filter: { search: "a" }, first: 200) { nodes { name backend { key } } unavailable { code } } }',
  );
  expect(customers.unavailable).toEqual([]);
  expect(customers.nodes).toContainEqual({ name: "Ada Lovelace", backend: { key: "tally" } });
  expect(new Set(customers.nodes.map((node: { backend: { key: string } }) => node.backend.key)).size).toBe(5);
});

it("is charged with what it declared, through the journal, and shows the charge", async () => {
  const customerId = await adas();
  const charge = { customerId, description: "A new quill", amount: "3.20", kind: "FEE", date: "2026-02-28" };
  const made = (await data(createCharge, { charge })).createCharge;
  expect(made.errors).toEqual([]);
  expect(made.charge).toMatchObject({
    description: "A new quill",
    kind: "FEE",
    date: "2026-02-28",
    amount: { amount: "3.20", currency: "EUR" },
  });
  expect(gateway.simulator.lines.at(-1)).toMatchObject({ what: "A new quill", pennies: 320, tone: "loud", day: "2026-02-28" });
  const { customer } = await data("query ($id: ID!) { customer(id: $id) { charges { nodes { id } } } }", { id: customerId });
  expect(customer.charges.nodes).toContainEqual({ id: made.charge.id });
});

it.each([
  [{ notes: "x" }, "UNSUPPORTED", "notes"],
  [{ recurrence: { interval: "MONTHLY" } }, "UNSUPPORTED", "recurrence"],
  [{ kind: "RECURRING" }, "UNSUPPORTED", "kind"],
  [{ description: null }, "INVALID_INPUT", "description"],
  [{ description: "x".repeat(61) }, "INVALID_INPUT", "description"],
  [{ amount: "3.205" }, "INVALID_INPUT", "amount"],
  [{ amount: "1000" }, "INVALID_INPUT", "amount"],
])("is not charged with %j, which it did not declare", async (extra, code, field) => {
  const customerId = await adas();
  const [lines, requests] = [gateway.simulator.lines.length, gateway.simulator.requests.length];
  const charge = { customerId, description: "A quill", amount: "3.20", ...extra };
  const { errors } = (await data(createCharge, { charge })).createCharge;
  expect(errors).toMatchObject([{ code, field: ["input", "charge", field] }]);
  expect([gateway.simulator.lines.length, gateway.simulator.requests.length]).toEqual([lines, requests]);
});
