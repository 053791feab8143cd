import { describe, expect, it } from "vitest";
import type { CustomerInput } from "../../../src/model/model.ts";
import { type Bench, find, itIsFound, look, manners, present, send, sendIntoFault, useBench } from "./finding.ts";
import { perform } from "./sandbox.ts";

let made = 0;
const newCustomer = (): CustomerInput => {
  made += 1;
  return { name: `Müller & Söhne; 50% ${made}`, email: `m${made}@example.com`, planId: "1" };
};

describe.each(manners)("customers with an unknown outcome, Enswitch %s", (_title, options) => {
  const bench = useBench(options);

  const planId = async ({ adapter }: Bench) =>
    present((await present(adapter.plans).list({}, { first: 1, after: null }, {})).items[0]).value.id;
  const creating = async (now: Bench, input: Partial<CustomerInput> = {}) => {
    const full = { ...newCustomer(), planId: await planId(now), ...input };
    return { input: full, plan: () => present(now.adapter.customers.create)(full) };
  };
  const existing = async (now: Bench) => (await perform((await creating(now)).plan())).id;

  const address = { lines: ["1 High Street", "Floor 2"], city: "Galway", postalCode: "H91" };
  itIsFound("customers/create", bench, {
    arrange: async (now) => ({ ...(await creating(now, { reference: "R-1", address })), id: null }),
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBe(id);
      const [customer] = await adapter.customers.getMany([id], {});
      expect(customer).toMatchObject({ name: expect.stringContaining("Müller"), reference: "R-1", address });
    },
  });

  itIsFound("customers/update", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      const change = { name: "Renamed", email: "New@example.com", reference: null, address: null };
      return { id, plan: () => present(now.adapter.customers.update)(id, change) };
    },
    check: async ({ id, claim }, { adapter }) => {
      expect(claim).toBeNull();
      expect(await adapter.customers.getMany([id], {})).toMatchObject([{ name: "Renamed", email: "New@example.com" }]);
    },
  });

  itIsFound("customers/delete", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      return { id, plan: () => present(now.adapter.customers.archive)(id) };
    },
    check: async ({ id }, { adapter }) => {
      expect(await adapter.customers.getMany([id], {})).toMatchObject([{ status: "ARCHIVED" }]);
    },
  });

  itIsFound("customers/undelete", bench, {
    arrange: async (now) => {
      const id = await existing(now);
      await perform(now.adapter.customers.archive?.(id), id);
      return { id, plan: () => present(now.adapter.customers.restore)(id) };
    },
    check: async ({ id }, { adapter }) => {
      expect(await adapter.customers.getMany([id], {})).toMatchObject([{ status: "ACTIVE" }]);
    },
  });

  it("an identical older customer is not taken for the new one, nor is an archived one", async () => {
    const { plan } = await creating(bench());
    await perform(plan());
    const archived = await perform(plan());
    await perform(bench().adapter.customers.archive?.(archived.id), archived.id);
    const step = present(plan().steps[0]);
    expect(await find(step, null, await sendIntoFault(bench(), step, null, "dropBefore"))).toEqual([]);
    const traces = await find(step, null, await sendIntoFault(bench(), step, null, "dropAfter"));
    expect(traces).toHaveLength(1);
    expect(traces[0]?.id).not.toBe(archived.id);
  });

  it("two identical new ones are two traces, and every other new one is a candidate", async () => {
    const { plan, input } = await creating(bench());
    const step = present(plan().steps[0]);
    const intent = await sendIntoFault(bench(), step, null, "dropAfter");
    const twin = await send(step, null);
    await perform((await creating(bench(), { ...input, email: "else@example.com" })).plan());
    await perform((await creating(bench(), { ...input, name: `${input.name} & Co` })).plan());
    await perform((await creating(bench(), { ...input, parentId: twin.id })).plan());
    const { ours, candidates } = await look(step, null, intent);
    // The last one differs in nothing that was sent: without a parent, none was requested.
    expect(ours).toHaveLength(3);
    expect(new Set(ours.map(({ claim }) => claim)).size).toBe(3);
    expect(ours.map(({ id }) => id)).toContain(twin.id);
    expect(candidates.map(({ differs }) => differs)).toEqual([["email"], ["name"]]);
  });

  it("are compensated by archiving", async () => {
    const { plan } = await creating(bench());
    const { id } = await perform(plan());
    expect(await perform(plan().undo?.(id), id)).toMatchObject({ id, status: "ARCHIVED" });
  });
});
