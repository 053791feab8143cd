import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import { chargePosition } from "../../../src/adapter/charge-order.ts";
import type { Charge, Customer } from "../../../src/model/model.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { adapterAt, failure, run, scope } from "./fixture.ts";
import { allCustomers, anyService, chargesOf, day, everything, world } from "./sandbox.ts";

describe.each(["v2", "v3"] as const)("HostedSuite %s against its simulator", (generation) => {
  let server: RunningBackend;
  let adapter: Adapter;
  let close: () => Promise<void>;

  beforeAll(async () => {
    server = await serveSimulated(generation === "v2" ? createHostedSuiteV2(world) : createHostedSuiteV3(world));
    ({ adapter, close } = adapterAt(server.url, generation, {
      password: generation === "v2" ? "sandbox-suite" : "sandbox-offices",
    }));
  });
  afterAll(async () => {
    await close();
    await server.close();
  });

  test("probes with good and with bad credentials", async () => {
    await expect(adapter.probe(scope)).resolves.toBeUndefined();
    const stranger = adapterAt(server.url, generation, { password: "wrong" });
    expect(await failure(() => stranger.adapter.probe(scope))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await failure(() => stranger.adapter.customers.list({}, everything, scope))).toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await stranger.close();
  });

  test("lists customers in pages, without gaps or repeats", async () => {
    const all = await allCustomers(adapter);
    expect(all.length).toBeGreaterThan(40);
    expect(all.every(({ status }) => status === "ACTIVE")).toBe(true);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await adapter.customers.list({ status: "ACTIVE" }, { first: 7, after }, scope);
      seen.push(...page.items.map(({ value }) => value.id));
      if (!page.hasNextPage) break;
      after = page.items.at(-1)?.position ?? null;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test("gets customers by id, in order, with duplicate and unknown ids", async () => {
    const [first, second] = await allCustomers(adapter);
    const ids = [second?.id ?? "", "0123456789abcdef01234567", first?.id ?? "", "not an id", second?.id ?? ""];
    const found = await adapter.customers.getMany(ids, scope);
    expect(found).toEqual([second, null, first, null, second]);
    expect(await adapter.customers.getMany([first?.id ?? ""], scope)).toEqual([first]);
  });

  test("finds customers by text, reference and e-mail", async () => {
    const all = await allCustomers(adapter);
    const one = all.find(({ reference }) => reference !== null) as Customer;
    const named = await adapter.customers.list({ search: one.name.toUpperCase() }, everything, scope);
    expect(named.items.map(({ value }) => value.id)).toContain(one.id);
    const referred = await adapter.customers.list({ reference: one.reference }, everything, scope);
    expect(referred.items.map(({ value }) => value.id)).toEqual([one.id]);

    const contacts = adapter.customers.getContacts
      ? await adapter.customers.getContacts(
          all.map(({ id }) => id),
          scope,
        )
      : all;
    const reached = contacts.findIndex((contact) => contact !== null && !(contact instanceof Error) && contact.email !== null);
    const contact = contacts[reached];
    if (!contact || contact instanceof Error) throw new Error("the sandbox has customers with e-mail addresses");
    const mailed = await adapter.customers.list({ email: contact.email }, everything, scope);
    expect(mailed.items.map(({ value }) => value.id)).toContain(all[reached]?.id);
  });

  test("creates, changes, archives and restores a customer", async () => {
    const { create, update, archive, restore, getMany, getContacts } = adapter.customers;
    if (!create || !update || !archive || !restore) throw new Error("a verb is missing");
    const address = { lines: ["1 Main St", "Floor 2"], city: "Albany", state: "NY", postalCode: "12207", country: "US" };
    const input = { name: "Zoë & Sons", email: "zoe@example.com", phone: "+1 518 555 0100", reference: "AC-1", address };
    const created = await run(create(input));
    expect(created).toMatchObject({ name: "Zoë & Sons", reference: "AC-1", address, status: "ACTIVE" });
    const contactOf = async (id: string) => {
      const [found] = await (getContacts ?? getMany)([id], scope);
      return found && !(found instanceof Error) ? { email: found.email, phone: found.phone } : null;
    };
    expect(await contactOf(created.id)).toEqual({ email: "zoe@example.com", phone: "+1 518 555 0100" });

    const changed = await run(
      update(created.id, { name: "Zoë GmbH", email: "new@example.com", address: { city: "Troy" } }),
      created.id,
    );
    expect(changed).toMatchObject({ id: created.id, name: "Zoë GmbH", reference: "AC-1", address: { ...address, city: "Troy" } });
    expect(await contactOf(created.id)).toEqual({ email: "new@example.com", phone: "+1 518 555 0100" });
    expect(await run(update(created.id, { address: { lines: ["9 Elm St"] }, reference: "AC-2" }), created.id)).toMatchObject({
      reference: "AC-2",
      address: { ...address, lines: ["9 Elm St"], city: "Troy" },
    });

    expect(await run(archive(created.id), created.id)).toMatchObject({ id: created.id, status: "ARCHIVED" });
    expect((await allCustomers(adapter)).map(({ id }) => id)).not.toContain(created.id);
    const [first] = await allCustomers(adapter);
    const both = await getMany([first?.id ?? "", created.id], scope);
    expect(both).toMatchObject([{ id: first?.id }, { id: created.id }]);
    expect(await run(restore(created.id), created.id)).toMatchObject({ id: created.id, status: "ACTIVE" });
    expect((await allCustomers(adapter)).map(({ id }) => id)).toContain(created.id);
    expect(
      await failure(() => run(update("0123456789abcdef01234567", { name: "Nobody" }), "0123456789abcdef01234567")),
    ).toMatchObject({
      code: "NOT_FOUND",
      retryable: false,
    });
  });

  test("lists charges of customers, and reads each again by its id", async () => {
    const customers = (await allCustomers(adapter)).slice(0, 6).map(({ id }) => id);
    const sets = await adapter.charges.listByCustomers(customers, {}, everything, scope);
    expect(sets).toHaveLength(6);
    const charges = await chargesOf(adapter, ...customers);
    expect(charges.length).toBeGreaterThan(20);
    expect(charges.some(({ amount }) => amount === null)).toBe(true);
    expect(await chargesOf(adapter, customers[0] ?? "")).toEqual(charges.filter(({ customer }) => customer?.id === customers[0]));
    const refetched = await adapter.charges.getMany(
      charges.map(({ id }) => id),
      scope,
    );
    expect(refetched).toEqual(charges);
    const few = charges.filter(({ customer }) => customer?.id === customers[1]);
    expect(await adapter.charges.getMany([...few.map(({ id }) => id), "nonsense id", few[0]?.id ?? ""], scope)).toEqual([
      ...few,
      null,
      few[0],
    ]);
  });

  test("pages through charges by position", async () => {
    const customers = (await allCustomers(adapter)).slice(0, 3).map(({ id }) => id);
    const id = customers[0] ?? "";
    const all = await chargesOf(adapter, id);
    const seen: Charge[] = [];
    for (let after: ReturnType<typeof chargePosition> | null = null; ; ) {
      const [set] = await adapter.charges.listByCustomers([id], {}, { first: 3, after }, scope);
      if (!set || set instanceof Error) throw new Error("no charges");
      seen.push(...set.charges.slice(0, 3));
      const last = seen.at(-1);
      if ((set.complete && set.charges.length <= 3) || last === undefined) break;
      after = chargePosition(last);
    }
    expect(seen).toEqual(all);
  });

  test("filters charges by date, kind and text", async () => {
    const [customer] = await allCustomers(adapter);
    const id = customer?.id ?? "";
    const all = await chargesOf(adapter, id);
    const dates = all.map(({ date }) => date ?? "").sort();
    const [from, to] = [dates[1], dates.at(-2)];
    const [between] = await adapter.charges.listByCustomers([id], { from, to }, everything, scope);
    expect(between).toEqual({
      charges: all.filter(({ date }) => date && from && to && date >= from && date <= to),
      complete: true,
    });
    const [monthly] = await adapter.charges.listByCustomers([id], { kind: ["RECURRING"] }, everything, scope);
    expect(monthly).toMatchObject({ charges: all.filter(({ kind }) => kind === "RECURRING") });
    const name = all[0]?.name ?? "";
    const [named] = await adapter.charges.listByCustomers([id], { search: name }, everything, scope);
    expect(named).toMatchObject({ charges: all.filter((charge) => charge.name === name) });
  });

  test("creates charges: priced, free, to be priced, monthly", async () => {
    const [customer] = await allCustomers(adapter);
    const customerId = customer?.id ?? "";
    const serviceId = await anyService(adapter);
    const create = adapter.charges.create;
    if (!create) throw new Error("a verb is missing");
    const priced = await run(create({ customerId, serviceId, amount: "19.90", quantity: "3", date: day, notes: "as agreed" }));
    expect(priced).toMatchObject({
      amount: { amount: "19.90", currency: "USD" },
      quantity: "3",
      date: day,
      notes: "as agreed",
    });
    expect(priced).toMatchObject({
      kind: "ONE_OFF",
      status: "DEFINED",
      customer: { id: customerId },
      service: { id: serviceId },
    });
    expect(await adapter.charges.getMany([priced.id], scope)).toEqual([priced]);
    expect(await run(create({ customerId, serviceId, amount: "0" }))).toMatchObject({
      amount: { amount: "0.00" },
      quantity: "1",
      date: day,
    });
    const calculated = await run(create({ customerId, serviceId, amount: null }));
    expect(calculated.amount?.amount).not.toBe("0.00");
    const monthly = await run(create({ customerId, serviceId, amount: "5", recurrence: { interval: "MONTHLY", startsOn: day } }));
    expect(monthly).toMatchObject({
      kind: "RECURRING",
      date: day,
      recurrence: { interval: "MONTHLY", startsOn: day },
    });
    expect((await chargesOf(adapter, customerId)).map(({ id }) => id)).toEqual(expect.arrayContaining([priced.id, monthly.id]));
  });

  test("names the field of the object that the backend did not find", async () => {
    const serviceId = await anyService(adapter);
    const unknown = "0123456789abcdef01234567";
    const create = adapter.charges.create;
    expect(await failure(() => create && run(create({ customerId: unknown, serviceId, amount: "1" })))).toMatchObject({
      code: "NOT_FOUND",
      field: ["customerId"],
    });
    const [customer] = await allCustomers(adapter);
    expect(
      await failure(() => create && run(create({ customerId: customer?.id, serviceId: unknown, amount: "1" }))),
    ).toMatchObject({
      code: "NOT_FOUND",
      field: ["serviceId"],
    });
  });

  test("lists and gets services", async () => {
    const page = await adapter.services?.list({}, everything, scope);
    const services = page?.items.map(({ value }) => value) ?? [];
    expect(services.length).toBeGreaterThan(3);
    const last = services.at(-1);
    expect(await adapter.services?.getMany([last?.id ?? "", "0123456789abcdef01234567"], scope)).toEqual([last, null]);
    if (generation === "v3") expect(services.some(({ tax }) => tax !== null)).toBe(true);
  });

  test("distinguishes unknown outcomes from refusals, and never shows secrets that an error echoes", async () => {
    const [customer] = await allCustomers(adapter);
    const serviceId = await anyService(adapter);
    const action = () =>
      adapter.charges.create && run(adapter.charges.create({ customerId: customer?.id, serviceId, amount: "1" }));
    for (const kind of ["dropAfter", "truncate", "html502After", "emptyEnvelope", "echo"] as const) {
      server.setFaults([{ kind, times: 1 }]);
      const error = await failure(action);
      expect({ kind, code: error.code, retryable: error.retryable }).toEqual({ kind, code: "OUTCOME_UNKNOWN", retryable: false });
      expect(JSON.stringify(error)).not.toContain("sandbox-");
    }
    server.setFaults([{ kind: "echo", times: 1 }]);
    expect(await failure(() => adapter.customers.list({}, everything, scope))).toMatchObject({
      code: "UNAVAILABLE",
      retryable: false,
    });
    server.setFaults([]);
  });
});
