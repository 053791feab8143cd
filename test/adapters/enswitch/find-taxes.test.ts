import { describe, expect, it } from "vitest";
import type { TaxInput } from "../../../src/model/model.ts";
import { type Bench, find, itIsFound, look, manners, present, send, sendIntoFault, useBench } from "./finding.ts";
import { adapterFor, perform } from "./sandbox.ts";

describe.each(manners)("taxes with an unknown outcome, Enswitch %s", (_title, options) => {
  const bench = useBench(options);

  let made = 0;
  const newTax = (): TaxInput => {
    made += 1;
    return {
      name: `Levy ${made}`,
      description: "of 2.5 %",
      rate: "2.50",
      fixedAmount: "0.1",
      appliesTo: ["CHARGES", "CALLS"],
      defaultLiability: "NOBODY",
      shared: false,
    };
  };
  const creating = ({ adapter }: Bench, input: TaxInput = newTax()) => ({
    input,
    plan: () => present(adapter.taxes?.create)(input),
  });
  const existing = async (now: Bench, input?: TaxInput) => (await perform(creating(now, input).plan())).id;
  const customer = async ({ adapter }: Bench) =>
    present((await adapter.customers.list({ status: "ACTIVE" }, { first: 1, after: null }, {})).items[0]).value.id;

  itIsFound("taxes/create", bench, {
    arrange: async (now) => ({ ...creating(now), id: null }),
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBe(id);
      expect(await adapter.taxes?.getMany([id], {})).toMatchObject([
        { id, name: expect.stringContaining("Levy"), rate: "2.50", appliesTo: ["CALLS", "CHARGES"], owner: { id: "1" } },
      ]);
    },
  });

  itIsFound("taxes/create for another owner", bench, {
    arrange: async (now) => ({ ...creating(now, { ...newTax(), ownerId: await customer(now) }), id: null }),
    check: async ({ id }, now) => {
      expect(await now.adapter.taxes?.getMany([id], {})).toMatchObject([{ id, owner: { id: await customer(now) } }]);
    },
  });

  itIsFound("taxes/update", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      const change = { rate: "3", fixedAmount: null, description: null, appliesTo: [] } as const;
      return { id, plan: () => present(now.adapter.taxes?.update)(id, change) };
    },
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBeNull();
      expect(await adapter.taxes?.getMany([id], {})).toMatchObject([{ rate: "3.00", appliesTo: [], description: null }]);
    },
  });

  itIsFound("taxes/delete", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      return { id, plan: () => present(now.adapter.taxes?.archive)(id) };
    },
    check: async ({ id }, { adapter }) => {
      expect(await adapter.taxes?.getMany([id], {})).toEqual([null]);
    },
  });

  it.each([true, false])("taxes/liable/get shows taxes/liable/set to %s", async (liable) => {
    const now = bench();
    const id = await existing(now);
    const subject = { customerId: await customer(now) };
    const step = present(now.adapter.taxes?.setLiability?.(id, subject, liable).steps[0]);
    await perform(now.adapter.taxes?.setLiability?.(id, subject, !liable), id);
    expect(await find(step, id, await sendIntoFault(now, step, id, "dropBefore"))).toEqual([]);
    expect(await find(step, id, await sendIntoFault(now, step, id, "dropAfter"))).toEqual([{ id, claim: null }]);
  });

  it("an identical older tax is not taken for the new one", async () => {
    const { plan } = creating(bench());
    const { id: older } = await perform(plan());
    const step = present(plan().steps[0]);
    expect(await find(step, null, await sendIntoFault(bench(), step, null, "dropBefore"))).toEqual([]);
    const traces = await find(step, null, await sendIntoFault(bench(), step, null, "dropAfter"));
    expect(traces).toHaveLength(1);
    expect(traces[0]?.id).not.toBe(older);
  });

  it("two identical new ones are two traces, and different ones are candidates", async () => {
    const { plan, input } = creating(bench());
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const twin = await send(step, null);
    await existing(bench(), { ...input, rate: "2.51" });
    await existing(bench(), { ...input, appliesTo: ["CHARGES"] });
    // The owner of a tax never changes.
    await existing(bench(), { ...input, ownerId: await customer(bench()) });
    const { ours, candidates } = await look(step, null, intent);
    expect(ours).toHaveLength(2);
    expect(ours.map(({ id }) => id)).toContain(twin.id);
    expect(candidates.map(({ differs }) => differs)).toEqual([["rate"], ["appliesTo"]]);
  });

  it("of an owner that does not exist fail like the request", async () => {
    const step = present(creating(bench(), { ...newTax(), ownerId: "999999" }).plan().steps[0]);
    await expect(send(step, null)).rejects.toMatchObject({ field: ["ownerId"] });
  });

  it("are compensated by archiving if the function is known to exist", async () => {
    const { plan } = creating(bench());
    const { id } = await perform(plan());
    expect(await perform(plan().undo?.(id), id)).toMatchObject({ id, active: false });
    const { adapter } = { adapter: adapterFor(bench().run) };
    expect(adapter.taxes?.create?.(newTax()).undo).toBeUndefined();
  });
});
