import { describe, expect, it } from "vitest";
import type { ChargeInput, Tax } from "../../../src/model/model.ts";
import { failureOf } from "./fake-connection.ts";
import { type Bench, find, itIsFound, look, manners, newIntent, present, send, sendIntoFault, useBench } from "./finding.ts";
import { adapterFor, perform } from "./sandbox.ts";

describe.each(manners)("charges with an unknown outcome, Enswitch %s", (_title, options) => {
  const bench = useBench(options);

  const customer = async ({ adapter }: Bench) =>
    present((await adapter.customers.list({ status: "ACTIVE" }, { first: 1, after: null }, {})).items[0]).value;
  let made = 0;
  const creating = async (now: Bench, input: ChargeInput = {}) => {
    const { id } = await customer(now);
    made += 1;
    const full: ChargeInput = {
      ...(input.planId == null ? { customerId: id } : {}),
      name: `Setup; 50 % ${made}`,
      amount: "12.5",
      ...input,
    };
    return { input: full, plan: () => present(now.adapter.charges.create)(full) };
  };
  const existing = async (now: Bench) => (await perform((await creating(now)).plan())).id;

  const recurrence = { interval: "MONTHLY", occurrences: 12, endsOn: "2027-12-31" } as const;
  const everything = { description: "¡Olé! A&B", cost: "0.50", currency: "USD", date: "2027-01-01", recurrence };
  const check = async ({ id, claim }: { id: string; claim: string | null }, { adapter }: Bench) => {
    expect(claim).toBe(id);
    expect(await adapter.charges.getMany([id], {})).toMatchObject([
      { id, name: expect.stringContaining("50 %"), amount: { amount: "12.50" } },
    ]);
  };

  itIsFound("charges/create", bench, { arrange: async (now) => ({ ...(await creating(now)), id: null }), check });

  itIsFound("charges/create with everything", bench, {
    arrange: async (now) => ({ ...(await creating(now, everything)), id: null }),
    check: async (trace, now) => {
      await check(trace, now);
      const { description, date } = everything;
      const stored = { description, date, recurrence, cost: { amount: "0.50", currency: "USD" } };
      expect(await now.adapter.charges.getMany([trace.id], {})).toMatchObject([stored]);
    },
  });

  itIsFound("charges/create on a plan", bench, {
    arrange: async (now) => ({ ...(await creating(now, { planId: (await customer(now)).plan?.id })), id: null }),
    check,
  });

  itIsFound("charges/update", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      const change = {
        name: "Renamed",
        amount: "0.050",
        description: null,
        date: "2027-02-01",
        recurrence: { interval: "ANNUALLY", endsOn: null },
      } as const;
      return { id, plan: () => present(now.adapter.charges.update)(id, change) };
    },
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBeNull();
      expect(await adapter.charges.getMany([id], {})).toMatchObject([{ name: "Renamed", date: "2027-02-01" }]);
    },
  });

  itIsFound("charges/delete", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      return { id, plan: () => present(now.adapter.charges.void)(id) };
    },
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBeNull();
      expect(await adapter.charges.getMany([id], {})).toEqual([null]);
    },
  });

  describe("the taxes of a new charge", () => {
    const taxed = async (now: Bench) => {
      // One tax that charges are not liable to by default, and one that they are.
      const wanted = await perform<Tax>(now.adapter.taxes?.create?.({ name: "Wanted", rate: "1", appliesTo: [] }));
      await perform(now.adapter.taxes?.create?.({ name: "Unwanted", rate: "1", appliesTo: ["CHARGES"] }));
      return { ...(await creating(now, { taxIds: [wanted.id] })), id: null };
    };
    itIsFound("taxes/liable/set of a named tax", bench, {
      arrange: taxed,
      place: 1,
      check: ({ claim }) => expect(claim).toBeNull(),
    });

    it("are as requested only if all others are removed", async () => {
      const { plan } = await taxed(bench());
      await taxed(bench());
      const [create, , last] = plan().steps;
      const { id } = await send(present(create), null);
      const others = present(last);
      for (const kind of ["dropBefore", "dropAfter"] as const) {
        expect(await find(others, id, await sendIntoFault(bench(), others, id, kind))).toEqual([]);
      }
      const { intent } = await send(others, id);
      expect(await find(others, id, intent)).toEqual([{ id, claim: null }]);
      bench().run.server.setFaults([{ kind: "html502", function: "taxes/liable/get" }]);
      expect((await failureOf(() => find(others, id, intent))).code).toBe("UNAVAILABLE");
      bench().run.server.setFaults([]);
    });
  });

  it.each([{}, everything])("an identical older charge is not taken for the new one: %j", async (input) => {
    const { plan } = await creating(bench(), input);
    const step = present(plan().steps[0]);
    await send(step, null, newIntent(60));
    const { id: older } = await send(step, null, newIntent(10));
    expect(await find(step, null, await sendIntoFault(bench(), step, null, "dropBefore"))).toEqual([]);
    const traces = await find(step, null, await sendIntoFault(bench(), step, null, "dropAfter"));
    expect(traces).toHaveLength(1);
    expect(traces[0]?.id).not.toBe(older);
  });

  it("two identical ones with one intent are two traces, and different ones are candidates", async () => {
    const { plan, input } = await creating(bench(), everything);
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const twin = await send(step, null, intent);
    const differences = [{ amount: "12.51" }, { name: "Setup" }, { description: "x" }, { cost: "1" }, { currency: "EUR" }];
    for (const difference of differences) {
      const other = present(bench().adapter.charges.create?.({ ...input, ...difference }).steps[0]);
      await send(other, null, intent);
    }
    const { ours, candidates } = await look(step, null, intent);
    expect(ours).toHaveLength(2);
    expect(ours.map(({ id }) => id)).toContain(twin.id);
    expect(candidates.map(({ differs }) => differs)).toEqual(differences.map(Object.keys));
  });

  it("are compensated by voiding if the function is known to exist and no money has moved", async () => {
    const { plan, input } = await creating(bench());
    const { id } = await perform(plan());
    expect(await perform(plan().undo?.(id), id)).toMatchObject({ id, status: "VOIDED" });
    expect(bench().adapter.charges.create?.({ ...input, executeNow: true }).undo).toBeUndefined();
    expect(adapterFor(bench().run).charges.create?.(input).undo).toBeUndefined();
  });
});
