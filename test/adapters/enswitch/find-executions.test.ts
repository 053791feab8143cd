import { describe, expect, it } from "vitest";
import type { ChargeInput, Customer } from "../../../src/model/model.ts";
import { failureOf } from "./fake-connection.ts";
import { type Bench, find, itIsFound, look, manners, newIntent, present, send, sendIntoFault, useBench } from "./finding.ts";
import { adapterFor, perform } from "./sandbox.ts";

describe.each(manners)("charges/charge with an unknown outcome, Enswitch %s", (_title, options) => {
  const bench = useBench(options);

  const customers = async ({ adapter }: Bench) =>
    (await adapter.customers.list({ status: "ACTIVE" }, { first: 100, after: null }, {})).items.map(({ value }) => value);
  const anybody = async (now: Bench): Promise<Customer> => present((await customers(now))[0]);
  const charging = async (now: Bench, input: ChargeInput = {}) => {
    const owner = input.planId == null ? { customerId: (await anybody(now)).id } : {};
    return perform(now.adapter.charges.create?.({ ...owner, name: "Setup fee", amount: "12.50", ...input }));
  };
  const executing = async (now: Bench, input: ChargeInput = {}) => {
    const { id } = await charging(now, input);
    return { id, plan: () => present(now.adapter.charges.execute)(id) };
  };
  const check = ({ claim }: { claim: string | null }, { run }: Bench) => {
    const ids = run.simulated.state.transactions.map(({ id }) => `transaction:${id}`);
    expect(ids.slice(-200)).toContain(claim);
  };

  it("is found when the backend has archived its transaction since", async () => {
    const { plan } = await executing(bench());
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const made = present(bench().run.simulated.state.transactions.at(-1));
    bench().run.server.editByHand("transactions", String(made.id), { archived: 1 });
    expect((await step.find(null, intent, {})).ours).toMatchObject([{ claim: `transaction:${made.id}` }]);
  });

  itIsFound("of a customer's charge", bench, { arrange: (now) => executing(now), check });
  itIsFound("of a recurring charge", bench, {
    arrange: (now) => executing(now, { recurrence: { interval: "MONTHLY" } }),
    check,
  });
  itIsFound("of a charge that somebody else has defined below zero", bench, {
    arrange: async (now) => {
      const defined = await executing(now, { amount: "3" });
      now.run.server.editByHand("charges", defined.id, { amount: "-3.00" });
      return defined;
    },
    check,
  });
  itIsFound("of everybody on a plan", bench, {
    arrange: async (now) => executing(now, { planId: (await anybody(now)).plan?.id }),
    check,
  });
  itIsFound("of a charge that was just created", bench, {
    arrange: async (now) => {
      const input = { customerId: (await anybody(now)).id, name: "Now", amount: "5", taxIds: [], executeNow: true };
      return { id: null, plan: () => present(now.adapter.charges.create)(input) };
    },
    place: 2,
    check,
  });

  it("an older execution is not taken for this one, and two new ones are two traces", async () => {
    const { id, plan } = await executing(bench());
    const step = present(plan().steps[0]);
    await send(step, id);
    const intent = await sendIntoFault(bench(), step, id, "dropBefore");
    expect(await find(step, id, intent)).toEqual([]);
    await send(step, id);
    await send(step, id);
    const traces = await find(step, id, intent);
    expect(traces).toHaveLength(2);
    expect(new Set(traces.map(({ claim }) => claim)).size).toBe(2);
    expect(traces.every((trace) => trace.id === id)).toBe(true);
  });

  it("every later transaction of the customer is a candidate, unless one fits", async () => {
    const { id, plan } = await executing(bench());
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, id, "dropBefore");
    const alikes = [{ name: "Something else" }, { amount: "3" }, { name: "Something else", amount: "3" }];
    for (const alike of alikes) {
      const other = await executing(bench(), alike);
      await send(present(other.plan().steps[0]), other.id);
    }
    const { ours, candidates } = await look(step, id, intent);
    expect([ours, candidates.map(({ differs }) => differs)]).toEqual([[], alikes.map(Object.keys)]);
    expect(candidates.every((candidate) => candidate.id === id)).toBe(true);
    await send(step, id);
    expect((await look(step, id, intent)).ours).toHaveLength(1);
  });

  it("is found although the charge was renamed and repriced since", async () => {
    const { id, plan } = await executing(bench());
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, id, "dropAfter");
    await perform(bench().adapter.charges.update?.(id, { name: "Another", amount: "99" }), id);
    expect(await find(step, id, intent)).toHaveLength(1);
  });

  it("needs the note", async () => {
    const { id, plan } = await executing(bench());
    for (const note of [null, "", '{"since":1,"transactions":[]}']) {
      const intent = { ...newIntent(), note };
      expect(await failureOf(() => find(present(plan().steps[0]), id, intent))).toMatchObject({ code: "INTERNAL" });
    }
  });
});

describe("an account that cannot see transactions", () => {
  const bench = useBench({});

  it("executes charges, but an unknown outcome stays unknown", async () => {
    const { run, adapter } = bench();
    const state = run.simulated.state;
    // Ada's rate plan shows her company no transactions.
    const company = present([...state.customers.values()].find(({ parent }) => parent === 1));
    const ada = adapterFor(run, { username: "ada", password: "sandbox-ada" });
    const { id } = await perform(adapter.charges.create?.({ customerId: String(company.id), name: "Fee", amount: "1" }));
    const step = present(ada.charges.execute?.(id).steps[0]);
    const transactions = state.transactions.length;
    const { intent } = await send(step, id);
    expect(state.transactions).toHaveLength(transactions + 1);
    expect(await failureOf(() => find(step, id, intent))).toMatchObject({
      code: "FORBIDDEN",
      backendCode: "403",
      message: expect.stringContaining("transactions/list"),
    });
  });
});
