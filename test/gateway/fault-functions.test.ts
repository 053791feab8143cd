import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { faultFunctions, lastingUnknown } from "../../src/sandbox/faults.ts";
import { backendKeys } from "../../src/sandbox/world.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/**
 * The statements of docs/sandbox.md about faults: calls have the functions that it names, and its recipe leads to a lasting
 * unknown outcome.
 */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 12 }, backend: { timeoutMs: 10_000, circuit: { failures: 1000 } } });
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

describe.each(backendKeys)("%s", (key) => {
  const functions = faultFunctions[key];
  const textMember = { pbx: "name", suite: "notes", offices: "description", recurring: "description" }[key];

  const called = (): string[] => (gateway.callsSince()[key] ?? []).map((call) => call.function);
  const ask = async (query: string, variables: Record<string, unknown>) => gateway.data(query, variables);

  async function charge(): Promise<Record<string, unknown>> {
    const { customers, backend } = await ask(
      "query ($key: String!) { customers(first: 1, backends: [$key], filter: { status: ACTIVE }) { nodes { id } } backend(key: $key) { services(first: 1) { nodes { id } } } }",
      { key },
    );
    const serviceId = backend.services.nodes[0]?.id;
    return { customerId: customers.nodes[0].id, amount: "1.5", [textMember]: "Faulty", ...(serviceId && { serviceId }) };
  }

  const create = async (spec: Record<string, unknown>) =>
    (
      await ask(
        "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { charge { id } operation { id status } } }",
        { charge: spec },
      )
    ).createCharge;

  it("is called by these names", async () => {
    gateway.callsSince();
    const spec = await charge();
    expect(called()).toContain(functions.listsCustomers);
    await ask("query ($id: ID!) { charges(customerIds: [$id], first: 1) { nodes { id } } }", { id: spec["customerId"] });
    expect(called()).toContain(functions.listsCharges);
    const made = await create(spec);
    expect(called()).toContain(functions.createsCharge);
    await ask(`mutation ($id: ID!) { updateCharge(input: { id: $id, amount: "2" }) { errors { code } } }`, {
      id: made.charge.id,
    });
    if (functions.changesCharge === null) expect(called()).toEqual([]);
    else expect(called()).toContain(functions.changesCharge);
    const { backend } = await ask("query ($key: String!) { backend(key: $key) { plans(first: 1) { nodes { id } } } }", { key });
    const planId = backend.plans.nodes[0]?.id;
    const needs = { pbx: { planId }, suite: {}, offices: {}, recurring: { firstName: "New", lastName: "Person" } }[key];
    const customer = { name: "New", email: "new@company.example", backends: [key], ...needs };
    await ask("mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { status } } }", {
      input: customer,
    });
    expect(called()).toContain(functions.createsCustomer);
    await ask(`mutation ($id: ID!) { updateCustomer(input: { id: $id, name: "Other" }) { errors { code } } }`, {
      id: spec["customerId"],
    });
    expect(called()).toContain(functions.changesCustomer);
  });

  it("keeps the outcome of a new charge unknown until the faults are taken away", async () => {
    const spec = await charge();
    gateway.sandbox.backends[key].setFaults([...lastingUnknown[key]]);
    const { operation } = await create(spec);
    expect(operation.status).toBe("UNKNOWN");
    const look = async (): Promise<string> => {
      const { reconcileOperation } = await ask(
        "mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status } } }",
        { id: operation.id },
      );
      return reconcileOperation.operation.status;
    };
    await gateway.letTimePass();
    expect(await look()).toBe("UNKNOWN");
    gateway.sandbox.backends[key].setFaults([]);
    expect(await look()).toBe("FAILED");
  });
});
