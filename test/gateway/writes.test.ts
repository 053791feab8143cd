import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Writing through the whole gateway into every backend, and what callers get when it fails. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 40 }, backend: { timeoutMs: 10_000, circuit: { failures: 1000 } } });
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

interface Found {
  customers: { nodes: { id: string; plan: { id: string } | null }[] };
  backend: { services: { nodes: { id: string }[] }; plans: { nodes: { id: string }[] } };
}

const find = (backend: string): Promise<Found> =>
  gateway.data<Found>(
    `query ($backend: String!) {
      customers(first: 3, backends: [$backend]) { nodes { id plan { id } } }
      backend(key: $backend) { services(first: 1) { nodes { id } } plans(first: 1) { nodes { id } } }
    }`,
    { backend },
  );

const createCharge = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) {
    charge { id name status quantity amount { amount currency } taxAmount { amount } total { amount } date customer { id } notes description }
    errors { code message field backendCode retryable }
    operation { id status replayed idempotencyKey steps { action status attempts error { code } node { id } } }
  }
}`;

interface Payload {
  createCharge: {
    charge: { id: string; status: string; amount: { amount: string; currency: string } | null } | null;
    errors: { code: string; message: string; field: string[] | null; backendCode: string | null; retryable: boolean }[];
    operation: { id: string; status: string; replayed: boolean; steps: { action: string; status: string; attempts: number }[] };
  };
}

/** The minimum that each backend requires of a charge. */
async function chargeFor(backend: string, changes: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const found = await find(backend);
  const service = found.backend.services.nodes[0]?.id;
  return {
    customerId: found.customers.nodes[0]?.id,
    amount: "1234567.89",
    ...(backend === "pbx" && { name: "Line rental" }),
    ...(service && { serviceId: service, notes: "by hand" }),
    ...changes,
  };
}

describe.each(["pbx", "suite", "offices", "recurring"])("a charge created on %s", (backend) => {
  it("has exactly the requested amount, and can be read again", async () => {
    const charge = await chargeFor(backend);
    const { createCharge: created } = await gateway.data<Payload>(createCharge, { input: { charge } });
    expect(created.errors).toEqual([]);
    expect(created.operation.status).toBe("SUCCEEDED");
    expect(created.charge?.amount?.amount).toBe("1234567.89");
    const { node } = await gateway.data(
      `query ($id: ID!) { node(id: $id) { ... on Charge { id amount { amount } customer { id } } } }`,
      {
        id: created.charge?.id,
      },
    );
    expect(node).toEqual({ id: created.charge?.id, amount: { amount: "1234567.89" }, customer: { id: charge["customerId"] } });
  });

  it("is created once, however often the same key is sent", async () => {
    const input = { charge: await chargeFor(backend, { amount: "0.10" }), idempotencyKey: `once-${backend}` };
    gateway.callsSince();
    const answers = await Promise.all(Array.from({ length: 5 }, () => gateway.data<Payload>(createCharge, { input })));
    expect(new Set(answers.map(({ createCharge: { charge } }) => charge?.id)).size).toBe(1);
    expect(answers.filter(({ createCharge: { operation } }) => !operation.replayed)).toHaveLength(1);
    const creates = gateway
      .callsSince()
      [backend]?.filter((call) => /charges\/(create|new)|POST \/charges|transactions\/~create/.test(call.function));
    expect(creates).toHaveLength(1);
  });

  it("is OUTCOME_UNKNOWN when the answer is lost, although it happened, and is not sent again", async () => {
    const input = { charge: await chargeFor(backend, { amount: "77.77" }), idempotencyKey: `lost-${backend}` };
    gateway.sandbox.backends[backend as "pbx"].setFaults([{ kind: "dropAfter", times: 1, function: writeFunction(backend) }]);
    gateway.callsSince();
    const { createCharge: lost } = await gateway.data<Payload>(createCharge, { input });
    expect(lost.charge).toBeNull();
    expect(lost.errors).toMatchObject([{ code: "OUTCOME_UNKNOWN", retryable: false }]);
    expect(lost.operation).toMatchObject({ status: "UNKNOWN", steps: [{ status: "UNKNOWN", attempts: 1 }] });
    const creates = gateway.callsSince()[backend]?.filter((call) => call.function.includes(writeFunction(backend)));
    expect(creates).toHaveLength(1);
  });

  it("is refused at the field that the backend cannot honour, and nothing is sent", async () => {
    const charge = await chargeFor(backend, backend === "recurring" ? { cost: "1" } : { taxAmount: "1" });
    gateway.callsSince();
    const { createCharge: refused } = await gateway.data<Payload>(createCharge, { input: { charge } });
    expect(refused.errors).toMatchObject([
      { code: "UNSUPPORTED", field: ["input", "charge", backend === "recurring" ? "cost" : "taxAmount"], retryable: false },
    ]);
    expect(refused.operation.status).toBe("FAILED");
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });

  it("is FAILED and retryable when the request was not sent", async () => {
    const dead = await startTestGateway({ sandbox: { customers: 30 }, backend: { retries: 0, timeoutMs: 10_000 } });
    const found = await dead.data<Found>(
      `query ($backend: String!) { customers(first: 1, backends: [$backend]) { nodes { id plan { id } } } backend(key: $backend) { services(first: 1) { nodes { id } } plans(first: 1) { nodes { id } } } }`,
      { backend },
    );
    await dead.sandbox.close();
    // The gateway's idle connections hear of it a moment later.
    const look = `query ($backend: String!) { customers(first: 2, backends: [$backend]) { unavailable { code } } }`;
    await expect.poll(async () => (await dead.data(look, { backend })).customers.unavailable).toEqual([{ code: "UNAVAILABLE" }]);
    const service = found.backend.services.nodes[0]?.id;
    const charge = {
      customerId: found.customers.nodes[0]?.id,
      amount: "1",
      ...(backend === "pbx" && { name: "x", currency: "EUR" }),
      ...(service && { serviceId: service }),
    };
    const { createCharge: failed } = await dead.data<Payload>(createCharge, { input: { charge } });
    await dead.close();
    expect(failed.errors).toMatchObject([{ code: "UNAVAILABLE", retryable: true }]);
    expect(failed.operation.status).toBe("FAILED");
  });
});

function writeFunction(backend: string): string {
  return { pbx: "charges/create", suite: "charges/new", offices: "POST /charges", recurring: "transactions/~create" }[
    backend
  ] as string;
}

describe("a fee", () => {
  it("is posted as a fee if the backend has fees (v01), and refused by name elsewhere", async () => {
    const charge = await chargeFor("recurring", { amount: "2.50", kind: "FEE" });
    const { createCharge: fee } = await gateway.data<Payload>(createCharge.replace("charge { id", "charge { kind id"), {
      input: { charge },
    });
    expect(fee.charge).toMatchObject({ kind: "FEE", amount: { amount: "2.50" } });
    const elsewhere = await gateway.data<Payload>(createCharge, { input: { charge: await chargeFor("suite", { kind: "FEE" }) } });
    expect(elsewhere.createCharge.errors).toMatchObject([{ code: "UNSUPPORTED", field: ["input", "charge", "kind"] }]);
  });
});

describe("a key used with another input", () => {
  it("is refused, names the operation that has it, and nothing is sent", async () => {
    const charge = await chargeFor("recurring", { amount: "5" });
    const first = await gateway.data<Payload>(createCharge, { input: { charge, idempotencyKey: "reused" } });
    gateway.callsSince();
    const second = await gateway.data<Payload>(createCharge, {
      input: { charge: { ...charge, amount: "6" }, idempotencyKey: "reused" },
    });
    expect(second.createCharge.errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED", field: ["input", "idempotencyKey"] }]);
    expect(second.createCharge.operation.id).toBe(first.createCharge.operation.id);
    expect(gateway.callsSince()["recurring"]?.filter((call) => call.function === "transactions/~create")).toEqual([]);
  });
});

describe("fan-outs", () => {
  it("create a tax in two backends; HostedSuite v2 refuses it by name", async () => {
    const { createTax } = await gateway.data(
      `mutation { createTax(input: { backends: ["pbx", "suite", "offices"], name: "City tax", rate: "2.5" }) {
        results { backend { key } status tax { name rate } errors { code message } }
        operation { status }
      } }`,
    );
    expect(createTax.operation.status).toBe("PARTIAL");
    expect(createTax.results).toMatchObject([
      { backend: { key: "pbx" }, status: "SUCCEEDED", tax: { name: "City tax" }, errors: [] },
      {
        backend: { key: "suite" },
        status: "FAILED",
        tax: null,
        errors: [{ code: "UNSUPPORTED", message: expect.stringContaining("Hosted offices") }],
      },
      { backend: { key: "offices" }, status: "SUCCEEDED", tax: { name: "City tax" }, errors: [] },
    ]);
  });

  it("create a customer in all four backends, with an id that is meant for one of them", async () => {
    const { backend } = await find("pbx");
    const { createCustomer } = await gateway.data(
      `mutation ($planId: ID!) { createCustomer(input: {
        backends: ["pbx", "suite", "offices", "recurring"], firstName: "Grace", lastName: "Hopper", email: "grace@navy.example", planId: $planId
      }) {
        results { backend { key } status customer { name email } errors { code message field } } operation { status }
      } }`,
      { planId: backend.plans.nodes[0]?.id },
    );
    expect(
      createCustomer.results.map((result: { status: string; customer: object | null; errors: unknown[] }) => [
        result.status,
        result.customer,
        result.errors,
      ]),
    ).toEqual(Array(4).fill(["SUCCEEDED", { name: "Grace Hopper", email: "grace@navy.example" }, []]));
  });

  it("create charges over customers and backends, with results in the order of the input", async () => {
    const charges = [
      await chargeFor("recurring", { amount: "1" }),
      await chargeFor("pbx", { name: null }),
      await chargeFor("suite", { amount: "3" }),
    ];
    const { createCharges } = await gateway.data(
      `mutation ($input: CreateChargesInput!) { createCharges(input: $input) {
        results { backend { key } status charge { amount { amount } } errors { code field } } operation { status }
      } }`,
      { input: { charges } },
    );
    expect(createCharges.results).toEqual([
      { backend: { key: "recurring" }, status: "SUCCEEDED", charge: { amount: { amount: "1.00" } }, errors: [] },
      {
        backend: { key: "pbx" },
        status: "FAILED",
        charge: null,
        errors: [{ code: "INVALID_INPUT", field: ["input", "charges", "1", "name"] }],
      },
      { backend: { key: "suite" }, status: "SUCCEEDED", charge: { amount: { amount: "3.00" } }, errors: [] },
    ]);
    expect(createCharges.operation.status).toBe("PARTIAL");
  });
});

describe("validateOnly", () => {
  it("lists every call that would be made, uses the backend's own dry run, and changes nothing", async () => {
    const before = gateway.sandbox.backends.pbx.simulated.state.charges.size;
    const { taxes } = await gateway.data(`{ taxes(backends: ["pbx"], first: 1) { nodes { id } } }`);
    const charge = await chargeFor("pbx", { taxIds: [taxes.nodes[0].id], executeNow: true });
    gateway.callsSince();
    const { createCharge: dry } = await gateway.data<Payload>(createCharge, { input: { charge, validateOnly: true } });
    expect(dry.charge).toBeNull();
    expect(dry.errors).toEqual([]);
    expect(dry.operation.status).toBe("VALIDATED");
    expect(dry.operation.steps.map(({ status }) => status)).toEqual(Array(dry.operation.steps.length).fill("VALIDATED"));
    expect(dry.operation.steps.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["charges/create", expect.stringContaining("taxes/liable/set"), "charges/charge"]),
    );
    expect(gateway.callsSince()["pbx"]?.some((call) => call.function === "charges/charge")).toBe(false);
    expect(gateway.sandbox.backends.pbx.simulated.state.charges.size).toBe(before);
  });
});

describe("a mutation that cannot be routed", () => {
  it.each([
    [`createTax(input: { backends: ["nope"], name: "x" }) { operation { id } }`, ["input", "backends", "0"]],
    [`createTax(input: { backends: [], name: "x" }) { operation { id } }`, ["input", "backends"]],
    [`archiveCustomer(input: { id: "rubbish" }) { operation { id } }`, ["input", "id"]],
    [`createCharge(input: { charge: { amount: "1" } }) { operation { id } }`, ["input", "charge", "customerId"]],
    [`archiveTax(input: { id: "x", idempotencyKey: "" }) { operation { id } }`, ["input", "id"]],
  ])("%s", async (field, expected) => {
    const answer = await gateway.send(`mutation { ${field} }`);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: expected });
  });
});

describe("ROLL_BACK", () => {
  const createTax = `mutation ($input: CreateTaxInput!) { createTax(input: $input) {
    results { backend { key } status tax { name } errors { code message } } operation { status steps { action status } }
  } }`;

  it("is refused before anything is sent if a backend cannot undo its part", async () => {
    gateway.callsSince();
    const input = { backends: ["pbx", "offices"], name: "All or nothing", rate: "1", onFailure: "ROLL_BACK" };
    const { createTax: refused } = await gateway.data(createTax, { input });
    expect(refused.results).toMatchObject([
      { backend: { key: "pbx" }, status: "FAILED", tax: null, errors: [{ code: "UNSUPPORTED" }] },
      { backend: { key: "offices" }, status: "FAILED", tax: null, errors: [{ code: "CONFLICT" }] },
    ]);
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });

  it("archives the created records when another target fails", async () => {
    const input = {
      backends: ["offices", "recurring"],
      name: "All or nothing",
      rate: "1",
      effectiveDate: "2026-12-01",
      onFailure: "ROLL_BACK",
    };
    const wrong = await gateway.data(createTax, { input });
    // v3 has no dates: nothing is sent, to either.
    expect(wrong.createTax.results.map((result: { status: string }) => result.status)).toEqual(["FAILED", "FAILED"]);
    const customer = { backends: ["suite", "offices"], name: "Short-lived Ltd", onFailure: "ROLL_BACK" };
    gateway.sandbox.backends.offices.setFaults([{ kind: "rateLimit", retryAfterSeconds: 0, function: "POST /clients" }]);
    const { createCustomer } = await gateway.data(
      `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) {
        results { backend { key } status customer { status } errors { code } } operation { status steps { action status } }
      } }`,
      { input: customer },
    );
    expect(createCustomer.operation.status).toBe("ROLLED_BACK");
    expect(createCustomer.results).toMatchObject([
      { backend: { key: "suite" }, status: "ROLLED_BACK", customer: { status: "ARCHIVED" } },
      { backend: { key: "offices" }, status: "FAILED", customer: null, errors: [{ code: "RATE_LIMITED" }] },
    ]);
    expect(createCustomer.operation.steps.slice(-2)).toEqual([
      { action: "POST /clients/archive", status: "SUCCEEDED" },
      { action: "accounts/unlink", status: "SUCCEEDED" },
    ]);
  });
});

describe("the Idempotency-Key header", () => {
  it("is the key of a request's only mutation, and is refused if a request has two", async () => {
    const charge = await chargeFor("recurring", { amount: "8" });
    const first = await gateway.data<Payload>(createCharge, { input: { charge } }, { "idempotency-key": "by-header" });
    const second = await gateway.data<Payload>(createCharge, { input: { charge } }, { "idempotency-key": "by-header" });
    expect(second.createCharge.operation).toMatchObject({
      id: first.createCharge.operation.id,
      replayed: true,
      idempotencyKey: "by-header",
    });
    const both = await gateway.send(
      createCharge,
      { input: { charge, idempotencyKey: "another" } },
      { headers: { "idempotency-key": "by-header" } },
    );
    expect(both.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "idempotencyKey"] });
    gateway.callsSince();
    const two = `mutation { a: archiveTax(input: { id: "x" }) { operation { id } } ...More } fragment More on Mutation { b: archiveTax(input: { id: "x" }) { operation { id } } }`;
    const answer = await gateway.send(two, {}, { headers: { "idempotency-key": "by-header" } });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["Idempotency-Key"] });
    expect(answer.data).toBeUndefined();
  });
});

describe("secrets", () => {
  it("stay out of every answer, also when a backend echoes the request", async () => {
    for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([{ kind: "echo" }]);
    const answers = [await gateway.send(`{ customers(first: 5) { nodes { name } unavailable { code message } } }`)];
    for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
    const charges = await Promise.all(
      ["pbx", "suite", "offices", "recurring"].map((key) => chargeFor(key, { amount: "1", currency: undefined })),
    );
    for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([{ kind: "echo" }]);
    for (const charge of charges) answers.push(await gateway.send(createCharge, { input: { charge } }));
    const text = JSON.stringify(answers);
    for (const secret of ["sandbox-pbx", "sandbox-suite", "sandbox-offices", "sandbox-recurring"]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(`api:${secret}`).toString("base64"));
      expect(text).not.toContain(Buffer.from(`api-gateway:${secret}`).toString("base64"));
    }
    expect(answers[0]?.data.customers.unavailable).toHaveLength(4);
  });
});
