import { describe, expect, test } from "vitest";
import type { V01Options } from "../../src/sandbox/v01/options.ts";
import { connect } from "./v01-connection.ts";

const openLedger = (options: V01Options = {}) => {
  const connection = connect(options);
  const customer = connection.newCustomer();
  const url = `${customer}/transactions`;
  /** Enters a transaction and returns its URL. */
  const enter = (fields: Readonly<Record<string, unknown>>): string => {
    connection.put(url, fields);
    return `${url}/${connection.latestTransaction()}`;
  };
  const balances = () => connection.list(url).map(({ type, balance }) => [type, balance]);
  return { ...connection, customer, url, enter, balances };
};

describe("create", () => {
  test("records an open invoice with its defaults", () => {
    const { ask, url, latestTransaction, customer } = openLedger();
    const { status, body } = ask("PUT", url, { body: { type: "RI", amount: 5400, taxAmount: "400", note: "June" } });
    expect(status).toBe(200);
    const id = latestTransaction();
    expect(body).toBe(
      `{"id":${id},"code":"${id}","accountId":2001,"customerId":${customer.slice(10)},"createDate":"2025-06-15 10:20:30",` +
        `"dueDate":"2025-06-15","type":"RI","amount":5400,"balance":5400,"taxAmount":400,"note":"June"}`,
    );
  });

  test.each([
    ["no type", { amount: 1 }, "F01"],
    ["a type that only the server makes", { type: "AC", amount: 1 }, "V03"],
    ["no amount", { type: "RI" }, "F01"],
    ["a zero amount", { type: "RI", amount: 0 }, "F01"],
    ["a negative amount", { type: "RC", amount: -5 }, "F01"],
    ["a decimal amount", { type: "RI", amount: 1.5 }, "F01"],
    ["more than 32 bits", { type: "RI", amount: 2 ** 31 }, "F01"],
    ["more tax than amount", { type: "RI", amount: 5, taxAmount: 6 }, "V03"],
    ["a day that does not exist", { type: "RI", amount: 5, dueDate: "2025-02-30" }, "F01"],
    ["another customer", { type: "RI", amount: 5, customerId: 10_001 }, "V01"],
    ["another account", { type: "RI", amount: 5, accountId: 2002 }, "V01"],
    ["an unknown subscription", { type: "RI", amount: 5, subscriptionId: "7" }, "V01"],
    ["a raw account number", { type: "RI", amount: 5, accountNumber: "4111111111111111" }, "L04"],
  ])("is refused with %s", (_case, body, failureCode) => {
    const { put, url, list } = openLedger();
    expect(put(url, body)).toMatchObject({ failureCode });
    expect(list(url)).toEqual([]);
  });

  test("tax on top of the amount may exceed it", () => {
    const { put, url } = openLedger({ taxIncluded: false });
    expect(put(url, { type: "RI", amount: 5, taxAmount: 6 })).toMatchObject({ taxAmount: 6 });
  });

  test("a code is unique for its customer", () => {
    const { put, url, newCustomer } = openLedger();
    put(url, { type: "RI", amount: 5, code: "inv-1" });
    expect(put(url, { type: "RF", amount: 5, code: "inv-1" })).toMatchObject({ failureCode: "V02" });
    expect(put(`${newCustomer()}/transactions`, { type: "RI", amount: 5, code: "inv-1" })).toMatchObject({ code: "inv-1" });
  });

  test("E2 knows no fee amount and no invoice list", () => {
    const fields = { type: "RI", amount: 5, feeAmount: 1, invoiceList: "a" };
    const current = openLedger();
    expect(current.put(current.url, fields)).toMatchObject({ feeAmount: 1, invoiceList: "a" });
    const older = openLedger({ edition: "E2" });
    expect(Object.keys(older.put(older.url, fields))).not.toEqual(expect.arrayContaining(["feeAmount"]));
  });
});

describe("credits and payments", () => {
  test("a credit settles the oldest debts first, and its allocations say so", () => {
    const { enter, balances, list, read, customer } = openLedger();
    enter({ type: "RF", amount: 300 });
    const invoice = enter({ type: "RI", amount: 500 });
    const credit = enter({ type: "RC", amount: 450 });
    expect(balances()).toEqual([
      ["RF", 0],
      ["RI", 350],
      ["RC", 0],
    ]);
    expect(read("GET", customer)).toMatchObject({ balance: 350 });
    expect(list(`${credit}/allocations`)).toMatchObject([
      { targetTransactionType: "RF", amount: 300 },
      { targetTransactionType: "RI", amount: 150 },
    ]);
    expect(list(`${invoice}/allocations`)).toHaveLength(1);
  });

  test("or settles invoices before fees", () => {
    const { enter, balances } = openLedger({ balancing: "invoicesFirst" });
    enter({ type: "RF", amount: 300 });
    enter({ type: "RI", amount: 500 });
    enter({ type: "RC", amount: 450 });
    expect(balances()).toEqual([
      ["RF", 300],
      ["RI", 50],
      ["RC", 0],
    ]);
  });

  test("a payment by token is approved; the part that settles nothing stays as credit", () => {
    const { enter, post, url, balances, read, customer } = openLedger();
    enter({ type: "RI", amount: 500 });
    const payment = post(`${url}/~process`, { amount: 600, token: "tok-1", holderName: "Ada Byron" });
    expect(payment).toMatchObject({ type: "AP", balance: 100, processingInfo: { token: "tok-1", holderName: "Ada Byron" } });
    expect(balances()).toEqual([
      ["RI", 0],
      ["AP", 100],
    ]);
    expect(read("GET", customer)).toMatchObject({ balance: -100 });
  });

  test("a raw account number fails with L04 and stores nothing, a missing token with F01", () => {
    const { post, url, list } = openLedger();
    const raw = { amount: 5, accountNumber: "4111111111111111", accountAccessory: "1230" };
    expect(post(`${url}/~process`, raw)).toMatchObject({ failureCode: "L04" });
    expect(JSON.stringify(post(`${url}/~process`, raw))).not.toContain("4111");
    expect(post(`${url}/~process`, { amount: 5 })).toMatchObject({ failureCode: "F01" });
    expect(list(url)).toEqual([]);
  });
});

describe("reverse", () => {
  test.each([
    ["RI", "RR"],
    ["RF", "RR"],
    ["RC", "RX"],
  ])("adds to an untouched %s an %s, answers with it, and works once", (type, reversal) => {
    const { enter, read, balances } = openLedger();
    const url = enter({ type, amount: 500 });
    expect(read("GET", `${url}/~reverse`)).toMatchObject({ type: reversal, amount: 500, balance: 0 });
    expect(read("GET", `${url}/~reverse`)).toMatchObject({ failureCode: "U01" });
    expect(balances()).toEqual([
      [type, 0],
      [reversal, 0],
    ]);
  });

  test("answers with the original if the installation says so", () => {
    const { enter, read } = openLedger({ reverseReturns: "original" });
    expect(read("GET", `${enter({ type: "RI", amount: 5 })}/~reverse`)).toMatchObject({ type: "RI", balance: 0 });
  });

  test("is refused for what is partly settled or applied", () => {
    const { enter, read } = openLedger();
    const invoice = enter({ type: "RI", amount: 500 });
    const credit = enter({ type: "RC", amount: 100 });
    expect(read("GET", `${invoice}/~reverse`)).toMatchObject({ failureCode: "U01" });
    expect(read("GET", `${credit}/~reverse`)).toMatchObject({ failureCode: "U01" });
  });

  test.each([
    ["on its day voids it", "2025-06-15T23:00:00Z", "AV"],
    ["later refunds it", "2025-06-16T00:00:00Z", "AR"],
  ])("a payment %s, once, and opens what it had settled", (_case, later, type) => {
    let current = new Date("2025-06-15T10:00:00Z");
    const { enter, post, read, url, balances, latestTransaction } = openLedger({ now: () => current });
    enter({ type: "RI", amount: 500 });
    post(`${url}/~process`, { amount: 600, token: "t" });
    const payment = `${url}/${latestTransaction()}`;
    current = new Date(later);
    expect(read("GET", `${payment}/~reverse`)).toMatchObject({ type, amount: 600 });
    expect(balances()).toEqual([
      ["RI", 500],
      ["AP", 0],
      [type, 0],
    ]);
    expect(read("GET", `${payment}/~reverse`)).toMatchObject({ failureCode: "U01" });
  });
});

describe("find and load", () => {
  test("the window of creation days is inclusive", () => {
    let current = new Date("2025-06-15T23:59:59Z");
    const { enter, list, url, read } = openLedger({ now: () => current });
    enter({ type: "RI", amount: 1 });
    current = new Date("2025-06-16T00:00:00Z");
    enter({ type: "RI", amount: 2 });
    expect(list(`${url}?createDateFrom=2025-06-15&createDateTo=2025-06-15`)).toMatchObject([{ amount: 1 }]);
    expect(list(`${url}?createDateFrom=2025-06-16&type=XX`)).toMatchObject([{ amount: 2 }]);
    expect(list(`${url}?createDateTo=2025-06-16&offset=1&limit=5`)).toMatchObject([{ amount: 2 }]);
    expect(read("GET", `${url}?createDateTo=16.6.2025`)).toMatchObject({ failureCode: "F01" });
  });

  test("a transaction is found under its own customer only", () => {
    const { ask, enter, newCustomer } = openLedger();
    const url = enter({ type: "RI", amount: 1 });
    expect(ask("GET", url).status).toBe(200);
    const elsewhere = ask("GET", `${newCustomer()}/transactions/${url.split("/").at(-1)}`);
    expect([elsewhere.status, JSON.parse(elsewhere.body).failureCode]).toEqual([404, "V01"]);
    expect(ask("GET", "customers/1/transactions").status).toBe(404);
  });
});
