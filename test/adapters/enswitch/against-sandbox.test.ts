import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Adapter, ChargeSet } from "../../../src/adapter/adapter.ts";
import { capabilitiesOf } from "../../../src/adapter/verbs.ts";
import type { Charge, Customer, Plan, Tax } from "../../../src/model/model.ts";
import type { EnswitchOptions } from "../../../src/sandbox/enswitch/index.ts";
import { failureOf } from "./fake-connection.ts";
import { adapterFor, everything, perform, type Run, start, stop } from "./sandbox.ts";

const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true };
const window = { first: 1000, after: null };
const manners: readonly [string, EnswitchOptions, Readonly<Record<string, unknown>>][] = [
  ["as documented", {}, {}],
  [
    "with all as text, numeric codes, HTTP statuses and tokens",
    { rowStyle: "strings", numericCodes: true, httpStatusFollowsCode: true },
    { useTokens: true },
  ],
  ["with the unconfirmed functions", { functions }, { functions }],
  ["before 4.0", { pre40: true }, {}],
  ["that reads addresses only", { parameters: "query" }, { parameters: "query", useTokens: true }],
];

describe.each(manners)("against a simulated Enswitch %s", (_title, options, settings) => {
  let run: Run;
  let adapter: Adapter;
  let live: Customer;

  beforeAll(async () => {
    run = await start(options);
    adapter = adapterFor(run, settings);
    const active = (await everything(adapter.customers.list, 100)).find(({ status }) => status === "ACTIVE");
    if (active === undefined) throw new Error("nobody is active");
    live = active;
  });
  afterAll(() => stop(run));

  const newCharge = (customerId = live.id) => ({ customerId, name: "Setup fee", amount: "12.50", cost: "8", currency: "EUR" });

  it("answers the probe", () => adapter.probe({}));

  it("shows every customer, in pages and by id", async () => {
    const stored = [...run.simulated.state.customers.values()].filter(({ id }) => id !== 1);
    const listed = await everything(adapter.customers.list, 7);
    expect(listed.map(({ id }) => id).sort()).toEqual(stored.map(({ id }) => String(id)).sort());
    const ids = ["999999", ...listed.map(({ id }) => id), "1"];
    const loaded = await adapter.customers.getMany(ids, {});
    expect(loaded.map((customer) => (customer as Customer | null)?.id ?? null)).toEqual([null, ...ids.slice(1)]);
    expect(loaded.slice(1, 4)).toEqual(listed.slice(0, 3));
    for (const customer of listed) {
      const row = run.simulated.state.customers.get(Number(customer.id));
      expect(customer).toMatchObject({
        name: row?.name,
        email: row?.email,
        status: row?.deleted ? "ARCHIVED" : "ACTIVE",
        currency: row?.currency,
      });
      expect(JSON.stringify(customer)).not.toContain("SANDBOX0");
    }
  });

  it("filters customers", async () => {
    const page = { first: 100, after: null };
    const ids = async (query: Parameters<typeof adapter.customers.list>[0]) =>
      (await adapter.customers.list(query, page, {})).items.map(({ value }) => value.id);
    expect(await ids({ search: live.name.toUpperCase() })).toContain(live.id);
    expect(await ids({ email: live.email })).toContain(live.id);
    expect(await ids({ status: "ARCHIVED" })).not.toContain(live.id);
    expect((await ids({ status: "ACTIVE" })).length + (await ids({ status: "ARCHIVED" })).length).toBe((await ids({})).length);
  });

  it("creates, changes, archives and restores a customer", async () => {
    const plan = (await everything<Plan>(adapter.plans?.list, 100))[0];
    const address = { lines: ["1 High Street"], city: "Galway", postalCode: "H91" };
    const input = {
      name: "Müller & Söhne; 50% = ½",
      email: "m@example.com",
      planId: plan?.id,
      parentId: live.id,
      reference: "R-1",
      address,
    };
    const created = await perform(adapter.customers.create?.(input));
    expect(created).toMatchObject({
      name: input.name,
      reference: "R-1",
      parent: { id: live.id },
      plan: { id: plan?.id },
      status: "ACTIVE",
    });
    expect(created.address).toMatchObject({ ...address, state: null });
    const { id } = created;
    const changed = await perform(
      adapter.customers.update?.(id, { name: "Müller", reference: null, address: { city: "Cork" } }),
      id,
    );
    expect(changed).toMatchObject({
      name: "Müller",
      reference: null,
      email: "m@example.com",
      address: { ...address, city: "Cork" },
    });
    expect(await perform(adapter.customers.archive?.(id), id)).toMatchObject({ status: "ARCHIVED" });
    expect(await perform(adapter.customers.restore?.(id), id)).toMatchObject({ status: "ACTIVE" });
    expect(await failureOf(() => perform(adapter.customers.archive?.(live.id), live.id))).toMatchObject({
      code: "INVALID_INPUT",
    });
    const elsewhere = adapter.customers.update?.("999999", { name: "x" });
    expect(await failureOf(() => perform(elsewhere, "999999"))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("shows the charges of customers and plans", async () => {
    const stored = [...run.simulated.state.charges.values()];
    const plans = [...new Set(stored.map(({ plan }) => plan).filter((plan) => plan !== 0))].map(String);
    const customers = [...new Set(stored.map(({ customer }) => customer).filter((customer) => customer !== 0))].map(String);
    const ofCustomers = await adapter.charges.listByCustomers([...customers, "999999"], {}, window, {});
    expect(ofCustomers.at(-1)).toMatchObject({ code: "NOT_FOUND" });
    const ofPlans = (await adapter.charges.listByPlans?.(plans, {}, window, {})) ?? [];
    const sets = [...ofCustomers.slice(0, -1), ...ofPlans].map((set) => (set as ChargeSet).charges);
    expect(
      sets
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(stored.map(({ id }) => String(id)).sort());
    const sample = sets.flat().slice(0, 5);
    expect(await adapter.charges.getMany([...sample.map(({ id }) => id), "999999"], {})).toEqual([...sample, null]);
    const recurring = await adapter.charges.listByCustomers(customers, { kind: ["RECURRING"], from: "2026-01-01" }, window, {});
    for (const { kind, date } of recurring.flatMap((set) => (set as ChargeSet).charges)) {
      expect([kind, String(date) >= "2026-01-01"]).toEqual(["RECURRING", true]);
    }
  });

  it("creates, dry-runs, changes and executes a charge", async () => {
    const count = run.simulated.state.charges.size;
    await adapter.charges.create?.(newCharge()).validate?.({});
    expect(run.simulated.state.charges.size).toBe(count);
    const recurrence = { interval: "MONTHLY", occurrences: 12, startsOn: "2027-01-01", endsOn: "2027-12-31" } as const;
    const created = await perform(adapter.charges.create?.({ ...newCharge(), description: "Once; only & new", recurrence }));
    expect(created).toMatchObject({
      name: "Setup fee",
      description: "Once; only & new",
      customer: { id: live.id },
      amount: { amount: "12.50", currency: "EUR" },
      cost: { amount: "8.00" },
      kind: "RECURRING",
      date: "2027-01-01",
      recurrence,
    });
    const { id } = created;
    const update = adapter.charges.update?.(id, { amount: "0.05", recurrence: { interval: "ONCE", endsOn: null } });
    await update?.validate?.({});
    const changed = await perform(update, id);
    expect(changed).toMatchObject({ amount: { amount: "0.05" }, recurrence: { interval: "ONCE", occurrences: 1, endsOn: null } });
    const transactions = run.simulated.state.transactions.length;
    await perform(adapter.charges.execute?.(id), id);
    expect(run.simulated.state.transactions.length).toBe(transactions + 1);
    const oneDay = adapter.charges.create?.({
      ...newCharge(),
      date: "2027-01-02",
      recurrence: { interval: "MONTHLY", endsOn: "2027-01-02" },
    });
    await oneDay?.validate?.({});
    const nobody = adapter.charges.create?.(newCharge("999999"));
    expect(await failureOf(() => nobody?.validate?.({}))).toMatchObject({ code: "NOT_FOUND", field: ["customerId"] });
    expect(await failureOf(() => perform(nobody))).toMatchObject({ code: "NOT_FOUND", field: ["customerId"] });
  });

  it("uses the customer's or plan's currency by default", async () => {
    for (const [currency, row] of new Map([...run.simulated.state.customers.values()].map((row) => [row.currency, row]))) {
      const owner = { name: "a", amount: "1" };
      expect((await perform(adapter.charges.create?.({ ...owner, customerId: String(row.id) }))).amount?.currency).toBe(currency);
      expect((await perform(adapter.charges.create?.({ ...owner, planId: String(row.plan) }))).amount?.currency).toBe(currency);
    }
    const elsewhere = adapter.charges.create?.({ name: "a", amount: "1", planId: "999999" });
    expect(await failureOf(() => elsewhere?.validate?.({}))).toMatchObject({ code: "NOT_FOUND", field: ["planId"] });
  });

  it("makes exactly the named taxes apply to a charge, and charges with them", async () => {
    const taxes = (await adapter.taxes?.listByCustomers?.([live.id], {}))?.[0] as readonly Tax[];
    const own = taxes.filter((tax) => tax.appliesTo.includes("CHARGES"));
    const wanted = own.slice(0, 1);
    const input = { ...newCharge(), taxIds: wanted.map(({ id }) => id), executeNow: true };
    const charge = await perform(adapter.charges.create?.(input));
    expect(charge.recurrence?.interval).toBe("IMMEDIATE");
    for (const tax of own) {
      expect(await adapter.taxes?.isLiable?.(tax.id, { chargeId: charge.id }, {})).toBe(wanted.includes(tax));
    }
    expect(run.simulated.state.transactions.at(-1)).toMatchObject({ customer: Number(live.id), amount_excluding_tax: "-12.50" });
    const untaxed = await perform(adapter.charges.create?.({ ...newCharge(), taxIds: [] }));
    for (const tax of own) expect(await adapter.taxes?.isLiable?.(tax.id, { chargeId: untaxed.id }, {})).toBe(false);
  });

  it("charges everybody on a plan", async () => {
    const tax = (await everything<Tax>(adapter.taxes?.list, 100))[0];
    const planId = live.plan?.id;
    const input = { planId, name: "Price rise", amount: "1", currency: live.currency, taxIds: tax ? [tax.id] : [] };
    const charge: Charge = await perform(adapter.charges.create?.(input));
    expect(charge).toMatchObject({ customer: null, plan: { id: planId } });
  });

  it("voids a charge if the function is known to exist", async () => {
    const charge = await perform(adapter.charges.create?.(newCharge()));
    if (!capabilitiesOf(adapter).includes("CHARGE_VOID")) return expect(adapter.charges.void).toBeUndefined();
    expect(await perform(adapter.charges.void?.(charge.id), charge.id)).toEqual({ ...charge, status: "VOIDED" });
    expect(await adapter.charges.getMany([charge.id], {})).toEqual([null]);
  });

  it("shows taxes in lists, by id and by customer", async () => {
    const listed = await everything<Tax>(adapter.taxes?.list, 1);
    const applying = (await adapter.taxes?.listByCustomers?.([live.id, "999999"], {})) ?? [];
    expect(applying[1]).toMatchObject({ code: "NOT_FOUND" });
    const all = [...listed, ...(applying[0] as readonly Tax[])];
    expect(listed.length).toBeGreaterThan(0);
    const ids = [...all.map(({ id }) => id), "1:999999"];
    expect(await adapter.taxes?.getMany(ids, {})).toEqual([...all, null]);
  });

  it("creates, dry-runs, sets, changes and archives a tax", async () => {
    const count = run.simulated.state.taxes.size;
    const input = { name: "Levy", rate: "2.5", fixedAmount: "0.10", appliesTo: ["CHARGES"], defaultLiability: "NOBODY" } as const;
    const plan = adapter.taxes?.create?.(input);
    await plan?.validate?.({});
    expect(run.simulated.state.taxes.size).toBe(count);
    const tax = await perform(plan);
    expect(tax).toMatchObject({
      id: expect.stringMatching(/^1:/),
      rate: "2.50",
      fixedAmount: { amount: "0.10", currency: "EUR" },
      appliesTo: ["CHARGES"],
      defaultLiability: "NOBODY",
      owner: { id: "1" },
    });
    expect(
      await perform(adapter.taxes?.create?.({ name: "Sub levy", ownerId: live.id, defaultLiability: "NOBODY" })),
    ).toMatchObject({
      owner: { id: live.id },
    });
    const update = adapter.taxes?.update?.(tax.id, { rate: "3", appliesTo: [], fixedAmount: null });
    await update?.validate?.({});
    expect(await perform(update, tax.id)).toMatchObject({
      name: "Levy",
      rate: "3.00",
      appliesTo: [],
      fixedAmount: { amount: "0.00" },
    });
    for (const liable of [true, false]) {
      const subject = { customerId: live.id };
      expect(await perform(adapter.taxes?.setLiability?.(tax.id, subject, liable), tax.id)).toMatchObject({ id: tax.id });
      expect(await adapter.taxes?.isLiable?.(tax.id, subject, {})).toBe(liable);
    }
    if (!capabilitiesOf(adapter).includes("TAX_ARCHIVE")) return expect(adapter.taxes?.archive).toBeUndefined();
    expect(await perform(adapter.taxes?.archive?.(tax.id), tax.id)).toMatchObject({ id: tax.id, active: false });
    expect(await adapter.taxes?.getMany([tax.id], {})).toEqual([null]);
  });

  it("shows plans in lists and by id", async () => {
    const plans = await everything<Plan>(adapter.plans?.list, 2);
    expect(plans.map(({ id }) => id).sort()).toEqual([...run.simulated.state.plans.keys()].map(String).sort());
    expect(await adapter.plans?.getMany([...plans.map(({ id }) => id), "999999"], {})).toEqual([...plans, null]);
  });
});
