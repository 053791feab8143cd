import { describe, expect, it } from "vitest";
import { publishable } from "../../../src/adapters/enswitch/fields.ts";
import { chargeFrom } from "../../../src/adapters/enswitch/map-charge.ts";
import { customerFrom } from "../../../src/adapters/enswitch/map-customer.ts";
import { parseTaxId, taxFrom } from "../../../src/adapters/enswitch/map-tax.ts";
import { planFrom } from "../../../src/adapters/enswitch/plans.ts";

const origin = { backend: "pbx", currency: "EUR", timeZone: "UTC" };

describe("customers", () => {
  it("are read from the manual's example, which has two columns (customers/get)", () => {
    expect(customerFrom({ id: 123, name: "example" }, origin)).toMatchObject({
      id: "123",
      name: "example",
      organizationName: "example",
      status: "UNKNOWN",
      currency: "EUR",
      amountDue: null,
      address: null,
      parent: null,
      plan: null,
    });
  });

  it("are read with every column", () => {
    const row = {
      id: "123",
      name: "Acme",
      plan: "4",
      parent: 1,
      email: "billing@acme.example",
      bill_ref: "AC-1",
      balance: "-12.50",
      currency: "usd",
      deleted: 0,
      address1: "1 High Street",
      address2: "",
      address3: "Floor 3",
      address_city: "Dublin",
      address_code: "D01",
      address_state: "",
      country: "IE",
      phone: "+353 1 1234567",
    };
    expect(customerFrom(row, origin)).toMatchObject({
      reference: "AC-1",
      email: "billing@acme.example",
      phone: "+353 1 1234567",
      address: { lines: ["1 High Street", "Floor 3"], city: "Dublin", state: null, postalCode: "D01", country: "IE" },
      status: "ACTIVE",
      currency: "USD",
      amountDue: { amount: "12.50", currency: "USD" },
      parent: { backend: "pbx", id: "1", name: null },
      plan: { backend: "pbx", id: "4", name: null },
    });
  });

  it.each([
    ["-12.50", "12.50"],
    ["0.00", "0.00"],
    ["40.00", "0.00"],
    [-0.1, "0.10"],
    ["-0.0049", "0.0049"],
    ["n/a", undefined],
  ])("owes with a balance of %s: %s", (balance, due) => {
    expect(customerFrom({ id: 1, name: "a", balance }, origin).amountDue?.amount).toBe(due);
  });

  it.each([
    [0, "ACTIVE"],
    ["0", "ACTIVE"],
    ["", "ACTIVE"],
    ["0000-00-00 00:00:00", "ACTIVE"],
    [1, "ARCHIVED"],
    ["1", "ARCHIVED"],
    [1700000000, "ARCHIVED"],
    ["2026-01-01 00:00:00", "ARCHIVED"],
    [undefined, "UNKNOWN"],
  ])("with deleted = %j is %s, and so are charges and taxes", (deleted, status) => {
    expect(customerFrom({ id: 1, name: "a", deleted }, origin).status).toBe(status);
    expect(chargeFrom({ id: 1, name: "a", deleted }, origin).status).toBe(status === "ARCHIVED" ? "VOIDED" : "DEFINED");
    expect(taxFrom({ id: 1, name: "a", deleted }, origin).active).toBe(status !== "ARCHIVED");
  });

  it("have no amount due in a currency that is not understood", () => {
    expect(customerFrom({ id: 1, name: "a", balance: "-1", currency: "€" }, origin).amountDue).toBeNull();
  });
});

describe("charges", () => {
  const sample = {
    id: 7,
    name: "Line rental",
    customer: 123,
    plan: 0,
    amount: "12.50",
    buy: "8.00",
    currency: "EUR",
    description: "",
    start: 1700000000,
    end: 0,
    number: 12,
    period: "monthly",
  };

  it("are read from the contract's sample", () => {
    expect(chargeFrom(sample, origin)).toEqual({
      type: "Charge",
      backend: "pbx",
      id: "7",
      backendId: "7",
      reference: null,
      customer: { backend: "pbx", id: "123", name: null },
      plan: null,
      service: null,
      name: "Line rental",
      description: null,
      notes: null,
      kind: "RECURRING",
      status: "DEFINED",
      quantity: "1",
      amount: { amount: "12.50", currency: "EUR" },
      taxAmount: null,
      total: null,
      outstanding: null,
      cost: { amount: "8.00", currency: "EUR" },
      date: "2023-11-14",
      recurrence: { interval: "MONTHLY", occurrences: 12, startsOn: "2023-11-14", endsOn: null },
      createdAt: null,
      updatedAt: null,
      raw: sample,
    });
  });

  it.each([
    ["", "IMMEDIATE", "ONE_OFF"],
    ["once", "ONCE", "ONE_OFF"],
    ["quarterly", "QUARTERLY", "RECURRING"],
    ["annually", "ANNUALLY", "RECURRING"],
    ["fortnightly", undefined, "RECURRING"],
    ["constructor", undefined, "RECURRING"],
  ])("with period %j", (period, interval, kind) => {
    const charge = chargeFrom({ ...sample, period }, origin);
    expect([charge.recurrence?.interval, charge.kind]).toEqual([interval, kind]);
  });

  it("belong to the list's owner if the row has none, else to the row's", () => {
    const { customer: _customer, plan: _plan, ...silent } = sample;
    expect(chargeFrom(silent, origin, { customer: "5" })).toMatchObject({ customer: { id: "5" }, plan: null });
    expect(chargeFrom({ ...silent, plan: 9 }, origin, { customer: "5" })).toMatchObject({ customer: null, plan: { id: "9" } });
  });

  it("keeps amounts exact", () => {
    expect(chargeFrom({ ...sample, amount: "12345678901234567890.123456" }, origin).amount?.amount).toBe(
      "12345678901234567890.123456",
    );
    expect(chargeFrom({ ...sample, amount: 0.1 }, origin).amount?.amount).toBe("0.10");
  });
});

describe("taxes", () => {
  it("are identified by owner and id", () => {
    const row = {
      id: 3,
      name: "VAT",
      customer: "1",
      rate: "20.0",
      amount: "0.00",
      charges: 1,
      calls: "1",
      numbers: 0,
      liable: "2",
      shared: 1,
    };
    expect(taxFrom(row, origin)).toMatchObject({
      id: "1:3",
      backendId: "3",
      rate: "20.0",
      fixedAmount: { amount: "0.00", currency: "EUR" },
      appliesTo: ["CALLS", "CHARGES"],
      defaultLiability: "ALL_CUSTOMERS",
      owner: { id: "1" },
      shared: true,
      active: true,
    });
  });

  it("without an owner belong to the list's owner, else to the gateway's own customer", () => {
    expect(taxFrom({ id: 3, name: "VAT" }, origin, "8").id).toBe("8:3");
    expect(taxFrom({ id: 3, name: "VAT" }, origin)).toMatchObject({
      id: "0:3",
      owner: null,
      defaultLiability: null,
      appliesTo: [],
    });
  });

  it.each(["", "3", "1:", ":3", "1:3:4", "a:3", "1:0", "01:3", "1:-3", "-1:3"])("%j is not a tax id", (id) => {
    expect(parseTaxId(id)).toBeNull();
  });
});

describe("plans", () => {
  it("reads the manual's example", () => {
    expect(planFrom({ id: 123, name: "example" }, "pbx")).toMatchObject({
      id: "123",
      name: "example",
      interval: null,
      amount: null,
    });
    expect(planFrom({ id: 1, name: "a", period: "monthly" }, "pbx").interval).toBe("MONTHLY");
  });
});

describe("raw", () => {
  it("drops credentials, bank data and account numbers at any depth, and nothing else", () => {
    const kept = { id: 1, name: "a", auto_topup: "0.00", cardgroups: 1, accounts: 1, call_maximum: "-2", customer: 3 };
    const dropped = {
      bank_account_name: "x",
      bank_code: "x",
      bank_name: "x",
      account: "x",
      password: "x",
      auth_token: "x",
      creditcard_number: "x",
      card_csc: "x",
      pin: "x",
      driver_licence: "x",
      totp_secret: "x",
    };
    expect(publishable({ ...kept, ...dropped, nested: { ...dropped, a: [dropped] } })).toEqual({
      ...kept,
      nested: { a: [{}] },
    });
  });
});
