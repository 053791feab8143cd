import { describe, expect, it } from "vitest";
import { bakery, type Parameters, serve } from "./enswitch.ts";

describe("charges", () => {
  it("belong to a customer or a plan, never both", async () => {
    const { post, created, rows } = await serve();
    expect(await post("charges/create", { name: "x", customer: bakery, plan: 2 })).toMatchObject({ code: "400", key: "plan" });
    expect(await post("charges/create", { name: "x" })).toMatchObject({ code: "400", key: "customer" });
    expect(await post("charges/create", { name: "x", customer: 999_999 })).toMatchObject({ code: "404", key: "customer" });
    const id = await created("charges/create", { name: "Plan fee", plan: 3, amount: "1.005" });
    expect(await rows("charges/list", { plan: 3 })).toContainEqual(
      expect.objectContaining({ id, customer: 0, plan: 3, amount: "1.005", currency: "GBP" }),
    );
    expect(await post("charges/list", { customer: 999_999 })).toMatchObject({ code: "400", key: "customer" });
    expect((await post("charges/get", { id: 999_999 })).code).toBe("404");
  });

  it.each([
    [{ amount: "ten" }, "amount"],
    [{ period: "weekly" }, "period"],
    [{ start: 200, end: 100 }, "end"],
    [{ number: -1 }, "number"],
    [{ start: "2026-01-01" }, "start"],
    [{ name: " " }, "name"],
  ] as const)("refuses %j with the key %s", async (parameters, key) => {
    const { post } = await serve();
    const result = await post("charges/create", { name: "x", customer: bakery, ...parameters });
    expect(result).toMatchObject({ code: "400", key });
  });

  it("are updated without moving to another owner", async () => {
    const { post, created, state } = await serve();
    const id = await created("charges/create", { name: "x", customer: bakery, period: "monthly", end: 4_000_000_000 });
    expect((await post("charges/update", { id, customer: 102, amount: "3", description: "" })).code).toBe("204");
    expect(state.charges.get(id)).toMatchObject({ customer: bakery, amount: "3.00", period: "monthly", end: 4_000_000_000 });
  });

  it("take the full amount if they are one-off, otherwise the rest of the period, with taxes each time", async () => {
    const { post, created, state } = await serve();
    const customer = await created("customers/create", { name: "Taxed", plan: 2, email: "t@t.example" });
    const oneOff = await created("charges/create", { name: "One-off", customer, amount: "19.99", period: "once" });
    expect((await post("charges/charge", { id: oneOff })).code).toBe("204");
    // 19.99 + 21 % + 0.35 + (1.5 % + 0.10), each rounded to the cent.
    expect(state.customers.get(customer)?.balance).toBe("-24.94");
    expect(state.transactions.at(-1)).toMatchObject({
      customer,
      amount: "-24.94",
      amount_excluding_tax: "-19.99",
      type: "charge",
    });

    for (const tax of state.taxes.keys()) await post("taxes/liable/set", { tax, type: "customer", number: customer, liable: 0 });
    const monthly = await created("charges/create", { name: "Monthly", customer, amount: "10.01", period: "monthly" });
    await post("charges/charge", { id: monthly });
    await post("charges/charge", { id: monthly });
    expect(state.transactions.at(-1)).toMatchObject({ amount: "-5.01", amount_excluding_tax: "-5.01" });
    expect(state.customers.get(customer)?.balance).toBe("-34.96");
  });

  it("of a plan take from each live customer on it", async () => {
    const { post, created, state } = await serve();
    const id = await created("charges/create", { name: "Everybody", plan: 5, amount: "1.00" });
    const concerned = [...state.customers.values()].filter((customer) => customer.plan === 5 && customer.deleted === 0);
    const known = state.transactions.length;
    await post("charges/charge", { id });
    expect(new Set(state.transactions.slice(known).map((row) => row.customer))).toEqual(new Set(concerned.map((row) => row.id)));
  });

  it("are deleted only where that function is switched on", async () => {
    const off = await serve();
    expect(await off.post("charges/delete", { id: 1 })).toMatchObject({ code: "404", key: "" });
    const on = await serve({ functions: { chargesDelete: true } });
    expect((await on.post("charges/delete", { id: 1 })).code).toBe("204");
    expect((await on.post("charges/get", { id: 1 })).code).toBe("404");
  });
});

describe("taxes", () => {
  it("are created with the documented defaults", async () => {
    const { created, state, post } = await serve();
    const id = await created("taxes/create", { name: "City tax", rate: "8.875" });
    expect(state.taxes.get(id)).toMatchObject({
      rate: "8.875",
      amount: "0.00",
      currency: "EUR",
      customer: 1,
      charges: 1,
      liable: 2,
      shared: 0,
    });
    expect((await post("taxes/update", { id, liable: 0, customer: bakery })).code).toBe("204");
    expect(state.taxes.get(id)).toMatchObject({ liable: 0, customer: 1, rate: "8.875" });
    expect(await post("taxes/create", { name: "x", customer: 999_999 })).toMatchObject({ code: "400", key: "customer" });
  });

  it("are owned, available or applicable", async () => {
    const { rows, post, state } = await serve();
    const names = async (parameters: Parameters) => (await rows("taxes/list", parameters)).map((tax) => tax["name"]);
    expect(await names({})).toEqual([...state.taxes.values()].filter((tax) => tax.customer === 1).map((tax) => tax.name));
    expect(await names({ customer: bakery })).toEqual([]);
    expect(await names({ customer: bakery, available: 1 })).toEqual(["VAT"]);
    expect(await names({ customer: bakery, applicable: 1 })).toContain("UK VAT");
    expect(await names({ customer: bakery, applicable: 1 })).not.toContain("VAT");
    await post("taxes/liable/set", { tax: 1, type: "customer", number: bakery, liable: 1 });
    expect(await names({ customer: bakery, applicable: 1 })).toContain("VAT");
    expect(await post("taxes/list", { customer: 999_999 })).toMatchObject({ code: "400", key: "customer" });
  });

  it("report liability, and before 4.0 a missing one as 404", async () => {
    const parameters = { tax: 1, type: "customer", number: bakery };
    const { post } = await serve();
    expect((await post("taxes/liable/get", parameters)).data).toEqual({ ...parameters, liable: 0 });
    expect(await post("taxes/liable/set", { ...parameters, type: "call", liable: 1 })).toMatchObject({
      code: "400",
      key: "type",
    });
    expect(await post("taxes/liable/set", { ...parameters, tax: 999, liable: 1 })).toMatchObject({ code: "400", key: "tax" });
    const old = await serve({ pre40: true });
    expect((await old.post("taxes/liable/get", parameters)).code).toBe("404");
    expect(await old.post("taxes/create", { name: "x", liable: 2 })).toMatchObject({ code: "400", key: "liable" });
  });

  it("are read and deleted one by one only where these functions are switched on", async () => {
    const off = await serve();
    expect((await off.post("taxes/get", { id: 1 })).code).toBe("404");
    const on = await serve({ functions: { taxesGet: true, taxesDelete: true } });
    expect((await on.post("taxes/get", { id: 1 })).data).toMatchObject({ id: 1, name: "VAT" });
    expect((await on.post("taxes/delete", { id: 1 })).code).toBe("204");
    expect((await on.post("taxes/get", { id: 1 })).code).toBe("404");
  });
});
