import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Charges that look the same: equal customer, service or name, amount, currency and day. */

const create = `mutation Create($input: CreateChargeInput!) {
  createCharge(input: $input) {
    charge { id } errors { code message field } warnings { code message }
    operation { id status replayed }
  }
}`;
const createSeveral = `mutation Create($input: CreateChargesInput!) {
  createCharges(input: $input) { results { status errors { code } warnings { code } } operation { id status } }
}`;

interface Made {
  readonly charge: { readonly id: string } | null;
  readonly errors: readonly { code: string; message: string; field: string[] | null }[];
  readonly warnings: readonly { code: string; message: string }[];
  readonly operation: { readonly id: string; readonly status: string; readonly replayed: boolean };
}

let refusing: TestGateway;
let warning: TestGateway;
let off: TestGateway;
beforeAll(async () => {
  refusing = await startTestGateway({ sandbox: { customers: 20 }, duplicates: { charges: "refuse" } });
  warning = await startTestGateway({ sandbox: { customers: 20 } });
  off = await startTestGateway({ sandbox: { customers: 20 }, duplicates: { charges: "off" } });
});
afterAll(async () => {
  await Promise.all([refusing, warning, off].map((each) => each?.close()));
});

const customers = async (gateway: TestGateway, backend = "recurring"): Promise<{ id: string }[]> =>
  (
    await gateway.data("query Some($backends: [String!]) { customers(first: 5, backends: $backends) { nodes { id } } }", {
      backends: [backend],
    })
  ).customers.nodes;

let names = 0;
const nextName = (): string => `Alike ${++names}`;

const charge = async (gateway: TestGateway, given: object, options: object = {}): Promise<Made> =>
  (await gateway.data(create, { input: { charge: given, ...options } })).createCharge;

const sends = (gateway: TestGateway): number =>
  Object.values(gateway.callsSince())
    .flat()
    .filter((call) => JSON.stringify(call).includes("Alike")).length;

describe("a charge that looks like another one", () => {
  it("is refused if the operator wants that, whoever sends it, and sent if it is confirmed", async () => {
    const [one, two] = await customers(refusing);
    const given = { customerId: one?.id, name: nextName(), amount: "12.50", date: "2026-11-05" };
    const first = await charge(refusing, given, { idempotencyKey: "one" });
    expect(first).toMatchObject({ operation: { status: "SUCCEEDED" }, warnings: [] });
    refusing.callsSince();
    const again = await charge(refusing, { ...given, amount: "12.5", name: ` ${given.name.toUpperCase()}` });
    expect(again).toMatchObject({ charge: null, errors: [{ code: "LIKELY_DUPLICATE" }], operation: { status: "FAILED" } });
    expect(again.errors[0]?.message).toContain(first.operation.id);
    expect(sends(refusing)).toBe(0);
    // Neither its own repetition nor a call that was only checked is a duplicate.
    expect(await charge(refusing, given, { idempotencyKey: "one" })).toMatchObject({ operation: { replayed: true }, errors: [] });
    expect((await charge(refusing, given, { validateOnly: true })).errors).toMatchObject([{ code: "LIKELY_DUPLICATE" }]);
    // With the currency that its backend has anyway.
    expect((await charge(refusing, { ...given, currency: "USD" })).errors).toMatchObject([{ code: "LIKELY_DUPLICATE" }]);
    for (const change of [{ customerId: two?.id }, { amount: "12.51" }, { date: "2026-11-06" }, { name: nextName() }]) {
      expect(await charge(refusing, { ...given, ...change })).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    }
    const meant = await charge(refusing, given, { allowDuplicate: true });
    expect(meant).toMatchObject({ errors: [], warnings: [], operation: { status: "SUCCEEDED" } });
    expect(meant.charge?.id).not.toBe(first.charge?.id);
  });

  it("is not sent again after it failed if the other one was sent meanwhile", async () => {
    const [one] = await customers(refusing);
    const given = { customerId: one?.id, name: nextName(), amount: "4" };
    const { recurring } = refusing.sandbox.backends;
    recurring.setFaults([{ kind: "rateLimit", times: 1 }]);
    const failed = await charge(refusing, given, { idempotencyKey: "failed before" });
    expect(failed).toMatchObject({ errors: [{ code: "RATE_LIMITED" }], operation: { status: "FAILED" } });
    recurring.setFaults([]);
    expect(await charge(refusing, given)).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    refusing.callsSince();
    for (let repeats = 0; repeats < 2; repeats += 1) {
      expect(await charge(refusing, given, { idempotencyKey: "failed before" })).toMatchObject({
        charge: null,
        errors: [{ code: "LIKELY_DUPLICATE" }],
        operation: { id: failed.operation.id, status: "FAILED" },
      });
    }
    expect(sends(refusing)).toBe(0);
  });

  it("is not compared with voided charges or dry runs", async () => {
    const [one] = await customers(refusing);
    const given = { customerId: one?.id, name: nextName(), amount: "3" };
    const first = await charge(refusing, given);
    await refusing.data("mutation Void($id: ID!) { voidCharge(input: { id: $id }) { operation { status } } }", {
      id: first.charge?.id,
    });
    expect(await charge(refusing, given)).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    const other = { ...given, name: nextName() };
    expect((await charge(refusing, other, { validateOnly: true })).operation.status).toBe("VALIDATED");
    expect(await charge(refusing, other)).toMatchObject({ operation: { status: "SUCCEEDED" } });
  });

  it("is sent with a warning by default, which a replay repeats; switched off, there is none", async () => {
    const [one] = await customers(warning);
    const given = { customerId: one?.id, name: nextName(), amount: "4.00" };
    expect((await charge(warning, given)).warnings).toEqual([]);
    for (const replayed of [false, true]) {
      const again = await charge(warning, given, { idempotencyKey: "again" });
      expect(again).toMatchObject({
        errors: [],
        warnings: [{ code: "LIKELY_DUPLICATE" }],
        operation: { status: "SUCCEEDED", replayed },
      });
    }
    expect((await charge(warning, given, { allowDuplicate: true })).warnings).toEqual([]);
    const [other] = await customers(off);
    for (const _ of [1, 2]) expect((await charge(off, { ...given, customerId: other?.id })).warnings).toEqual([]);
  });

  it("is found target by target in one call, and stops all of an all-or-nothing call", async () => {
    const [one, two] = await customers(refusing);
    const name = nextName();
    const charges = [one, two, one].map((each) => ({ customerId: each?.id, name, amount: "9" }));
    const { createCharges: kept } = await refusing.data(createSeveral, { input: { charges } });
    expect(kept.results.map(({ errors: [error] }: Made) => error?.code ?? null)).toEqual([null, null, "LIKELY_DUPLICATE"]);
    expect(kept.operation.status).toBe("PARTIAL");
    refusing.callsSince();
    const mixed = [...charges.slice(0, 1), { ...charges[1], name: nextName() }];
    const { createCharges: nothing } = await refusing.data(createSeveral, { input: { charges: mixed, onFailure: "ROLL_BACK" } });
    expect(nothing.operation.status).toBe("FAILED");
    expect(sends(refusing)).toBe(0);
    const { createCharges: meant } = await refusing.data(createSeveral, { input: { charges, allowDuplicate: true } });
    expect(meant.operation.status).toBe("SUCCEEDED");
  });

  it.each(["pbx", "suite", "offices", "recurring"])("is found in %s itself on request, whoever made it", async (backend) => {
    const [one] = await customers(off, backend);
    const { backend: found } = await off.data(
      "query Services($key: String!) { backend(key: $key) { services(first: 1) { nodes { id } } } }",
      {
        key: backend,
      },
    );
    const service = found.services?.nodes[0]?.id;
    const given = {
      customerId: one?.id,
      ...(service ? { serviceId: service, notes: nextName() } : { name: nextName() }),
      amount: "17.25",
      date: "2026-11-05",
    };
    const first = await charge(off, given);
    expect(first.errors).toEqual([]);
    // As if another program had made it: this gateway's journal knows nothing of it.
    const stranger = await startTestGateway({ duplicates: { charges: "refuse" }, backends: off.sandbox.configuration });
    try {
      expect((await charge(stranger, given, { validateOnly: true })).errors).toEqual([]);
      const again = await charge(stranger, given, { compareWithBackend: true });
      expect(again.errors).toMatchObject([{ code: "LIKELY_DUPLICATE" }]);
      expect(again.errors[0]?.message).toContain(first.charge?.id ?? "nothing");
      expect((await charge(stranger, { ...given, amount: "17.26" }, { compareWithBackend: true })).errors).toEqual([]);
    } finally {
      await stranger.close();
    }
  });

  it("is one of many at the same moment if they are refused", async () => {
    const [one] = await customers(refusing);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 8 }), async (many) => {
        const given = { customerId: one?.id, name: nextName(), amount: "1" };
        const made = await Promise.all(Array.from({ length: many }, () => charge(refusing, given)));
        expect(made.filter(({ operation }) => operation.status === "SUCCEEDED")).toHaveLength(1);
        expect(made.filter(({ errors: [error] }) => error?.code === "LIKELY_DUPLICATE")).toHaveLength(many - 1);
      }),
      { numRuns: 5 },
    );
  });
});

describe("a credit that looks like another one", () => {
  const functions = { balanceAdd: true };
  const createCredit = `mutation Credit($input: CreateCreditInput!) { createCredit(input: $input) {
    credit { id } errors { code message } warnings { code message } operation { id status replayed }
  } }`;
  const createCredits = `mutation Credits($input: CreateCreditsInput!) { createCredits(input: $input) {
    results { status errors { code message } } operation { status }
  } }`;
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      sandbox: { customers: 20 },
      duplicates: { charges: "refuse" },
      backends: { pbx: { functions } },
    });
  });
  afterAll(async () => gateway?.close());

  const credit = async (at: TestGateway, given: object, options: object = {}) =>
    (await at.data(createCredit, { input: { credit: given, ...options } })).createCredit;
  const balanceCalls = (): number =>
    Object.values(gateway.callsSince())
      .flat()
      .filter((call) => /"PUT|balance\/add|~create/.test(JSON.stringify(call))).length;

  it.each(["pbx", "recurring"])("is refused in %s, and sent if it is confirmed", async (backend) => {
    const [one, two] = await customers(gateway, backend);
    const given = { customerId: one?.id, amount: "5.50", description: nextName() };
    const first = await credit(gateway, given, { idempotencyKey: `credit ${backend}` });
    expect(first).toMatchObject({ errors: [], warnings: [], operation: { status: "SUCCEEDED" } });
    gateway.callsSince();
    const again = await credit(gateway, { ...given, amount: "5.5", description: `${given.description.toLowerCase()} ` });
    expect(again).toMatchObject({ credit: null, errors: [{ code: "LIKELY_DUPLICATE" }], operation: { status: "FAILED" } });
    expect(again.errors[0].message).toContain("customer, description, amount, currency and day");
    expect(again.errors[0].message).toContain(first.operation.id);
    expect(balanceCalls()).toBe(0);
    expect(await credit(gateway, given, { idempotencyKey: `credit ${backend}` })).toMatchObject({
      operation: { replayed: true },
    });
    for (const change of [{ customerId: two?.id }, { amount: "5.51" }, { description: nextName() }]) {
      expect((await credit(gateway, { ...given, ...change })).errors).toEqual([]);
    }
    expect(await credit(gateway, given, { allowDuplicate: true })).toMatchObject({
      errors: [],
      operation: { status: "SUCCEEDED" },
    });
  });

  it("is not a charge of the same amount, and is found within one call", async () => {
    const [one] = await customers(gateway);
    const description = nextName();
    expect((await charge(gateway, { customerId: one?.id, name: description, amount: "7" })).errors).toEqual([]);
    const credits = [1, 2].map(() => ({ customerId: one?.id, amount: "7", description }));
    const { createCredits: made } = await gateway.data(createCredits, { input: { credits } });
    expect(made).toMatchObject({
      operation: { status: "PARTIAL" },
      results: [{ errors: [] }, { errors: [{ code: "LIKELY_DUPLICATE" }] }],
    });
    expect(made.results[1].errors[0].message).toContain("credit 1 of this call");
  });

  it.each(["pbx", "recurring"])("is found in %s itself on request, whoever gave it", async (backend) => {
    const [, , three] = await customers(gateway, backend);
    const given = { customerId: three?.id, amount: "6.25", description: `${nextName()}\nand a second line` };
    const first = await credit(gateway, given);
    expect(first.errors).toEqual([]);
    const { pbx, ...others } = gateway.sandbox.configuration as Record<string, object>;
    const backends = { ...others, pbx: { ...pbx, functions } };
    const stranger = await startTestGateway({ duplicates: { charges: "refuse" }, backends: backends as never });
    try {
      expect((await credit(stranger, given, { validateOnly: true })).errors).toEqual([]);
      const again = await credit(stranger, given, { compareWithBackend: true });
      expect(again.errors).toMatchObject([{ code: "LIKELY_DUPLICATE" }]);
      expect(again.errors[0].message).toContain(first.credit.id);
      expect((await credit(stranger, { ...given, amount: "6.26" }, { compareWithBackend: true })).errors).toEqual([]);
    } finally {
      await stranger.close();
    }
  });
});

describe("a charge that was executed already", () => {
  const execute = `mutation Execute($input: ExecuteChargeInput!) {
    executeCharge(input: $input) { charge { id } errors { code message } warnings { code message } operation { id status replayed } }
  }`;
  const executed = async (gateway: TestGateway, input: object): Promise<Made> =>
    (await gateway.data(execute, { input })).executeCharge;
  const made = async (gateway: TestGateway, options: object = {}): Promise<Made> => {
    const [one] = await customers(gateway, "pbx");
    const recurrence = { interval: "ONCE" };
    return charge(gateway, { customerId: one?.id, name: nextName(), amount: "2.50", recurrence, ...options });
  };
  const executions = (gateway: TestGateway): number =>
    Object.values(gateway.callsSince())
      .flat()
      .filter((call) => JSON.stringify(call).includes("charges/charge")).length;

  it("is not executed again under another key, unless that is meant", async () => {
    const { charge: defined } = await made(refusing);
    const first = await executed(refusing, { id: defined?.id, idempotencyKey: "execute it" });
    expect(first).toMatchObject({ errors: [], warnings: [], operation: { status: "SUCCEEDED" } });
    refusing.callsSince();
    const again = await executed(refusing, { id: defined?.id });
    expect(again).toMatchObject({ charge: null, errors: [{ code: "LIKELY_DUPLICATE" }], operation: { status: "FAILED" } });
    expect(again.errors[0]?.message).toContain(first.operation.id);
    expect((await executed(refusing, { id: defined?.id, validateOnly: true })).errors).toMatchObject([
      { code: "LIKELY_DUPLICATE" },
    ]);
    expect(await executed(refusing, { id: defined?.id, idempotencyKey: "execute it" })).toMatchObject({
      operation: { replayed: true, status: "SUCCEEDED" },
      errors: [],
    });
    expect(executions(refusing)).toBe(0);
    expect(await executed(refusing, { id: defined?.id, allowDuplicate: true })).toMatchObject({
      errors: [],
      warnings: [],
      operation: { status: "SUCCEEDED" },
    });
    // Another charge that looks the same is another charge.
    const other = await made(refusing);
    expect(await executed(refusing, { id: other.charge?.id })).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
  });

  it("is not executed again if its creation has executed it at once", async () => {
    const { charge: taken, operation } = await made(refusing, { executeNow: true });
    expect(operation.status).toBe("SUCCEEDED");
    refusing.callsSince();
    const again = await executed(refusing, { id: taken?.id });
    expect(again).toMatchObject({ charge: null, errors: [{ code: "LIKELY_DUPLICATE" }] });
    expect(again.errors[0]?.message).toContain(operation.id);
    expect(executions(refusing)).toBe(0);
  });

  it("is executed once by two calls at the same moment, and again if the first has failed", async () => {
    const { charge: defined } = await made(refusing);
    refusing.callsSince();
    const both = await Promise.all([1, 2, 3].map(() => executed(refusing, { id: defined?.id })));
    expect(both.map(({ operation }) => operation.status).sort()).toEqual(["FAILED", "FAILED", "SUCCEEDED"]);
    expect(executions(refusing)).toBe(1);
    const { charge: next } = await made(refusing);
    refusing.sandbox.backends.pbx.setFaults([{ kind: "rateLimit", function: "charges/charge", times: 1 }]);
    const failed = await executed(refusing, { id: next?.id, idempotencyKey: "execution that failed" });
    expect(failed).toMatchObject({ operation: { status: "FAILED" } });
    refusing.sandbox.backends.pbx.setFaults([]);
    expect(await executed(refusing, { id: next?.id })).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    refusing.callsSince();
    expect(await executed(refusing, { id: next?.id, idempotencyKey: "execution that failed" })).toMatchObject({
      errors: [{ code: "LIKELY_DUPLICATE" }],
      operation: { id: failed.operation.id, status: "FAILED" },
    });
    expect(executions(refusing)).toBe(0);
  });

  it("is executed with a warning by default", async () => {
    const { charge: defined } = await made(warning);
    expect((await executed(warning, { id: defined?.id })).warnings).toEqual([]);
    const again = await executed(warning, { id: defined?.id });
    expect(again).toMatchObject({ errors: [], warnings: [{ code: "LIKELY_DUPLICATE" }], operation: { status: "SUCCEEDED" } });
    const { charge: taken } = await made(off, { executeNow: true });
    expect((await executed(off, { id: taken?.id })).warnings).toEqual([]);
  });
});
