import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Credits through the whole gateway: on purpose, once, and only on backends that can give them. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 40 }, backend: { timeoutMs: 10_000, circuit: { failures: 1000 } } });
});
afterAll(async () => gateway?.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const everywhere = ["pbx", "suite", "offices", "recurring"] as const;
const withoutCredits = ["pbx", "suite", "offices"] as const;

interface Credit {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: { readonly amount: string; readonly currency: string };
}

interface Payload {
  readonly credit: Credit | null;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
  readonly operation: {
    readonly status: string;
    readonly replayed: boolean;
    readonly steps: readonly { readonly action: string; readonly status: string }[];
  };
}

const creditFields = "id kind status amount { amount currency } description customer { id }";
const createCredit = `mutation ($input: CreateCreditInput!) { createCredit(input: $input) {
  credit { ${creditFields} } errors { code message field } operation { status replayed steps { action status } } } }`;
const createCredits = `mutation ($input: CreateCreditsInput!) { createCredits(input: $input) {
  results { backend { key } status credit { ${creditFields} } errors { code message field } } operation { status } } }`;

async function give(credit: Record<string, unknown>, options: Record<string, unknown> = {}): Promise<Payload> {
  return (await gateway.data(createCredit, { input: { credit, ...options } })).createCredit;
}

/** A customer of its own, so that nothing else affects its balance. */
async function newCustomer(backend: string): Promise<string> {
  const { backend: catalogue } = await gateway.data(
    `query ($backend: String!) { backend(key: $backend) { plans(first: 1) { nodes { id } } } }`,
    { backend },
  );
  const input = {
    backends: [backend],
    firstName: "Ada",
    lastName: `Credit ${crypto.randomUUID()}`,
    ...(backend === "pbx" && { email: "ada@example.com", planId: catalogue.plans.nodes[0].id }),
  };
  const { createCustomer } = await gateway.data(
    `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { customer { id } } } }`,
    { input },
  );
  return createCustomer.results[0].customer.id;
}

const charged = async (customerId: string, charge: Record<string, unknown>): Promise<void> => {
  const { createCharge } = await gateway.data(
    `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { errors { message } } }`,
    { charge: { customerId, ...charge } },
  );
  expect(createCharge.errors).toEqual([]);
};

async function chargesOf(customerId: string, filter: Record<string, unknown> | null = null): Promise<readonly Credit[]> {
  const { charges } = await gateway.data(
    `query ($ids: [ID!]!, $filter: ChargeFilter) { charges(customerIds: $ids, filter: $filter) { nodes { ${creditFields} } } }`,
    { ids: [customerId], filter },
  );
  return charges.nodes;
}

const written = (): number =>
  Object.values(gateway.callsSince())
    .flat()
    .filter(({ function: name }) => /~create|create$|new$|^POST|balance\/add/.test(name)).length;

describe("a credit", () => {
  it("lowers what the customer owes, and is listed once, with a negative amount", async () => {
    const customerId = await newCustomer("recurring");
    await charged(customerId, { amount: "50.00", description: "June" });
    const { credit, errors, operation } = await give({ customerId, amount: "20.10", currency: "USD", description: "Sorry" });
    expect(errors).toEqual([]);
    expect(operation).toMatchObject({ status: "SUCCEEDED", steps: [{ status: "SUCCEEDED" }] });
    expect(credit).toMatchObject({ kind: "CREDIT", amount: { amount: "-20.10", currency: "USD" }, customer: { id: customerId } });
    const listed = await chargesOf(customerId);
    expect(listed.map(({ kind, amount }) => [kind, amount.amount]).toSorted()).toEqual([
      ["CREDIT", "-20.10"],
      ["ONE_OFF", "50.00"],
    ]);
    expect(await chargesOf(customerId, { kind: ["CREDIT"] })).toEqual([credit]);
    expect(await chargesOf(customerId, { kind: ["ONE_OFF", "RECURRING", "FEE"] })).toHaveLength(1);
    const { customer } = await gateway.data("query ($id: ID!) { customer(id: $id) { amountDue { amount } } }", {
      id: customerId,
    });
    expect(customer.amountDue.amount).toBe("29.90");
  });

  it("counts once in an account's balance and statement", async () => {
    const customerId = await newCustomer("recurring");
    const { linkCustomers } = await gateway.data(
      `mutation ($ids: [ID!]!) { linkCustomers(input: { customerIds: $ids }) { account { id } errors { message } } }`,
      { ids: [customerId, await newCustomer("offices")] },
    );
    const { id } = linkCustomers.account;
    const day = "2026-11-20";
    await charged(customerId, { amount: "50.00", taxAmount: "5.00", description: "June", date: day });
    const { credit } = await give({ accountId: id, backend: "recurring", amount: "60.00" });
    expect(credit).toMatchObject({ customer: { id: customerId } });
    const today = new Date().toISOString().slice(0, 10);
    const { account } = await gateway.data(
      `query ($id: ID!, $from: Date!, $to: Date!) { account(id: $id) { amountDue { amount }
        statement(from: $from, to: $to) { totals { currency charges amount { amount } total { amount } outstanding { amount } } } } }`,
      { id, from: day, to: today },
    );
    expect(account.amountDue).toEqual([{ amount: "-5.00" }]);
    // 50 and 60 of a credit, of which 55 have settled the charge with its tax.
    expect(account.statement.totals).toEqual([
      { currency: "USD", charges: 2, amount: { amount: "-10.00" }, total: { amount: "-5.00" }, outstanding: { amount: "-5.00" } },
    ]);
  });

  it("is given once per key, even if its answer was lost", async () => {
    const input = { customerId: await newCustomer("recurring"), amount: "7", description: "Once" };
    gateway.sandbox.backends.recurring.setFaults([{ kind: "dropAfter", times: 1, function: "transactions/~create" }]);
    const first = await give(input, { idempotencyKey: "credit-once" });
    expect(first).toMatchObject({ credit: null, errors: [{ code: "OUTCOME_UNKNOWN" }], operation: { status: "UNKNOWN" } });
    const again = await give({ ...input, amount: "7.00" }, { idempotencyKey: "credit-once" });
    expect(again).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", replayed: true } });
    expect(await chargesOf(input.customerId)).toHaveLength(1);
    const other = await give({ ...input, amount: "8" }, { idempotencyKey: "credit-once" });
    expect(other.errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
    expect(await chargesOf(input.customerId)).toHaveLength(1);
  });

  it("is only checked with validateOnly", async () => {
    const customerId = await newCustomer("recurring");
    gateway.callsSince();
    const { operation, credit } = await give({ customerId, amount: "5" }, { validateOnly: true });
    expect([credit, operation.status]).toEqual([null, "VALIDATED"]);
    expect(operation.steps).toMatchObject([{ action: "PUT /customers/{id}/transactions", status: "VALIDATED" }]);
    expect(written()).toBe(0);
    expect(await chargesOf(customerId)).toEqual([]);
  });

  it("can be voided until it has settled something", async () => {
    const voidCharge = `mutation ($id: ID!) { voidCharge(input: { id: $id }) { charge { status } errors { code } } }`;
    const unused = (await give({ customerId: await newCustomer("recurring"), amount: "5" })).credit;
    const voided = await gateway.data(voidCharge, { id: unused?.id });
    expect(voided.voidCharge).toEqual({ charge: { status: "VOIDED" }, errors: [] });
    const customerId = await newCustomer("recurring");
    await charged(customerId, { amount: "50.00", description: "June" });
    const used = (await give({ customerId, amount: "5" })).credit;
    const refused = await gateway.data(voidCharge, { id: used?.id });
    expect(refused.voidCharge.errors).toMatchObject([{ code: "CONFLICT" }]);
  });

  it.each(withoutCredits)("is UNSUPPORTED on %s, and nothing is sent", async (backend) => {
    const customerId = await newCustomer(backend);
    gateway.callsSince();
    const { errors, operation } = await give({ customerId, amount: "5" });
    expect(errors).toMatchObject([{ code: "UNSUPPORTED" }]);
    expect(errors[0]?.message).toContain("createCredit");
    expect(operation.status).toBe("FAILED");
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });

  it("needs a customer, and an amount above zero", async () => {
    const customerId = await newCustomer("recurring");
    const ask = (credit: Record<string, unknown>) => gateway.send(createCredit, { input: { credit } });
    const refused = await ask({ amount: "5" });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "credit", "customerId"] });
    for (const amount of ["0", "-5"]) {
      expect((await give({ customerId, amount })).errors).toMatchObject([
        { code: "INVALID_INPUT", field: ["input", "credit", "amount"] },
      ]);
    }
  });
});

describe("credits over several customers", () => {
  it("each succeed or fail, in the order of the input", async () => {
    const [first, suite, second] = [await newCustomer("recurring"), await newCustomer("suite"), await newCustomer("recurring")];
    const credits = [first, suite, second].map((customerId, index) => ({ customerId, amount: `${index + 1}.50` }));
    const { createCredits: given } = await gateway.data(createCredits, { input: { credits } });
    expect(given.operation.status).toBe("PARTIAL");
    expect(given.results).toMatchObject([
      { status: "SUCCEEDED", credit: { kind: "CREDIT", amount: { amount: "-1.50" } }, errors: [] },
      { status: "FAILED", credit: null, errors: [{ code: "UNSUPPORTED" }] },
      { status: "SUCCEEDED", credit: { kind: "CREDIT", amount: { amount: "-3.50" } }, errors: [] },
    ]);
  });

  it("are refused with ROLL_BACK before anything is sent, because undoing them is not certain", async () => {
    const credits = [{ customerId: await newCustomer("recurring"), amount: "5" }];
    gateway.callsSince();
    const { createCredits: refused } = await gateway.data(createCredits, { input: { credits, onFailure: "ROLL_BACK" } });
    expect(refused.results).toMatchObject([{ status: "FAILED", errors: [{ code: "UNSUPPORTED" }] }]);
    expect(refused.results[0].errors[0].message).toContain("ROLL_BACK");
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });
});

describe("a charge below zero", () => {
  it.each(everywhere)("is refused on %s, pointing at createCredit, and nothing is sent", async (backend) => {
    const customerId = await newCustomer(backend);
    const charge = { customerId, amount: "-5", ...(backend === "pbx" && { name: "Slip" }) };
    const query = (input: string, name: string) =>
      `mutation ($input: ${input}!) { ${name}(input: $input) { ${name === "createCharge" ? "errors { code message field }" : "results { errors { code message field } }"} } }`;
    gateway.callsSince();
    const { createCharge } = await gateway.data(query("CreateChargeInput", "createCharge"), { input: { charge } });
    const { createCharges } = await gateway.data(query("CreateChargesInput", "createCharges"), {
      input: { charges: [charge, charge] },
    });
    const all = [createCharge.errors, ...createCharges.results.map(({ errors }: { errors: unknown }) => errors)];
    for (const errors of all) {
      const slip = errors.find(({ field }: { field: readonly string[] }) => field.at(-1) === "amount");
      expect(slip).toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining("createCredit") });
    }
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });
});
