import { describe, expect, it } from "vitest";
import { codeOfStep } from "../../../src/adapters/v01/codes.ts";
import { reversedIds } from "../../../src/adapters/v01/ledger.ts";
import { chargeFrom } from "../../../src/adapters/v01/map-charge.ts";
import { customerFrom, phoneColumn } from "../../../src/adapters/v01/map-customer.ts";
import { taxFrom } from "../../../src/adapters/v01/map-tax.ts";
import { planFrom } from "../../../src/adapters/v01/plans.ts";
import { customerRow, planRow, taxRow, transactionRow } from "../../../src/adapters/v01/wire.ts";
import { settings } from "./fake-connection.ts";

const customer = (sent: object, changed: Partial<typeof settings> = {}) =>
  customerFrom(customerRow.parse({ id: 10021, ...sent }), "recurring", { ...settings, ...changed });

const charge = (sent: object, changed: Partial<typeof settings> = {}, reversed = false) =>
  chargeFrom(transactionRow.parse({ id: 905, ...sent }), "10021", "recurring", { ...settings, ...changed }, reversed);

const dollars = (amount: string) => ({ amount, currency: "USD" });

/** The constructed example of contract 6.1. */
const invoice = {
  id: 905,
  code: "inv-2024-0001",
  accountId: 2001,
  customerId: 10021,
  createDate: "2024-05-20 14:03:11",
  dueDate: "2024-06-01",
  type: "RI",
  amount: 5400,
  balance: 5400,
  taxAmount: 400,
  note: "June membership",
  creatorCode: "gateway",
};

describe("customers", () => {
  it("are mapped completely", () => {
    const sent = {
      code: "acme",
      accountId: 2001,
      createDate: "2024-05-20 14:03:11",
      firstName: "Ann",
      lastName: "Lee",
      organizationName: "Acme",
      email: "ann@acme.example",
      workPhone: "+15550100",
      street1: "1 Main St",
      city: "Springfield",
      state: "IL",
      zipCode: "62701",
      countryCode: "US",
      isActive: true,
      balance: 1250,
    };
    expect(customer(sent)).toEqual({
      type: "Customer",
      backend: "recurring",
      id: "10021",
      backendId: "10021",
      reference: "acme",
      name: "Acme",
      organizationName: "Acme",
      firstName: "Ann",
      lastName: "Lee",
      email: "ann@acme.example",
      phone: "+15550100",
      address: { lines: ["1 Main St"], city: "Springfield", state: "IL", postalCode: "62701", country: "US" },
      status: "ACTIVE",
      currency: "USD",
      amountDue: dollars("12.50"),
      createdAt: "2024-05-20T14:03:11Z",
      updatedAt: null,
      parent: null,
      plan: null,
      raw: { id: 10021, ...sent },
    });
  });

  it.each([
    [{ firstName: "Ann", lastName: "Lee" }, "Ann Lee"],
    [{ lastName: "Lee" }, "Lee"],
    [{ code: "acme" }, "acme"],
    [{}, "10021"],
  ])("have a name: %j", (sent, name) => {
    expect(customer(sent)?.name).toBe(name);
  });

  it("have no reference if the code is the id", () => {
    expect(customer({ code: 10021 })?.reference).toBeNull();
  });

  it("of another merchant account are ignored", () => {
    expect(customer({ accountId: 2002 })).toBeNull();
    expect(customer({ accountId: "2001" })).not.toBeNull();
  });

  it.each([
    ["positiveOwes", 500, "5.00"],
    ["positiveOwes", -500, "-5.00"],
    ["negativeOwes", -500, "5.00"],
    ["negativeOwes", 0, "0.00"],
  ] as const)("owe by the sign convention %s: %i", (balanceSign, balance, amount) => {
    expect(customer({ balance }, { balanceSign })?.amountDue).toEqual(dollars(amount));
  });

  it.each([
    [true, "ACTIVE"],
    [undefined, "ACTIVE"],
    [false, "UNKNOWN"],
  ])("with isActive %s are %s", (isActive, status) => {
    expect(customer({ isActive })?.status).toBe(status);
  });

  it.each([
    [{ organizationName: "Acme" }, "workPhone"],
    [{ firstName: "Ann" }, "homePhone"],
    [{ organizationName: "Acme", cellPhone: "1" }, "cellPhone"],
    [{ phone: "1", workPhone: "2" }, "phone"],
  ])("of %j keep their phone in %s", (sent, column) => {
    expect(phoneColumn(customerRow.parse({ id: 1, ...sent }))).toBe(column);
  });
});

describe("charges", () => {
  it("are mapped completely, with taxes taken out of the amount", () => {
    expect(charge(invoice)).toEqual({
      type: "Charge",
      backend: "recurring",
      id: "10021:905",
      backendId: "905",
      reference: "inv-2024-0001",
      customer: { backend: "recurring", id: "10021", name: null },
      plan: null,
      service: null,
      name: "June membership",
      description: "June membership",
      notes: null,
      kind: "ONE_OFF",
      status: "OPEN",
      quantity: "1",
      amount: dollars("50.00"),
      taxAmount: dollars("4.00"),
      total: dollars("54.00"),
      outstanding: dollars("54.00"),
      cost: null,
      date: "2024-06-01",
      recurrence: null,
      createdAt: "2024-05-20T14:03:11Z",
      updatedAt: null,
      raw: invoice,
    });
  });

  it("have added taxes if that is configured", () => {
    expect(charge(invoice, { taxIncludedInAmount: false })).toMatchObject({
      amount: dollars("54.00"),
      taxAmount: dollars("4.00"),
      total: dollars("58.00"),
      status: "OPEN",
    });
  });

  it("invent no tax", () => {
    expect(charge({ type: "RI", amount: 5400 })).toMatchObject({ amount: dollars("54.00"), taxAmount: null, total: null });
  });

  it.each([
    [{ balance: 5400 }, false, "OPEN"],
    [{ balance: 1 }, false, "PARTLY_PAID"],
    [{ balance: 0 }, false, "SETTLED"],
    [{ balance: 0 }, true, "VOIDED"],
    [{ balance: 5400 }, true, "OPEN"],
    [{ balance: 5401 }, false, "UNKNOWN"],
    [{ balance: -1 }, false, "UNKNOWN"],
    [{ balance: null }, false, "UNKNOWN"],
  ])("with %j, reversed: %s, are %s", (sent, reversed, status) => {
    expect(charge({ ...invoice, ...sent }, {}, reversed)?.status).toBe(status);
  });

  it.each([
    ["RI", undefined, "ONE_OFF", "Invoice 905"],
    ["RI", 77, "RECURRING", "Invoice 905"],
    ["RI", 0, "ONE_OFF", "Invoice 905"],
    ["RF", undefined, "FEE", "Service fee 905"],
    ["RL", 77, "FEE", "Late fee 905"],
    ["ra", undefined, "FEE", "Access fee 905"],
    ["RO", undefined, "FEE", "Collections fee 905"],
    ["RN", undefined, "FEE", "Collections return fee 905"],
    ["RC", undefined, "CREDIT", "Credit 905"],
    ["RC", 77, "CREDIT", "Credit 905"],
  ])("of type %s and subscription %s are %s", (type, subscriptionId, kind, name) => {
    expect(charge({ id: 905, type, subscriptionId, code: "inv-1", amount: 1 })).toMatchObject({ kind, name });
  });

  it.each([
    ["inv-1", "inv-1"],
    ["gw-1", "gw-1"],
    ["GW-house", "GW-house"],
    ["905", null],
    [codeOfStep("0198f2d4-aaaa-7bbb-8ccc-0123456789ab-1"), null],
    [codeOfStep("0198f2d4-aaaa-7bbb-8ccc-0123456789ab-1").toUpperCase(), null],
    [codeOfStep("0198f2d4-aaaa-7bbb-8ccc-0123456789ab-12").slice(0, 20), null],
    [codeOfStep("0198f2d4-aaaa-7bbb-8ccc-0123456789ab-1").slice(0, 9), null],
    ["gw-doctor-mabc", null],
  ])("with the code %s have the reference %s", (code, reference) => {
    const made = charge({ id: 905, type: "RI", amount: 1, code });
    expect(made).toMatchObject({ reference, name: "Invoice 905" });
    expect(customer({ id: 905, code })).toMatchObject({ reference });
  });

  it.each(["RR", "RX", "AP", "AC", "AV", "AR", "AX", "AD", "AG", "AS", "AA", "ZZ", "constructor", null])(
    "are not entries of type %s",
    (type) => {
      expect(charge({ ...invoice, type })).toBeNull();
    },
  );

  it.each([
    [{ amount: 5400, taxAmount: 400, balance: 5400 }, "OPEN"],
    [{ amount: -5400, taxAmount: -400, balance: -5400 }, "OPEN"],
    [{ amount: -5400, taxAmount: 400, balance: 5400 }, "OPEN"],
  ])("are negative for credits, whatever the sign on the wire: %j", (sent, status) => {
    const amounts = { amount: dollars("-50.00"), taxAmount: dollars("-4.00"), total: dollars("-54.00") };
    expect(charge({ ...invoice, ...sent, type: "RC" })).toMatchObject({ ...amounts, outstanding: dollars("-54.00"), status });
  });

  it("are named by the first line of their note, and dated by their creation, if nothing else is known", () => {
    const sent = { type: "RI", note: "Setup\nsecond line", createDate: "2024-05-20" };
    expect(charge(sent)).toMatchObject({ name: "Setup", description: "Setup\nsecond line", date: "2024-05-20", amount: null });
  });
});

describe("reversals", () => {
  const entry = (id: number, type: string, day: number, more: object = {}) =>
    transactionRow.parse({ id, type, amount: 100, balance: 0, createDate: `2024-01-0${day} 10:00:00`, ...more });

  it.each([
    ["the only entry of its amount", [entry(1, "RI", 1), entry(2, "RR", 2)], ["1"]],
    ["a fee", [entry(1, "RL", 1), entry(2, "RR", 2)], ["1"]],
    ["a credit", [entry(1, "RC", 1), entry(2, "RX", 2)], ["1"]],
    ["what was there before it", [entry(1, "RI", 1), entry(2, "RR", 2), entry(3, "RI", 3)], ["1"]],
    ["all that there are", [entry(1, "RI", 1), entry(2, "RI", 2), entry(3, "RR", 3), entry(4, "RR", 3)], ["1", "2"]],
    [
      "the earlier one for certain",
      [entry(1, "RI", 1), entry(2, "RR", 2), entry(3, "RI", 3), entry(4, "RI", 3), entry(5, "RR", 4)],
      ["1"],
    ],
    ["none for certain where one of two was paid", [entry(1, "RI", 1), entry(2, "RI", 1), entry(3, "RR", 2)], []],
    ["nothing that came later", [entry(1, "RR", 1), entry(2, "RI", 2)], []],
    ["nothing of another amount", [entry(1, "RI", 1, { amount: 99 }), entry(2, "RR", 2)], []],
    ["nothing with a balance", [entry(1, "RI", 1, { balance: 100 }), entry(2, "RR", 2)], []],
    ["no credit by an RR", [entry(1, "RC", 1), entry(2, "RR", 2)], []],
    ["the entry of unknown age", [entry(1, "RI", 1, { createDate: null }), entry(2, "RR", 2)], ["1"]],
    ["by a negative amount too", [entry(1, "RI", 1), entry(2, "RR", 2, { amount: -100 })], ["1"]],
  ])("explain %s", (_what, entries, ids) => {
    expect([...reversedIds(entries, "UTC")]).toEqual(ids);
    expect([...reversedIds(entries.toReversed(), "UTC")].toSorted()).toEqual(ids);
  });
});

describe("taxes and plans", () => {
  const rate = { id: 3, countryCode: "US", value: 725, description: "Sales tax", effectiveDate: "2024-01-01", isActive: true };

  it("map a rate", () => {
    expect(taxFrom(taxRow.parse(rate), "US", "recurring", settings)).toEqual({
      type: "Tax",
      backend: "recurring",
      id: "US:3",
      backendId: "3",
      name: "Sales tax",
      description: "Sales tax",
      rate: "7.25",
      fixedAmount: null,
      appliesTo: [],
      defaultLiability: null,
      owner: null,
      shared: true,
      country: "US",
      effectiveDate: "2024-01-01",
      active: true,
      raw: rate,
    });
  });

  it.each([
    [2, 2000, "20"],
    [0, 20, "20"],
    [3, 7125, "7.125"],
  ])("read the rate with %i decimals", (taxValueScale, value, expected) => {
    expect(taxFrom(taxRow.parse({ ...rate, value }), "US", "recurring", { ...settings, taxValueScale })?.rate).toBe(expected);
  });

  it("omit rates of another country", () => {
    expect(taxFrom(taxRow.parse(rate), "DE", "recurring", settings)).toBeNull();
  });

  it.each([
    ["W", "WEEKLY"],
    ["M", "MONTHLY"],
    ["Q", "QUARTERLY"],
    ["S", "SEMIANNUALLY"],
    ["A", "ANNUALLY"],
    ["Z", null],
    [undefined, null],
  ])("map the billing cycle %s to %s", (billingCycleType, interval) => {
    const plan = planRow.parse({ id: 4, accountId: 2001, name: "Gold", billingCycleType, amount: 990 });
    expect(planFrom(plan, "recurring", settings)).toMatchObject({ id: "4", name: "Gold", interval, amount: dollars("9.90") });
  });
});
