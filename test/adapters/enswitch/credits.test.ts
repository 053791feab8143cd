import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { creditFrom, creditParts } from "../../../src/adapters/enswitch/credits.ts";
import { transactionFrom } from "../../../src/adapters/enswitch/transactions.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { compareDecimals, negate } from "../../../src/model/money.ts";
import { present, send, sendIntoFault, useBench } from "./finding.ts";
import { adapterFor, perform } from "./sandbox.ts";

/** Credits by customers/balance/add: which are refused before anything is sent, and what is known of them afterwards. */

const functions = { balanceAdd: true };

describe("credits on Enswitch", () => {
  const bench = useBench({});
  const giving = (options: Readonly<Record<string, unknown>> = {}) =>
    adapterFor(bench().run, { functions, retries: 0, circuit: { failures: 1000 }, ...options });
  afterEach(() => {
    bench().run.server.setFaults([]);
    bench().run.server.setConditions({});
  });

  const row = (id: string) => present(bench().run.simulated.state.customers.get(Number(id)));
  /** Customers of whom nothing else is known here. */
  let taken = 0;
  function customer(): string {
    const ids = [...bench().run.simulated.state.customers.values()].filter(({ deleted, id }) => deleted === 0 && id !== 1);
    taken += 1;
    return String(present(ids[taken]).id);
  }
  const calls = (name: string): number => bench().run.server.calls.filter((call) => call.function === name).length;
  const create = (input: { customerId: string; amount: string; currency?: string; description?: string }, adapter = giving()) =>
    present(adapter.charges.createCredit)(input);

  it("are off unless the configuration says that the function exists", () => {
    expect(adapterFor(bench().run).charges.createCredit).toBeUndefined();
  });

  it("raise the balance by exactly the amount, once", async () => {
    const id = customer();
    const before = row(id).balance;
    const credit = await perform(create({ customerId: id, amount: "12.34", description: "Sorry" }));
    expect(Number(row(id).balance) - Number(before)).toBeCloseTo(12.34);
    expect(credit).toMatchObject({ kind: "CREDIT", amount: { amount: "-12.34" }, description: "Sorry", status: "SETTLED" });
    expect(creditParts(credit.id)).toEqual({ customer: id, transaction: credit.backendId });
  });

  it("are not sent by a role that could not look for them afterwards", async () => {
    const id = customer();
    bench().run.server.setConditions({ forbiddenFunctions: ["transactions/list"] });
    const before = calls("customers/balance/add");
    await expect(perform(create({ customerId: id, amount: "5" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(calls("customers/balance/add")).toBe(before);
  });

  it("are in the customer's currency: another currency is refused before anything is sent", async () => {
    const id = customer();
    bench().run.server.editByHand("customers", id, { currency: "GBP" });
    const before = calls("customers/balance/add");
    const plan = create({ customerId: id, amount: "5", currency: "EUR" });
    const refusal = { code: "INVALID_INPUT", field: ["currency"] };
    await expect(perform(plan)).rejects.toMatchObject(refusal);
    await expect(plan.validate?.({})).rejects.toMatchObject(refusal);
    expect(calls("customers/balance/add")).toBe(before);
    expect((await perform(create({ customerId: id, amount: "5", currency: "GBP" }))).amount?.currency).toBe("GBP");
  });

  it("succeed without an id if they cannot be found afterwards", async () => {
    const id = customer();
    const before = row(id).balance;
    bench().run.server.setConditions({ listDelayMs: 60_000 });
    const step = present(create({ customerId: id, amount: "5" }).steps[0]);
    const intent = { stepId: "step-1", createdAt: new Date().toISOString(), note: null };
    const note = await present(step.note)(null, intent, {});
    expect(await step.send(null, { ...intent, note }, {})).toEqual({ id: null, alike: [] });
    expect(Number(row(id).balance) - Number(before)).toBeCloseTo(5);
  });

  it("with equal content get one of the created records each", async () => {
    const id = customer();
    const step = () => present(create({ customerId: id, amount: "5", description: "Twin" }).steps[0]);
    const intent = { stepId: "step-1", createdAt: new Date().toISOString(), note: null };
    const note = await present(step().note)(null, intent, {});
    const written = await Promise.all([step().send(null, { ...intent, note }, {}), step().send(null, { ...intent, note }, {})]);
    const made = bench().run.simulated.state.transactions.filter(({ customer: of }) => String(of) === id);
    const ids = made.filter(({ type }) => type === "credit").map((each) => `credit:${id}:${each.id}`);
    expect(ids).toHaveLength(2);
    for (const { id: own, alike } of written) expect(alike).toContain(own);
    expect(new Set(written.flatMap(({ alike }) => alike ?? []))).toEqual(new Set(ids));
  });

  it("are found after a lost answer, whatever else changed the balance meanwhile", async () => {
    const id = customer();
    const step = present(create({ customerId: id, amount: "5", description: "Lost" }).steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const other = await perform(giving().charges.create?.({ customerId: id, name: "Lost", amount: "5", executeNow: true }));
    expect(other.kind).toBe("ONE_OFF");
    const { ours, candidates } = await step.find(null, intent, {});
    expect([ours.length, candidates]).toEqual([1, []]);
    expect(ours[0]?.claim).toBe(ours[0]?.id);
  });

  it("are found and listed if the backend has archived them since", async () => {
    const id = customer();
    const step = present(create({ customerId: id, amount: "5", description: "Archived" }).steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const made = present(bench().run.simulated.state.transactions.at(-1));
    bench().run.server.editByHand("transactions", String(made.id), { archived: 1 });
    const { ours } = await step.find(null, intent, {});
    expect(ours).toMatchObject([{ id: `credit:${id}:${made.id}` }]);
    const [set] = await giving().charges.listByCustomers([id], {}, { first: 10, after: null }, {});
    expect(set).toMatchObject({ charges: expect.arrayContaining([expect.objectContaining({ id: `credit:${id}:${made.id}` })]) });
  });

  it("are in doubt if the backend names them differently", async () => {
    const id = customer();
    const step = present(create({ customerId: id, amount: "5", description: "Renamed" }).steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const made = present(bench().run.simulated.state.transactions.at(-1));
    bench().run.server.editByHand("transactions", String(made.id), { type: "adjustment" });
    const { ours, candidates } = await step.find(null, intent, {});
    expect([ours, candidates.map(({ differs }) => differs)]).toEqual([[], [["kind"]]]);
  });

  it("cost no further call for customers without any, and are filtered by day", async () => {
    const id = customer();
    const adapter = giving();
    const list = async (query: object) => {
      const [set] = await adapter.charges.listByCustomers([id], query, { first: 10, after: null }, {});
      if (set === undefined || set instanceof BillingError) throw set;
      return set.charges.filter(({ kind }) => kind === "CREDIT").length;
    };
    const before = calls("customers/get");
    expect(await list({})).toBe(0);
    expect(calls("customers/get")).toBe(before);
    const credit = await perform(create({ customerId: id, amount: "5" }));
    const day = present(credit.date);
    expect(await list({ from: day, to: day })).toBe(1);
    expect(await list({ to: "2020-01-01" })).toBe(0);
    expect(await list({ from: "2999-01-01" })).toBe(0);
  });

  it("are not silently missing if transactions have no type", async () => {
    const id = customer();
    await send(present(create({ customerId: id, amount: "5" }).steps[0]), null);
    const made = present(bench().run.simulated.state.transactions.at(-1));
    bench().run.server.editByHand("transactions", String(made.id), { type: undefined });
    const [set] = await giving().charges.listByCustomers([id], {}, { first: 10, after: null }, {});
    expect(set).toMatchObject({ code: "BAD_RESPONSE" });
  });
});

it("a transaction of the type credit is a credit or a charge by its sign, with the amount turned round, in every number form", () => {
  const decimals = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 99 }));
  fc.assert(
    fc.property(decimals, fc.boolean(), ([isTaken, whole, cents], asNumber) => {
      const written = `${isTaken ? "-" : ""}${whole}.${String(cents).padStart(2, "0")}`;
      const sent = { id: 7, type: "credit", time: 1_764_000_000, amount: asNumber ? Number(written) : written };
      const source = { backend: "pbx", timeZone: "UTC", currency: "EUR" };
      const { amount, kind } = creditFrom(transactionFrom(sent), "1", source);
      expect(compareDecimals(present(amount).amount, negate(written))).toBe(0);
      expect(kind).toBe(compareDecimals(written, "0") > 0 ? "CREDIT" : "ONE_OFF");
    }),
  );
});
