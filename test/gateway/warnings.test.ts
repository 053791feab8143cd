import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { BackendKey } from "../../src/sandbox/index.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/**
 * Records that differ from what was sent: from the backend's answer to what a caller, an operator and a restarted gateway see of
 * it.
 */

const newStore = () => `sqlite:${join(mkdtempSync(join(tmpdir(), "warnings-")), "gateway.db")}`;
let gateway: TestGateway;
const start = (store = newStore()) =>
  startTestGateway({
    store,
    sandbox: { customers: 6, pbx: { functions: { chargesDelete: true } } },
    backend: { retries: 0 },
  });
beforeAll(async () => {
  gateway = await start();
});
afterAll(() => gateway?.close());

/** From now on a backend stores these values, whatever is sent; null: none. */
const storing = (key: BackendKey, storedAs: Record<string, string | number | null>): void =>
  gateway.sandbox.backends[key].setConditions({ storedAs });
afterEach(() => {
  for (const { setConditions } of Object.values(gateway.sandbox.backends)) setConditions({});
});

const warnings = "warnings { code message field formField sent stored }";

async function customerOf(key: BackendKey): Promise<string> {
  const { customers } = await gateway.data(
    `{ customers(first: 1, backends: ["${key}"], filter: { status: ACTIVE }) { nodes { id } } }`,
  );
  return customers.nodes[0].id;
}

const createCharge = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) {
  charge { id amount { amount } } errors { code message } ${warnings}
  operation { id status replayed steps { status ${warnings} } } } }`;

describe("a charge that is stored with another amount", () => {
  const told = {
    code: "STORED_DIFFERENTLY",
    message: "amount: Telephony has another value than the one that was sent.",
    field: ["input", "charge", "amount"],
    formField: "charge.amount",
    sent: "12.50",
    stored: "10.00",
  };

  it("succeeds with a warning in its payload, its steps, its replay and after a restart; nothing is sent again", async () => {
    await gateway.close();
    const store = newStore();
    gateway = await start(store);
    const customerId = await customerOf("pbx");
    storing("pbx", { amount: "10.00" });
    const input = { idempotencyKey: "amount", charge: { customerId, name: "Setup", amount: "12.50" } };
    gateway.callsSince();
    const { createCharge: first } = await gateway.data(createCharge, { input });
    expect(first).toMatchObject({ errors: [], warnings: [told], operation: { status: "SUCCEEDED", replayed: false } });
    expect(first.operation.steps).toEqual([{ status: "SUCCEEDED", warnings: [told] }]);
    const { createCharge: again } = await gateway.data(createCharge, { input });
    expect(again).toMatchObject({ warnings: [told], operation: { replayed: true } });
    const created = gateway.callsSince()["pbx"]?.filter(({ function: name }) => name === "charges/create");
    expect(created).toHaveLength(1);

    await gateway.close();
    gateway = await start(store);
    const { operation } = await gateway.data(`query ($id: ID!) { operation(id: $id) { status steps { ${warnings} } } }`, {
      id: first.operation.id,
    });
    expect(operation).toEqual({ status: "SUCCEEDED", steps: [{ warnings: [told] }] });
    // The new sandbox gives the ids of the old one again.
    await gateway.close();
    gateway = await start();
  });

  it("is reported for its own target of several, and not for the others", async () => {
    const ids = await Promise.all((["pbx", "recurring", "suite"] as const).map(customerOf));
    const { services } = (await gateway.data(`{ backend(key: "suite") { services(first: 1) { nodes { id } } } }`)).backend;
    storing("recurring", { taxAmount: null });
    const charges = [
      { customerId: ids[0], name: "Setup", amount: "1.00" },
      { customerId: ids[1], description: "Setup", amount: "2.00", taxAmount: "0.10" },
      { customerId: ids[2], serviceId: services.nodes[0].id, amount: "3.00" },
    ];
    const { createCharges } = await gateway.data(
      `mutation ($input: CreateChargesInput!) { createCharges(input: $input) { results { status ${warnings} } operation { status } } }`,
      { input: { charges } },
    );
    expect(createCharges.operation.status).toBe("SUCCEEDED");
    expect(createCharges.results.map((result: { warnings: unknown[] }) => result.warnings)).toMatchObject([
      [],
      [
        {
          code: "NOT_STORED",
          field: ["input", "charges", "1", "taxAmount"],
          formField: "charges.1.taxAmount",
          sent: "0.10",
          stored: null,
        },
      ],
      [],
    ]);
  });

  it("is reported for a record that is found after its answer was lost", async () => {
    const customerId = await customerOf("recurring");
    const { recurring } = gateway.sandbox.backends;
    await gateway.data(createCharge, { input: { charge: { customerId, amount: "1.00" } } });
    recurring.setFaults([{ kind: "dropAfter", function: "transactions/~create", times: 1 }]);
    storing("recurring", { note: "Something else" });
    const input = { charge: { customerId, description: "Set-up by a specialist", amount: "4.00" } };
    const { createCharge: lost } = await gateway.data(createCharge, { input });
    expect(lost.operation.status).toBe("UNKNOWN");
    expect(lost.warnings).toEqual([]);
    await gateway.letTimePass();
    const { reconcileOperation } = await gateway.data(
      `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status steps { ${warnings} } } } }`,
      { id: lost.operation.id },
    );
    expect(reconcileOperation.operation).toMatchObject({
      status: "SUCCEEDED",
      steps: [
        { warnings: [{ code: "STORED_DIFFERENTLY", field: ["input", "charge", "description"], stored: "Something else" }] },
      ],
    });
  });

  it("is reported for a rolled-back record, and the rollback works as usual", async () => {
    const ids = await Promise.all((["pbx", "recurring"] as const).map(customerOf));
    storing("pbx", { amount: "7.00" });
    gateway.sandbox.backends.recurring.setFaults([{ kind: "dropBefore", function: "transactions/~create", times: 1 }]);
    const charges = ids.map((customerId) => ({ customerId, name: "Setup", amount: "5.00" }));
    const { createCharges } = await gateway.data(
      `mutation ($input: CreateChargesInput!) { createCharges(input: $input) { results { status ${warnings} } operation { id status } } }`,
      { input: { charges, onFailure: "ROLL_BACK" } },
    );
    gateway.sandbox.backends.recurring.setFaults([]);
    await gateway.letTimePass();
    const { reconcileOperation } = await gateway.data(
      `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status steps { action status ${warnings} } } } }`,
      { id: createCharges.operation.id },
    );
    expect(reconcileOperation.operation).toMatchObject({
      status: "ROLLED_BACK",
      steps: [
        { action: "charges/create", warnings: [{ field: ["input", "charges", "0", "amount"], sent: "5.00", stored: "7.00" }] },
        { status: "FAILED", warnings: [] },
        { action: "charges/delete", status: "SUCCEEDED", warnings: [] },
      ],
    });
  });
});

describe("a fan-out over all backends, with links", () => {
  it("is linked, with a warning for each member that a backend did not store", async () => {
    storing("suite", { thirdPartyAccountId: null });
    storing("recurring", { email: null, city: "Elsewhere" });
    const input = {
      backends: ["recurring", "suite"],
      name: "Rustworks",
      firstName: "Ada",
      lastName: "Whitfield",
      email: "ada@rustworks.example",
      reference: "R-77",
      address: { lines: ["1 Elm St"], city: "Troy" },
    };
    const { createCustomer } = await gateway.data(
      `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { account { customers { backend { key } } } results { backend { key } status errors { message } ${warnings} } } }`,
      { input },
    );
    const told = Object.fromEntries(
      createCustomer.results.map((result: { backend: { key: string }; warnings: { code: string; formField: string }[] }) => [
        result.backend.key,
        result.warnings.map(({ code, formField }) => `${formField} ${code}`).sort(),
      ]),
    );
    expect(told).toEqual({
      recurring: ["address.city STORED_DIFFERENTLY", "email NOT_STORED"],
      suite: ["reference NOT_STORED"],
    });
    expect(createCustomer.account.customers).toHaveLength(2);
  });
});

describe("on Enswitch", () => {
  const fieldsOf = (told: readonly { code: string; formField: string; sent: string | null; stored: string | null }[]) =>
    told.map(({ code, formField, sent, stored }) => `${formField} ${code} ${sent} ${stored}`);

  it("a parent, a reference and an address that are not stored cause warnings", async () => {
    const { customers } = await gateway.data(`{ customers(first: 2, backends: ["pbx"]) { nodes { id backendId } } }`);
    const [parent, other] = customers.nodes;
    const { plans } = (await gateway.data(`{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }`)).backend;
    storing("pbx", { parent: Number(other.backendId), bill_ref: null, address_city: "Rome" });
    const input = {
      backends: ["pbx"],
      name: "Ada",
      email: "ada@example.com",
      planId: plans.nodes[0].id,
      parentId: parent.id,
      reference: "R-1",
    };
    const { createCustomer } = await gateway.data(
      `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { status ${warnings} } } }`,
      { input: { ...input, address: { city: "Troy" } } },
    );
    expect(createCustomer.results[0].status).toBe("SUCCEEDED");
    const told = fieldsOf(createCustomer.results[0].warnings).sort();
    expect(told).toEqual([
      "address.city STORED_DIFFERENTLY Troy Rome",
      `parentId STORED_DIFFERENTLY ${parent.backendId} ${other.backendId}`,
      "reference NOT_STORED R-1 null",
    ]);
  });

  it("a tax that is not shared, as the gateway's user is not the system owner, causes a warning", async () => {
    storing("pbx", { shared: 0 });
    const { createTax } = await gateway.data(
      `mutation ($input: CreateTaxInput!) { createTax(input: $input) { results { status ${warnings} } } }`,
      { input: { backends: ["pbx"], name: "City tax", rate: "2.5", shared: true } },
    );
    expect(fieldsOf(createTax.results[0].warnings)).toEqual(["shared STORED_DIFFERENTLY true false"]);
  });

  it("a liability without effect is an unknown outcome, for a customer and for a charge's taxes", async () => {
    const customerId = await customerOf("pbx");
    const { taxes } = await gateway.data(`{ taxes(first: 2, backends: ["pbx"]) { nodes { id } } }`);
    const [one] = taxes.nodes;
    const { simulated } = gateway.sandbox.backends.pbx;
    const { answer } = simulated;
    Object.assign(simulated, {
      answer: (request: Parameters<typeof answer>[0]) => {
        const proper = answer(request);
        if (proper.function !== "taxes/liable/get") return proper;
        const { data, ...rest } = JSON.parse(proper.body) as { data: object };
        return { ...proper, body: JSON.stringify({ ...rest, data: { ...data, liable: 0 } }) };
      },
    });
    const { setTaxLiability } = await gateway.data(
      `mutation ($input: SetTaxLiabilityInput!) { setTaxLiability(input: $input) { ${warnings} operation { id status } } }`,
      { input: { taxId: one.id, customerId, liable: true } },
    );
    // Nothing is executed while the taxes are in doubt.
    const charge = { customerId, name: "Taxed", amount: "1.00", taxIds: [one.id], executeNow: true };
    const executed = () => [...simulated.state.transactions.values()].length;
    const before = executed();
    const { createCharge: charged } = await gateway.data(createCharge, { input: { charge } });
    expect(executed()).toBe(before);
    Object.assign(simulated, { answer });
    for (const { operation } of [setTaxLiability, charged]) {
      expect(operation.status).toBe("UNKNOWN");
      const query = "mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status steps { status } } } }";
      const { reconcileOperation: looked } = await gateway.data(query, { id: operation.id });
      expect(looked.operation.steps.filter(({ status }: { readonly status: string }) => status === "UNKNOWN")).toEqual([]);
    }
  });
});
