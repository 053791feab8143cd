import { afterEach, describe, expect, it } from "vitest";
import type { Adapter, WritePlan, Written } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { Customer } from "../../../src/model/model.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { createV01 } from "../../../src/sandbox/v01/index.ts";
import type { V01Options } from "../../../src/sandbox/v01/options.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { connected, scope } from "./fake-connection.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(
  options: V01Options = {},
  changed: Record<string, unknown> = {},
): Promise<{ adapter: Adapter; backend: RunningBackend }> {
  const world = createWorld({ customers: 60, now: new Date("2026-11-21T00:00:00Z") });
  const backend = await serveSimulated(createV01(world, options));
  const { adapter, close } = connected(backend.url, changed);
  closing.push(close, backend.close);
  return { adapter, backend };
}

let steps = 0;
async function run<T>(plan: WritePlan<T> | undefined, id: string | null = null): Promise<T> {
  if (!plan) throw new Error("no such verb");
  let written: Written<T> | undefined;
  for (const step of plan.steps) {
    steps += 1;
    const intent = { stepId: `step-${steps}`, createdAt: new Date().toISOString(), note: null };
    const before = written?.id ?? id;
    const note = step.noteAtOnce?.(intent) ?? (await step.note?.(before, intent, scope)) ?? null;
    written = await step.send(before, { ...intent, note }, scope);
  }
  if (!written) throw new Error("no step");
  return written.value ?? plan.read(written.id ?? "", scope);
}

async function allCustomers(adapter: Adapter): Promise<readonly Customer[]> {
  const page = await adapter.customers.list({}, { first: 500, after: null }, scope);
  return page.items.map(({ value }) => value);
}

async function chargesOf(adapter: Adapter, customerId: string) {
  const [set] = await adapter.charges.listByCustomers([customerId], {}, { first: 1000, after: null }, scope);
  if (!set || set instanceof BillingError) throw set;
  return set.charges;
}

/** Every choice that the contract leaves to the installation (section 14, ⚙), and its default. */
const installations: readonly [string, V01Options, Record<string, unknown>][] = [
  ["the defaults", {}, {}],
  ["wrapped lists and text scalars", { listShape: "object", scalars: "text", createStatus: 201 }, {}],
  ["failures with status 200", { failureStatus: 200, unknownIdStatus: 200 }, {}],
  ["the oldest edition", { edition: "E1" }, {}],
  [
    "taxes on top and the opposite sign",
    { taxIncluded: false, balanceSign: "negativeOwes" },
    { taxIncludedInAmount: false, balanceSign: "negativeOwes" },
  ],
  ["reversals answered with the original", { reverseReturns: "original" }, {}],
  ["whole percents and short pages", { taxUnit: "percent", maximumLimit: 100 }, { taxValueScale: 0 }],
  ["digests and the lists of a mapper", { authentication: "digest", listShape: "mapper" }, { authentication: "digest" }],
  ["shorter pages and lists with null", { maximumLimit: 20, listShape: "mapperNull" }, {}],
  [
    "the sibling's codes, echoes and counted lists",
    { failureCodes: "sibling", messageEcho: true, listShape: "counted", unknownIdStatus: 400 },
    {},
  ],
  ["lists of one without their list", { listShape: "lone" }, {}],
];

describe.each(installations)("the v01 adapter against the simulated backend: %s", (_name, options, changed) => {
  it("reads customers", async () => {
    const { adapter } = await start(options, changed);
    await adapter.probe(scope);
    const customers = await allCustomers(adapter);
    expect(customers.length).toBeGreaterThan(40);
    expect(customers.every(({ raw }) => String(raw["accountId"]) === "2001")).toBe(true);
    const wanted = customers.slice(0, 5);
    expect(await adapter.customers.getMany([...wanted.map(({ id }) => id), "999999999"], scope)).toEqual([...wanted, null]);
    const [one] = wanted;
    const byEmail = await adapter.customers.list({ email: one?.email?.toUpperCase() ?? "" }, { first: 10, after: null }, scope);
    expect(byEmail.items.map(({ value }) => value.id)).toContain(one?.id);
    const byName = await adapter.customers.list({ search: one?.name.slice(1, 6) ?? "" }, { first: 100, after: null }, scope);
    expect(byName.items.map(({ value }) => value.id)).toContain(one?.id);
    const referenced = customers.find(({ reference }) => reference !== null);
    const byReference = await adapter.customers.list(
      { reference: referenced?.reference ?? "" },
      { first: 10, after: null },
      scope,
    );
    expect(byReference.items.map(({ value }) => value)).toEqual([referenced]);
  });

  it("creates and changes customers", async () => {
    const { adapter } = await start(options, changed);
    const address = { lines: ["1 Main St", "Suite 2"], city: "Springfield", state: "IL", postalCode: "62701", country: "US" };
    const input = {
      name: "Acme Works",
      firstName: "Ann",
      lastName: "Lee",
      email: "ann@acme.example",
      phone: "+15550100",
      reference: "ref-1",
    };
    const created = await run(adapter.customers.create?.({ ...input, address }));
    expect(created).toMatchObject({ ...input, organizationName: "Acme Works", address, status: "ACTIVE" });
    expect(created.amountDue).toEqual({ amount: "0.00", currency: "USD" });
    const changedCustomer = await run(
      adapter.customers.update?.(created.id, { phone: "+15550199", address: { city: "Peoria" } }),
      created.id,
    );
    expect(changedCustomer).toMatchObject({ ...input, phone: "+15550199", address: { ...address, city: "Peoria" } });
    expect(await adapter.customers.getMany([created.id], scope)).toEqual([changedCustomer]);
    const again = run(adapter.customers.create?.({ ...input, address }));
    await expect(again).rejects.toMatchObject({ code: "INVALID_INPUT", backendCode: "V02" });
    const missing = run(adapter.customers.update?.("999999999", { name: "x" }), "999999999");
    await expect(missing).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("creates, reads and voids charges", async () => {
    const { adapter } = await start(options, changed);
    const customer = await run(adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }));
    const input = {
      customerId: customer.id,
      amount: "50.00",
      taxAmount: "4.00",
      description: "June",
      date: "2026-12-01",
      reference: "inv-1",
    };
    const created = await run(adapter.charges.create?.(input));
    expect(created).toMatchObject({ status: "OPEN", kind: "ONE_OFF", name: "June", date: "2026-12-01", reference: "inv-1" });
    expect([created.amount?.amount, created.taxAmount?.amount, created.total?.amount]).toEqual(["50.00", "4.00", "54.00"]);
    expect(await adapter.charges.getMany([created.id, `${customer.id}:999999999`], scope)).toEqual([created, null]);
    const twin = await run(adapter.charges.create?.({ ...input, reference: "inv-2" }));
    expect(await run(adapter.charges.void?.(created.id), created.id)).toEqual(
      expect.objectContaining({ id: created.id, status: "VOIDED" }),
    );
    const statuses = (await chargesOf(adapter, customer.id)).map(({ id, status }) => [id, status]);
    expect(statuses).toEqual(
      [
        [created.id, "VOIDED"],
        [twin.id, "OPEN"],
      ].toSorted(),
    );
    await expect(run(adapter.charges.void?.(created.id), created.id)).rejects.toMatchObject({
      code: "CONFLICT",
      backendCode: "U01",
    });
    const credit = await run(adapter.charges.createCredit?.({ customerId: customer.id, amount: "20" }));
    expect(credit).toMatchObject({
      amount: { amount: "-20.00" },
      outstanding: { amount: "0.00" },
      status: "SETTLED",
      kind: "CREDIT",
    });
    // A reversal of an entry that settled others is refused.
    await expect(run(adapter.charges.void?.(credit.id), credit.id)).rejects.toMatchObject({
      code: "CONFLICT",
      backendCode: "U01",
    });
    const [partlyPaid] = await adapter.charges.getMany([twin.id], scope);
    expect(partlyPaid).toMatchObject({ status: "PARTLY_PAID" });
    await expect(run(adapter.charges.void?.(twin.id), twin.id)).rejects.toMatchObject({ code: "CONFLICT" });
    const unknown = run(adapter.charges.create?.({ customerId: "999999999", amount: "1" }));
    await expect(unknown).rejects.toMatchObject({
      code: options.unknownIdStatus === 200 ? "INVALID_INPUT" : "NOT_FOUND",
      backendCode: options.failureCodes === "sibling" ? "V24" : "V01",
    });
  });

  it("lists the charges of many customers, and reads each again", async () => {
    const { adapter } = await start(options, changed);
    const customers = (await allCustomers(adapter)).slice(0, 12);
    const sets = await adapter.charges.listByCustomers(
      customers.map(({ id }) => id),
      {},
      { first: 1000, after: null },
      scope,
    );
    const charges = sets.flatMap((set) => (set instanceof BillingError ? [] : set.charges));
    expect(charges.length).toBeGreaterThan(20);
    expect(new Set(charges.map(({ id }) => id)).size).toBe(charges.length);
    expect(charges.filter(({ status }) => status === "UNKNOWN")).toEqual([]);
    const loaded = await adapter.charges.getMany(
      charges.slice(0, 30).map(({ id }) => id),
      scope,
    );
    const expected = charges
      .slice(0, 30)
      .map((charge) => (charge.status === "VOIDED" ? { ...charge, status: "SETTLED" } : charge));
    expect(loaded).toEqual(expected);
  });

  it("reads, creates, changes and archives taxes, and reads plans", async () => {
    const { adapter } = await start(options, changed);
    const { taxes, plans } = adapter;
    const page = await taxes?.list({}, { first: 50, after: null }, scope);
    const listed = page?.items.map(({ value }) => value) ?? [];
    expect(listed.length).toBeGreaterThan(0);
    expect(await taxes?.getMany([...listed.map(({ id }) => id), "US:999999999"], scope)).toEqual([...listed, null]);
    const created = await run(taxes?.create?.({ name: "Test levy", rate: "7", effectiveDate: "2026-12-01" }));
    expect(created).toMatchObject({ name: "Test levy", rate: "7", effectiveDate: "2026-12-01", active: true, country: "US" });
    const renamed = await run(taxes?.update?.(created.id, { name: "Levy", rate: "8" }), created.id);
    expect(renamed).toMatchObject({ id: created.id, name: "Levy", rate: "8", effectiveDate: "2026-12-01", active: true });
    const archived = await run(taxes?.archive?.(created.id), created.id);
    expect(archived).toMatchObject({ id: created.id, name: "Levy", rate: "8", active: false });
    const inactive = await taxes?.list({ active: false, search: "levy" }, { first: 50, after: null }, scope);
    expect(inactive?.items.map(({ value }) => value)).toEqual([archived]);
    expect(
      (await taxes?.list({ country: "DE" }, { first: 50, after: null }, scope))?.items.every(
        ({ value }) => value.country === "DE",
      ),
    ).toBe(true);
    const plansPage = await plans?.list({}, { first: 50, after: null }, scope);
    const listedPlans = plansPage?.items.map(({ value }) => value) ?? [];
    expect(listedPlans.length).toBeGreaterThan(0);
    expect(await plans?.getMany([...listedPlans.map(({ id }) => id), "999999999"], scope)).toEqual([...listedPlans, null]);
  });
});

describe("the v01 adapter when calls go wrong", () => {
  it("reports wrong credentials without showing them", async () => {
    const { adapter } = await start({}, { password: "wrong-password" });
    const failure = await adapter.probe(scope).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAUTHENTICATED", backendCode: "L01" });
    expect(String(failure)).not.toContain("wrong-password");
  });

  it.each(["dropAfter", "truncate", "html502After", "emptyEnvelope", "echo"] as const)(
    "leaves the outcome of a reversal unknown after %s",
    async (kind) => {
      const { adapter, backend } = await start();
      const customer = await run(adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }));
      const charge = await run(adapter.charges.create?.({ customerId: customer.id, amount: "5" }));
      backend.clearCalls();
      backend.setFaults([{ kind, function: "~reverse" }]);
      const failure = await run(adapter.charges.void?.(charge.id), charge.id).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
      expect(String(failure)).not.toContain("sandbox-recurring");
      expect(backend.calls.filter(({ function: called }) => called.includes("~reverse"))).toHaveLength(1);
      const [after] = await chargesOf(adapter, customer.id);
      expect(after?.status).toBe(kind === "echo" ? "OPEN" : "VOIDED");
    },
  );
});
