import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Every mutation on every backend: its answer is lost, before or after the backend acted, and then it is settled. */

let gateway: TestGateway;
beforeAll(async () => {
  const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true };
  gateway = await startTestGateway({
    sandbox: { customers: 30, pbx: { functions } },
    backends: { pbx: { functions: { ...functions, balanceAdd: true } } },
    backend: { timeoutMs: 10_000, circuit: { failures: 1000 } },
    // Nobody looks by itself: the tests do.
    operations: { settleSeconds: 0, reconcileSeconds: [3600] },
  });
});
afterAll(async () => gateway.close());
afterEach(() => setFaults([]));

type Key = "pbx" | "suite" | "offices" | "recurring";

function setFaults(faults: readonly Fault[], backend?: Key): void {
  for (const [key, each] of Object.entries(gateway.sandbox.backends))
    each.setFaults(backend === undefined || key === backend ? faults : []);
}

let tags = 0;
const tag = (): string => {
  tags += 1;
  return `Tag ${process.pid}-${tags}`;
};

interface Ids {
  readonly customerId: string;
  readonly planId: string | undefined;
  readonly serviceId: string | undefined;
}

async function idsOf(backend: Key): Promise<Ids> {
  const { customers, catalogue } = await gateway.data(
    `query ($backend: String!) {
      customers(first: 3, backends: [$backend]) { nodes { id } }
      catalogue: backend(key: $backend) { plans(first: 1) { nodes { id } } services(first: 1) { nodes { id } } }
    }`,
    { backend },
  );
  return {
    customerId: customers.nodes[1].id,
    planId: catalogue.plans.nodes[0]?.id,
    serviceId: catalogue.services.nodes[0]?.id,
  };
}

const chargeInput = (backend: Key, { customerId, serviceId }: Ids) => ({
  customerId,
  amount: "12.34",
  ...(backend === "pbx" ? { name: tag() } : backend === "recurring" ? { description: tag() } : { notes: tag(), serviceId }),
});

const newCharge = async (backend: Key): Promise<string> => {
  const { createCharge } = await gateway.data(
    `mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { charge { id } errors { message } } }`,
    { charge: chargeInput(backend, await idsOf(backend)) },
  );
  return createCharge.charge.id;
};

const newCustomer = async (backend: Key): Promise<string> => {
  const { createCustomer } = await gateway.data(
    `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { customer { id } errors { message } } } }`,
    {
      input: await customerInput(backend),
    },
  );
  return createCustomer.results[0].customer.id;
};

async function customerInput(backend: Key): Promise<Record<string, unknown>> {
  const { planId } = await idsOf(backend);
  return {
    backends: [backend],
    firstName: "Grace",
    lastName: tag(),
    email: `${tags}@navy.example`,
    ...(backend === "pbx" && { planId }),
  };
}

const newTax = async (backend: Key): Promise<string> => {
  const { createTax } = await gateway.data(
    `mutation ($input: CreateTaxInput!) { createTax(input: $input) { results { tax { id } errors { message } } } }`,
    {
      input: taxInput(backend),
    },
  );
  return createTax.results[0].tax.id;
};

const taxInput = (backend: Key) => ({
  backends: [backend],
  name: tag(),
  rate: "3.5",
  ...(backend === "recurring" && { effectiveDate: "2027-01-01" }),
});

interface Case {
  readonly mutation: string;
  readonly backends: readonly Key[];
  /** The part of the call's name that distinguishes the write from the reads around it. */
  readonly call: RegExp;
  readonly input: (backend: Key) => Promise<Record<string, unknown>>;
  readonly fanOut?: boolean;
}

const everywhere: readonly Key[] = ["pbx", "suite", "offices", "recurring"];
const cases: readonly Case[] = [
  {
    mutation: "createCustomer",
    backends: everywhere,
    call: /customers\/create|clients\/save|POST \/clients|customers\/~create/,
    input: customerInput,
    fanOut: true,
  },
  {
    mutation: "updateCustomer",
    backends: everywhere,
    call: /customers\/update|clients\/update|PATCH \/clients|customers\/~modify/,
    input: async (backend) => ({
      id: await newCustomer(backend),
      ...(backend === "recurring" ? { lastName: tag().slice(4) } : { name: tag() }),
    }),
  },
  {
    mutation: "archiveCustomer",
    backends: ["pbx", "suite", "offices"],
    call: /customers\/delete|clients\/archive|DELETE \/clients/,
    input: async (backend) => ({ id: await newCustomer(backend) }),
  },
  {
    mutation: "createCharge",
    backends: everywhere,
    call: /charges\/create|charges\/new|POST \/charges|transactions\/~create/,
    input: async (backend) => ({ charge: chargeInput(backend, await idsOf(backend)) }),
  },
  {
    mutation: "createCredit",
    backends: ["pbx", "recurring"],
    call: /customers\/balance\/add|transactions\/~create/,
    input: async (backend) => ({
      credit: { customerId: (await idsOf(backend)).customerId, amount: "12.34", description: tag() },
    }),
  },
  {
    mutation: "createCredits",
    backends: ["pbx", "recurring"],
    call: /customers\/balance\/add|transactions\/~create/,
    input: async (backend) => ({
      credits: [{ customerId: (await idsOf(backend)).customerId, amount: "12.34", description: tag() }],
    }),
    fanOut: true,
  },
  {
    mutation: "updateCharge",
    backends: ["pbx", "offices"],
    call: /charges\/update|PATCH \/charges/,
    input: async (backend) => ({ id: await newCharge(backend), amount: "99.01" }),
  },
  {
    mutation: "voidCharge",
    backends: ["pbx", "offices", "recurring"],
    call: /charges\/delete|DELETE \/charges|transactions\/~reverse/,
    input: async (backend) => ({ id: await newCharge(backend) }),
  },
  {
    mutation: "executeCharge",
    backends: ["pbx"],
    call: /charges\/charge/,
    input: async (backend) => ({ id: await newCharge(backend) }),
  },
  {
    mutation: "createTax",
    backends: ["pbx", "offices", "recurring"],
    call: /taxes\/create|POST \/taxes|taxes\/~modify/,
    input: async (backend) => taxInput(backend),
    fanOut: true,
  },
  {
    mutation: "updateTax",
    backends: ["pbx", "offices", "recurring"],
    call: /taxes\/update|PATCH \/taxes|taxes\/~modify/,
    input: async (backend) => ({ id: await newTax(backend), rate: "4.25" }),
  },
  {
    mutation: "archiveTax",
    backends: ["pbx", "offices", "recurring"],
    call: /taxes\/delete|DELETE \/taxes|taxes\/~modify/,
    input: async (backend) => ({ id: await newTax(backend) }),
  },
  {
    mutation: "setTaxLiability",
    backends: ["pbx"],
    call: /taxes\/liable\/set/,
    input: async (backend) => ({ taxId: await newTax(backend), customerId: (await idsOf(backend)).customerId, liable: false }),
  },
];

const rows = cases.flatMap((each) => each.backends.map((backend) => [each.mutation, backend, each] as const));

const operationFields = "operation { id status steps { status attempts node { id } error { code message retryable } } }";
const capital = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

async function call({ mutation, fanOut }: Case, input: Record<string, unknown>) {
  const payload = fanOut ? `results { status errors { code } } ${operationFields}` : `errors { code message } ${operationFields}`;
  const data = await gateway.data(`mutation ($input: ${capital(mutation)}Input!) { ${mutation}(input: $input) { ${payload} } }`, {
    input,
  });
  return data[mutation].operation as { id: string; status: string; steps: { status: string; attempts: number }[] };
}

async function reconcile(id: string) {
  const { reconcileOperation } = await gateway.data(
    `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { errors { message } ${operationFields} } }`,
    { id },
  );
  return reconcileOperation.operation as {
    status: string;
    steps: { status: string; node: { id: string } | null; error: { code: string; message: string; retryable: boolean } | null }[];
  };
}

const writes = (backend: Key, pattern: RegExp): number =>
  (gateway.callsSince()[backend] ?? []).filter((each) => pattern.test(each.function)).length;

describe.each(rows)("%s on %s", (_mutation, backend, each) => {
  it("is found again if it happened and its answer was lost", async () => {
    const input = { ...(await each.input(backend)), idempotencyKey: tag() };
    loseAnswers(backend, each, "dropAfter");
    gateway.callsSince();
    const operation = await call(each, input);
    setFaults([]);
    expect(operation.status).toBe("UNKNOWN");
    expect(writes(backend, each.call)).toBe(1);
    const settled = await reconcile(operation.id);
    // HostedSuite v2 stores a client's e-mail in a contact, whose step was not sent: the repeated call sends it.
    const rest = backend === "suite" && each.mutation === "createCustomer" ? ["FAILED"] : [];
    expect(settled.status).toBe(rest.length > 0 ? "PARTIAL" : "SUCCEEDED");
    expect(settled.steps.map(({ status }) => status)).toEqual(["SUCCEEDED", ...rest]);
    // The client, which never had an answer, repeats its call: nothing is sent.
    gateway.callsSince();
    expect((await call(each, input)).status).toBe("SUCCEEDED");
    expect(writes(backend, each.call)).toBe(0);
  });

  it("is found not to have happened if it did not, and the repeated call does it", async () => {
    const input = { ...(await each.input(backend)), idempotencyKey: tag() };
    loseAnswers(backend, each, "dropBefore");
    const operation = await call(each, input);
    setFaults([]);
    expect(operation.status).toBe("UNKNOWN");
    await gateway.letTimePass();
    const settled = await reconcile(operation.id);
    expect(settled.status).toBe("FAILED");
    expect(settled.steps[0]?.error).toMatchObject({ retryable: true });
    const again = await call(each, input);
    expect(again).toMatchObject({ id: operation.id, status: "SUCCEEDED" });
    expect(again.steps[0]?.attempts).toBe(2);
  });
});

/** The fault matches the one kind of call that the case is about, by its name in the sandbox's log. */
function loseAnswers(backend: Key, { call: pattern }: Case, kind: "dropAfter" | "dropBefore"): void {
  const names = pattern.source.replaceAll("\\/", "/").split("|");
  setFaults(
    names.map((name) => ({ kind, function: name })),
    backend,
  );
}
