import { describe, expect, it } from "vitest";
import { bakery, login, serve, today } from "./enswitch.ts";

describe("customers", () => {
  it("lists children, sorted by name ignoring case, filtered and paged", async () => {
    const { rows, post, state } = await serve();
    const children = [...state.customers.values()].filter((customer) => customer.parent === 1 && customer.deleted === 0);
    const listed = await rows("customers/list", { deleted: 0 });
    expect(new Set(listed.map((row) => row["id"]))).toEqual(new Set(children.map((customer) => customer.id)));
    const names = listed.map((row) => String(row["name"]).toLowerCase());
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await rows("customers/list", { limit: 3, offset: 2 })).toEqual(listed.slice(2, 5));
    expect((await post("customers/list", { count: 1, recursive: 1 })).data).toEqual({ count: children.length });
    expect(await rows("customers/list", { recursive: 1, deleted: -1 })).toHaveLength(60);
    expect((await rows("customers/list", { name: "BAKERY" })).map((row) => row["id"])).toEqual([bakery]);
    expect(await rows("customers/list", { parent: bakery })).toEqual([]);
    expect((await rows("customers/list", { deleted: 1, recursive: 1 })).every((row) => row["deleted"] === 1)).toBe(true);
  });

  it("creates with the documented defaults and the plan's currency", async () => {
    const { created, post } = await serve();
    const id = await created("customers/create", { name: "New", plan: 3, email: "new@new.example", balance: "78.9" });
    expect((await post("customers/get", { id })).data).toMatchObject({
      name: "New",
      parent: 1,
      plan: 3,
      currency: "GBP",
      balance: "78.90",
      bulk_calls: -2,
      call_maximum: "-2.00",
      auto_topup: "0.00",
      bill_type: "postpaid",
      address1: "",
      deleted: 0,
    });
  });

  it("names every parameter that is missing or wrong", async () => {
    const { post } = await serve();
    const { envelope } = await post("customers/create", { bill_type: "cash", balance: "1,50" });
    expect(envelope.responses.map(({ code, key }) => [code, key])).toEqual([
      ["400", "name"],
      ["400", "plan"],
      ["400", "email"],
      ["400", "bill_type"],
      ["400", "balance"],
    ]);
    expect(envelope).not.toHaveProperty("data");
    expect(await post("customers/create", { name: "x", plan: 999, email: "x@x.example" })).toMatchObject({
      code: "404",
      key: "plan",
    });
  });

  it("updates what is sent only; validation changes nothing", async () => {
    const { post, state } = await serve();
    const before = state.customers.get(bakery);
    expect(await post("customers/update", { id: bakery, email: "x@x.example", validation: 1 })).toMatchObject({
      code: "201",
      data: undefined,
    });
    expect(state.customers.get(bakery)).toEqual(before);
    expect((await post("customers/update", { id: bakery, address2: "", email: "x@x.example" })).code).toBe("204");
    expect(state.customers.get(bakery)).toEqual({ ...before, address2: "", email: "x@x.example" });
  });

  it("deletes softly, undeletes, and purges only what is deleted", async () => {
    const { post, state } = await serve();
    const parent = [...state.customers.values()].find((customer) => customer.parent > 1)?.parent ?? 0;
    expect(await post("customers/delete", { id: parent })).toMatchObject({ code: "400", key: "id" });
    expect(await post("customers/purge", { id: bakery })).toMatchObject({ code: "400", key: "id" });
    expect((await post("customers/delete", { id: bakery })).code).toBe("204");
    expect((await post("customers/get", { id: bakery })).data).toMatchObject({ deleted: 1 });
    expect((await post("customers/undelete", { id: bakery })).code).toBe("204");
    expect((await post("customers/get", { id: bakery })).data).toMatchObject({ deleted: 0 });
    await post("customers/delete", { id: bakery });
    expect((await post("customers/purge", { id: bakery })).code).toBe("204");
    expect((await post("customers/get", { id: bakery })).code).toBe("404");
    expect([...state.charges.values()].some((charge) => charge.customer === bakery)).toBe(false);
  });

  it("adds to the balance exactly, and records a transaction when asked to", async () => {
    const { post, state, created } = await serve();
    const id = await created("customers/create", { name: "Cents", plan: 2, email: "c@c.example" });
    const known = state.transactions.length;
    for (const amount of ["0.1", "0.2", "90071992547409.93", "-0.0001"]) {
      expect((await post("customers/balance/add", { id, amount })).code).toBe("204");
    }
    expect(state.customers.get(id)?.balance).toBe("90071992547410.2299");
    expect(state.transactions).toHaveLength(known);
    await post("customers/balance/add", { id, amount: "5", transaction: "credit", description: "Sorry" });
    expect(state.transactions.at(-1)).toMatchObject({
      customer: id,
      amount: "5.00",
      type: "credit",
      description: "Sorry",
      person: 1,
    });
    expect(await post("customers/balance/add", { id, amount: "1", currency: "JPY" })).toMatchObject({
      code: "400",
      key: "currency",
    });
    expect((await post("customers/topup/request", { id, amount: "10" })).data).toEqual({
      status: "accepted",
      error: "",
      message: "",
    });
  });

  it("imports all or none, and exports them", async () => {
    const { post, state } = await serve();
    const operator = login("operator", "sandbox-operator");
    const size = state.customers.size;
    const good = 'name,plan,email\r\n"Quoted, ""Inc.""",2,q@q.example\r\nPlain,2,p@p.example\r\n';
    expect(await post("customers/import", { csv: `${good}Bad,999,b@b.example` }, operator)).toMatchObject({
      code: "400",
      key: "csv",
    });
    expect(state.customers.size).toBe(size);
    expect((await post("customers/import", { csv: good }, operator)).data).toEqual({ count: 2 });
    expect([...state.customers.values()].at(-2)?.name).toBe('Quoted, "Inc."');
    expect((await post("customers/export", { recursive: 1, deleted: 1 }, operator)).data).toHaveLength(size + 1);
    expect((await post("customers/export", { customer: bakery }, operator)).code).toBe("404");
  });
});

describe("history and catalogue", () => {
  it("lists the transactions of a time window, without its end", async () => {
    const { rows, state } = await serve();
    const all = await rows("transactions/list", { customer: bakery });
    expect(all.map((row) => row["id"])).toEqual(state.transactions.filter((row) => row.customer === bakery).map((row) => row.id));
    const { time } = all.at(-1) as { time: number };
    expect(await rows("transactions/list", { customer: bakery, end: time })).toHaveLength(
      all.filter((row) => Number(row["time"]) < time).length,
    );
    expect(await rows("transactions/list", { customer: bakery, sort: "id", descending: 1 })).toEqual(all.toReversed());
  });

  it("lists plans, people, roles and products", async () => {
    const { rows, post } = await serve();
    expect((await rows("plans/list", { name: "business" })).map((row) => row["currency"]).toSorted()).toEqual([
      "EUR",
      "GBP",
      "USD",
    ]);
    expect((await post("plans/list", { system: 1 })).code).toBe("402");
    expect(await post("plans/list", { count: 1, pages: 1 })).toMatchObject({ code: "400", key: "pages" });
    expect(JSON.stringify(await rows("people/list"))).not.toMatch(/password|sandbox-pbx/);
    expect((await rows("roles/list")).length).toBeGreaterThan(1);
    expect((await rows("products/list")).length).toBeGreaterThan(1);
  });
});

describe("seed data", () => {
  it("resembles real data", async () => {
    const { state } = await serve({}, 300);
    const customers = [...state.customers.values()];
    const charges = [...state.charges.values()];
    const currencies = new Set(customers.map((customer) => customer.currency));
    expect(currencies).toEqual(new Set(["EUR", "GBP", "USD"]));
    expect(customers.some((customer) => customer.balance === "0.00")).toBe(true);
    expect(customers.some((customer) => customer.balance.startsWith("-"))).toBe(true);
    expect(customers.some((customer) => Number(customer.balance) > 0)).toBe(true);
    expect(customers.some((customer) => customer.bank_account_number !== "")).toBe(true);
    expect(customers.some((customer) => customer.deleted === 1)).toBe(true);
    const parentOf = (id: number) => state.customers.get(id)?.parent ?? 0;
    expect(customers.some((customer) => parentOf(parentOf(customer.parent)) === 1)).toBe(true);
    expect(new Set(charges.map((charge) => charge.period))).toEqual(new Set(["", "once", "monthly", "quarterly", "annually"]));
    expect(charges.some((charge) => charge.plan !== 0)).toBe(true);
    expect(charges.some((charge) => charge.amount === "90071992547409.93")).toBe(true);
    expect(
      charges.every((charge) => charge.start <= today.getTime() / 1000 && (charge.end === 0 || charge.end >= charge.start)),
    ).toBe(true);
    expect(state.transactions.every((row, index, rows) => row.time >= (rows[index - 1]?.time ?? 0))).toBe(true);
  });
});
