import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import { createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { adapterAt, failure, run, scope } from "./fixture.ts";
import { allCustomers, anyService, chargesOf, everything, world } from "./sandbox.ts";

describe("HostedSuite v3 against its simulator: features of v3 only", () => {
  let server: RunningBackend;
  let adapter: Adapter;
  let close: () => Promise<void>;

  beforeAll(async () => {
    // Pages are shorter than asked, as on some servers.
    server = await serveSimulated(createHostedSuiteV3(world, { largestPage: 10 }));
    ({ adapter, close } = adapterAt(server.url, "v3", { password: "sandbox-offices" }));
  });
  afterAll(async () => {
    await close();
    await server.close();
  });

  test("reads whole lists from a backend with small pages", async () => {
    const all = await allCustomers(adapter);
    expect(all.length).toBeGreaterThan(40);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const page = await adapter.customers.list({ status: "ACTIVE" }, { first: 25, after: "13" }, scope);
    expect(page.items.map(({ value }) => value.id)).toEqual(all.slice(13, 38).map(({ id }) => id));
    expect((await chargesOf(adapter, ...all.slice(0, 5).map(({ id }) => id))).length).toBeGreaterThan(15);
  });

  test("lists archived customers on demand", async () => {
    const page = await adapter.customers.list({ status: "ARCHIVED" }, everything, scope);
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.items.every(({ value }) => value.status === "ARCHIVED")).toBe(true);
  });

  test("changes and voids a charge", async () => {
    const { create, update, void: voidCharge } = adapter.charges;
    if (!create || !update || !voidCharge) throw new Error("a verb is missing");
    const [customer] = await allCustomers(adapter);
    const customerId = customer?.id ?? "";
    const created = await run(create({ customerId, serviceId: await anyService(adapter), amount: "10", description: "Desk" }));
    expect(created).toMatchObject({ name: "Desk", description: "Desk" });
    const changed = await run(
      update(created.id, { amount: "12.5", quantity: "2", recurrence: { interval: "MONTHLY" } }),
      created.id,
    );
    expect(changed).toMatchObject({ amount: { amount: "12.50" }, quantity: "2", kind: "RECURRING", description: "Desk" });
    expect(await run(update(created.id, { recurrence: null }), created.id)).toMatchObject({ kind: "ONE_OFF" });
    expect(await run(voidCharge(created.id), created.id)).toMatchObject({ id: created.id, status: "ARCHIVED" });
    const [living] = await adapter.charges.listByCustomers([customerId], { status: ["DEFINED"] }, everything, scope);
    expect(living).toMatchObject({ charges: expect.not.arrayContaining([expect.objectContaining({ id: created.id })]) });
    const [archived] = await adapter.charges.listByCustomers([customerId], { status: ["ARCHIVED"] }, everything, scope);
    expect(archived).toMatchObject({ charges: expect.arrayContaining([expect.objectContaining({ id: created.id })]) });
  });

  test("creates, changes, finds, archives and restores a tax", async () => {
    const taxes = adapter.taxes;
    if (!taxes?.create || !taxes.update || !taxes.archive || !taxes.isLiable) throw new Error("a verb is missing");
    const created = await run(taxes.create({ name: "Zebra levy", rate: "2.5", appliesTo: ["SERVICES"] }));
    expect(created).toMatchObject({ name: "Zebra levy", rate: "2.5", fixedAmount: null, active: true });
    const flat = await run(taxes.update(created.id, { rate: null, fixedAmount: "3" }), created.id);
    expect(flat).toMatchObject({ rate: null, fixedAmount: { amount: "3.00", currency: "USD" } });
    const found = await taxes.list({ search: "ZEBRA" }, everything, scope);
    expect(found.items.map(({ value }) => value.id)).toEqual([created.id]);
    expect(await run(taxes.archive(created.id), created.id)).toMatchObject({ active: false });
    expect((await taxes.list({ active: false }, everything, scope)).items.map(({ value }) => value.id)).toContain(created.id);
    expect((await taxes.list({ active: true }, everything, scope)).items.map(({ value }) => value.id)).not.toContain(created.id);
    expect(await run(taxes.update(created.id, { active: true }), created.id)).toMatchObject({ active: true });
    expect(await run(taxes.update(created.id, { name: "Zebra toll", active: false }), created.id)).toMatchObject({
      name: "Zebra toll",
      active: false,
    });

    const services = (await adapter.services?.list({}, everything, scope))?.items.map(({ value }) => value) ?? [];
    const taxed = services.find(({ tax }) => tax !== null);
    const [customer] = await allCustomers(adapter);
    if (!adapter.charges.create) throw new Error("a verb is missing");
    const charge = await run(adapter.charges.create({ customerId: customer?.id, serviceId: taxed?.id, amount: "1" }));
    expect(await taxes.isLiable(taxed?.tax?.id ?? "", { chargeId: charge.id }, scope)).toBe(true);
    expect(await taxes.isLiable(created.id, { chargeId: charge.id }, scope)).toBe(false);
    expect(await taxes.isLiable(created.id, { customerId: customer?.id ?? "" }, scope)).toBeNull();
    expect(await taxes.getMany([taxed?.tax?.id ?? ""], scope)).toMatchObject([{ id: taxed?.tax?.id, name: taxed?.tax?.name }]);
  });

  test("passes on the backend's refusal of a business rule", async () => {
    const reader = adapterAt(server.url, "v3", { username: "reader", password: "sandbox-reader" });
    expect(
      await failure(() => reader.adapter.taxes?.create && run(reader.adapter.taxes.create({ name: "No", rate: "1" }))),
    ).toMatchObject({
      code: "FORBIDDEN",
    });
    await reader.close();
  });
});
