import { describe, expect, it } from "vitest";
import type { Intent } from "../../../src/billing/adapter.ts";
import { type Answering, failureOf, fakeAdapter, ok, refused } from "./fake-connection.ts";
import { find, newIntent, present } from "./finding.ts";

/** What a search makes of answers that the simulated Enswitch does not give. */

const unclear = { code: "BAD_RESPONSE", backend: "pbx", retryable: false };

describe("a charge is looked for", () => {
  const input = { customerId: "5", name: "Fee", amount: "1", currency: "EUR" };
  const intent: Intent = { ...newIntent(), createdAt: "2026-11-21T06:00:00.789Z" };
  const row = { id: 7, name: "Fee", amount: "1.00", currency: "EUR", start: 1795240800, period: "once", number: 1 };
  const search = (rows: readonly object[]) => {
    const { adapter } = fakeAdapter(() => ok(rows));
    return find(present(adapter.charges.create?.(input).steps[0]), null, intent);
  };

  it("among rows of its owner, each once, also those that do not tell theirs", async () => {
    expect(await search([{ ...row, customer: 5, plan: 0 }])).toEqual([{ id: "7", claim: "7" }]);
    expect(await search([row, row])).toEqual([{ id: "7", claim: "7" }]);
  });

  it("not among those of others, or of a plan", async () => {
    expect(await search([{ ...row, customer: 6 }])).toEqual([]);
    expect(await search([{ ...row, customer: 0, plan: 4 }])).toEqual([]);
    expect(await search([{ ...row, plan: 4 }])).toEqual([]);
  });

  it("in vain where rows do not show what it is recognised by", async () => {
    const { start: _start, ...unmarked } = row;
    expect(await failureOf(() => search([unmarked]))).toMatchObject(unclear);
    expect(await search([{ ...unmarked, name: "Other" }])).toEqual([]);
  });
});

describe("a transaction is looked for", () => {
  const now = Math.floor(Date.now() / 1000);
  const charge = { id: 7, name: "Fee", amount: "1", period: "once" };
  const transaction = { id: 1, description: "Fee", amount_excluding_tax: "-1", time: now };

  const searching = (owner: object, transactions: Answering, others: Answering = () => ok([])) => {
    const { adapter, sent, functions } = fakeAdapter((call) => {
      if (call.function === "charges/get") return ok({ ...charge, ...owner });
      return call.function === "transactions/list" ? transactions(call) : others(call);
    });
    const step = present(adapter.charges.execute?.("7").steps[0]);
    const mark = JSON.stringify({ since: now - 120, transactions: ["9"] });
    return { step, sent, functions, search: () => find(step, "7", { ...newIntent(), mark }) };
  };

  it("within the time and the customer that were asked for, and not among the noted ones", async () => {
    const rows = [
      { ...transaction, id: 2, time: now - 3600 },
      { ...transaction, id: 3, customer: 6 },
      { ...transaction, id: 9 },
    ];
    expect(await searching({ customer: 5 }, () => ok(rows)).search()).toEqual([]);
    const { search, sent } = searching({ customer: 5 }, () => ok([...rows, transaction]));
    expect(await search()).toEqual([{ id: "7", claim: "transaction:1" }]);
    expect(sent.at(-1)?.parameters).toEqual({ customer: "5", start: String(now - 120), end: "2147483647" });
  });

  it("with the first customers on a plan, where one customer's tell how often it was executed", async () => {
    const customers = Array.from({ length: 30 }, (_, index) => ({ id: 30 - index, name: "c", plan: index === 29 ? 8 : 4 }));
    const { search, functions } = searching(
      { plan: 4 },
      ({ parameters }) => ok([{ ...transaction, id: Number(parameters["customer"]) + 100 }]),
      () => ok(customers),
    );
    expect(await search()).toEqual([{ id: "7", claim: "transaction:102" }]);
    expect(functions().filter((name) => name === "transactions/list")).toHaveLength(20);
  });

  it("in vain where the charge does not tell whose it is", async () => {
    const { search, step } = searching({}, () => ok([]));
    expect(await failureOf(search)).toMatchObject(unclear);
    expect(JSON.parse(await present(step.before)("7", {}))).toMatchObject({ transactions: [] });
  });

  it("and noted before, unless the role forbids it", async () => {
    const noted = async (answer: Answering) => JSON.parse(await present(searching({ customer: 5 }, answer).step.before)("7", {}));
    expect(await noted(() => ok([transaction, { id: "4" }]))).toEqual({ since: expect.any(Number), transactions: ["1", "4"] });
    expect(await noted(() => refused("402"))).toMatchObject({ transactions: [] });
    expect(await failureOf(() => noted(() => refused("500")))).toMatchObject({ code: "UNAVAILABLE" });
    expect(await failureOf(searching({ customer: 5 }, () => refused("402")).search)).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("reports"),
    });
  });
});

describe("a change is looked for", () => {
  const search = (answering: Answering, act: "update" | "archive" | "restore") => {
    const { adapter } = fakeAdapter(answering);
    const plan = act === "update" ? adapter.customers.update?.("5", { email: "n@example.com" }) : adapter.customers[act]?.("5");
    return find(present(plan?.steps[0]), "5", newIntent());
  };

  it.each(["update", "archive", "restore"] as const)("in vain where the row does not show it: %s", async (act) => {
    expect(await failureOf(() => search(() => ok({ id: 5, name: "Acme" }), act))).toMatchObject(unclear);
  });

  it.each(["update", "archive", "restore"] as const)("and is not there when the customer is not: %s", async (act) => {
    expect(await search(({ function: name }) => (name === "customers/get" ? refused("404") : ok([])), act)).toEqual([]);
  });

  it.each([
    [ok({ tax: 3, liable: 1 }), [{ id: "1:3", claim: null }]],
    [ok({ tax: 3, liable: 0 }), []],
    [refused("404"), []],
    [ok({ tax: 3 }), unclear],
  ])("of a liability in %j", async (answer, expected) => {
    const { adapter } = fakeAdapter(({ function: name }) => (name === "taxes/list" ? ok([]) : answer));
    const step = present(adapter.taxes?.setLiability?.("1:3", { customerId: "5" }, true).steps[0]);
    const found = find(step, "1:3", newIntent());
    if (Array.isArray(expected)) expect(await found).toEqual(expected);
    else expect(await failureOf(() => found)).toMatchObject(expected);
  });
});
