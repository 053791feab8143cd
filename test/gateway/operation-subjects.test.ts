import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { patience } from "../support/patience.ts";

/** The subject of an operation from its own record: while its backend is down, and if nothing was created. */

let gateway: TestGateway;
const backends = ["pbx", "suite", "offices", "recurring"] as const;
const customers = new Map<string, { readonly id: string; readonly name: string; readonly serviceId?: string }>();

beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 12 },
    backend: { timeoutMs: 10_000, circuit: { failures: 1000 } },
    directory: { refreshMinutes: 60 },
  });
  for (const backend of backends) {
    const { customers: found, backend: of } = await gateway.data(
      `query ($key: String!) {
        customers(first: 1, backends: [$key]) { nodes { id name } }
        backend(key: $key) { services(first: 1) { nodes { id } } }
      }`,
      { key: backend },
    );
    const serviceId = of?.services.nodes[0]?.id;
    customers.set(backend, { ...found.nodes[0], ...(serviceId && { serviceId }) });
  }
  await vi.waitFor(async () => {
    expect((await gateway.directory.records.count()).filter(({ type }) => type === "Customer")).toHaveLength(4);
  }, patience);
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const steps = `steps {
  status sent attempts
  subject { customerId customerName name description amount currency date customer { name } object { __typename id } }
}`;

const byId = async (id: string) =>
  (await gateway.data(`query ($id: ID!) { operation(id: $id) { validateOnly ${steps} } }`, { id })).operation;

describe.each(backends)("a charge in %s", (backend) => {
  const creates = { pbx: "charges/create", suite: "charges/new", offices: "POST /charges", recurring: "transactions/~create" }[
    backend
  ];
  const text = { pbx: "name", suite: "notes", offices: "description", recurring: "description" }[backend];

  it("that failed while the backend was down shows the customer, amount, text and date, and that nothing was sent", async () => {
    const { id: customerId, name, ...service } = customers.get(backend) ?? { id: "", name: "" };
    gateway.sandbox.backends[backend]?.setFaults([{ kind: "html502" }]);
    const { createCharge } = await gateway.data(
      `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id status } errors { message } } }`,
      { charge: { customerId, ...service, amount: "3.21", [text]: "Cabling", date: "2026-11-05" } },
    );
    const { steps: found } = await byId(createCharge.operation.id);
    expect(createCharge.operation.status).not.toBe("SUCCEEDED");
    expect(found[0].subject).toMatchObject({
      customerId,
      customerName: name,
      amount: "3.21",
      date: "2026-11-05",
      customer: null,
    });
    expect([found[0].subject.name, found[0].subject.description]).toContain("Cabling");
    // In Telephony the backend decides the customer's currency; the others accept one only.
    expect(found[0].subject.currency).toBe(backend === "pbx" ? null : "USD");
    // If something must be read first, that failed before anything was sent.
    expect(found[0].sent).toBe(createCharge.operation.status === "UNKNOWN");
  });

  it("that the backend refused shows that it was sent", async () => {
    const { id: customerId, name: _, ...service } = customers.get(backend) ?? { id: "", name: "" };
    gateway.sandbox.backends[backend]?.setFaults([{ kind: "rateLimit", function: creates, times: 1 }]);
    const { createCharge } = await gateway.data(
      `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id status } } }`,
      { charge: { customerId, ...service, amount: "3.22", [text]: "Refused" } },
    );
    expect(createCharge.operation.status).toBe("FAILED");
    expect((await byId(createCharge.operation.id)).steps[0]).toMatchObject({ sent: true, attempts: 1 });
  });
});

it("an object to be changed is shown in its present state", async () => {
  const { id } = customers.get("pbx") ?? { id: "" };
  const { charges } = await gateway.data(`query ($id: ID!) { charges(customerIds: [$id], first: 1) { nodes { id } } }`, { id });
  const [charge] = charges.nodes;
  const { updateCharge } = await gateway.data(
    `mutation ($id: ID!) { updateCharge(input: { id: $id, amount: "-1" }) { operation { id } } }`,
    { id: charge.id },
  );
  const operation = await byId(updateCharge.operation.id);
  expect(operation.steps[0].subject).toMatchObject({ amount: "-1", object: { __typename: "Charge", id: charge.id } });
});

it("a dry run is marked as one, and left out by the filter", async () => {
  const { id: customerId } = customers.get("recurring") ?? { id: "" };
  const { createCharge } = await gateway.data(
    `mutation ($charge: ChargeSpec!) { createCharge(input: { validateOnly: true, charge: $charge }) { operation { id status } } }`,
    { charge: { customerId, amount: "1", description: "Tried" } },
  );
  expect(createCharge.operation.status).toBe("VALIDATED");
  expect((await byId(createCharge.operation.id)).validateOnly).toBe(true);
  const idsOf = async (validateOnly: boolean | null): Promise<string[]> => {
    const { operations } = await gateway.data(
      "query ($validateOnly: Boolean) { operations(first: 100, filter: { validateOnly: $validateOnly }) { nodes { id } } }",
      { validateOnly },
    );
    return operations.nodes.map((node: { id: string }) => node.id);
  };
  const [all, dry, real] = await Promise.all([idsOf(null), idsOf(true), idsOf(false)]);
  expect(dry).toEqual([createCharge.operation.id]);
  expect(all).toHaveLength(real.length + 1);
  expect(real).not.toContain(createCharge.operation.id);
});
