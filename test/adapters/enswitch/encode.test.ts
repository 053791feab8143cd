import { describe, expect, it } from "vitest";
import { changing, creating } from "../../../src/adapter/kit/taking.ts";
import {
  chargeChangeTakes,
  chargeTakes,
  customerChangeTakes,
  customerTakes,
  taxChangeTakes,
  taxTakes,
} from "../../../src/adapters/enswitch/inputs.ts";
import { chargeChangeParameters, chargeParameters } from "../../../src/adapters/enswitch/map-charge.ts";
import { customerChangeParameters, customerParameters } from "../../../src/adapters/enswitch/map-customer.ts";
import { taxChangeParameters, taxParameters } from "../../../src/adapters/enswitch/map-tax.ts";
import type { ChargeChange, ChargeInput, CustomerChange, CustomerInput, TaxChange, TaxInput } from "../../../src/model/model.ts";
import { failureOf } from "./fake-connection.ts";

const customer: CustomerInput = { name: "Acme", email: "a@acme.example", planId: "4" };
const charge: ChargeInput = { customerId: "123", name: "Line rental", amount: "12.50" };
const tax: TaxInput = { name: "VAT" };
const writing = { currency: "EUR", timeZone: "UTC", unlimitedNumber: "zero" } as const;
const intent = { stepId: "0198f3c2-0000-7000-8000-000000000000-0", createdAt: "2026-11-21T06:00:00.789Z" };

/** Like the verbs: first refused by the declared inputs, then encoded. */
const create = {
  customer: creating("pbx", "customer", customerTakes, (input) => customerParameters(input)),
  charge: creating("pbx", "charge", chargeTakes, (input) => chargeParameters(input, writing, intent)),
  tax: creating("pbx", "tax", taxTakes, (input) => taxParameters(input, "EUR")),
};
const change = {
  customer: changing("pbx", "customerChange", customerChangeTakes, (_id, input) => customerChangeParameters(input, "pbx")),
  charge: changing("pbx", "chargeChange", chargeChangeTakes, (_id, input) => chargeChangeParameters(input, writing)),
  tax: changing("pbx", "taxChange", taxChangeTakes, (_id, input) => taxChangeParameters(input)),
};
const encodeCustomer = (input: CustomerInput) => create.customer({ ...customer, ...input });
const changeCustomer = (input: CustomerChange) => change.customer("5", input);
const encodeCharge = (input: ChargeInput) => create.charge({ ...charge, ...input });
const changeCharge = (input: ChargeChange) => change.charge("5", input);
const encodeTax = (input: Partial<TaxInput>) => create.tax({ ...tax, ...input });
const changeTax = (input: TaxChange) => change.tax("1:5", input);

/** Whether an input is refused with this code at this path. */
async function expectRefusal(act: () => unknown, code: string, path: string): Promise<void> {
  const error = await failureOf(act);
  expect([error.code, error.field?.join("."), error.retryable]).toEqual([code, path, false]);
  expect(error.message.startsWith(path)).toBe(true);
}

describe("customers/create", () => {
  it("sends the given members and nothing else", () => {
    expect(encodeCustomer({ phone: null, reference: null, address: null })).toEqual({
      name: "Acme",
      email: "a@acme.example",
      plan: "4",
    });
  });

  it("sends every member that Enswitch has a parameter for", () => {
    const address = { lines: ["1 High Street", "Floor 3"], city: "Dublin", postalCode: "D01", state: null, country: null };
    expect(encodeCustomer({ reference: "AC-1", parentId: "9", address })).toEqual({
      name: "Acme",
      email: "a@acme.example",
      plan: "4",
      bill_ref: "AC-1",
      parent: "9",
      address1: "1 High Street",
      address2: "Floor 3",
      address3: "",
      address_city: "Dublin",
      address_code: "D01",
    });
  });

  it("joins first and last name", () => {
    expect(encodeCustomer({ name: null, firstName: "Ada", lastName: " Lovelace " })["name"]).toBe("Ada Lovelace");
    expect(encodeCustomer({ name: null, lastName: "Lovelace" })["name"]).toBe("Lovelace");
  });

  it.each<[CustomerInput, string, string]>([
    [{ name: " " }, "INVALID_INPUT", "name"],
    [{ email: null }, "INVALID_INPUT", "email"],
    [{ planId: null }, "INVALID_INPUT", "planId"],
    [{ planId: "gold" }, "INVALID_INPUT", "planId"],
    [{ parentId: "0" }, "INVALID_INPUT", "parentId"],
    [{ firstName: "Ada" }, "UNSUPPORTED", "firstName"],
    [{ phone: "+1" }, "UNSUPPORTED", "phone"],
    [{ address: { country: "IE" } }, "UNSUPPORTED", "address.country"],
    [{ address: { lines: ["1", "2", "3", "4"] } }, "INVALID_INPUT", "address.lines"],
  ])("refuses %j with %s at %s", (input, code, path) => expectRefusal(() => encodeCustomer(input), code, path));

  it("names all members that it cannot honour at once", async () => {
    const error = await failureOf(() => encodeCustomer({ email: " ", phone: "1", address: { country: "IE" } }));
    expect(error.flatten(["input"]).map(({ field }) => field?.[1])).toEqual(["email", "address", "phone"]);
  });
});

describe("customers/update", () => {
  it("omits unchanged members and empties cleared ones", () => {
    expect(changeCustomer({})).toEqual({});
    expect(changeCustomer({ name: "New", reference: null })).toEqual({ name: "New", bill_ref: "" });
    expect(changeCustomer({ firstName: "Ada", lastName: "Lovelace" })).toEqual({ name: "Ada Lovelace" });
    expect(changeCustomer({ address: { city: "Cork", state: null } })).toEqual({ address_city: "Cork", address_state: "" });
    expect(changeCustomer({ address: { lines: ["a"] } })).toEqual({ address1: "a", address2: "", address3: "" });
    expect(Object.values(changeCustomer({ address: null }))).toEqual(["", "", "", "", "", ""]);
  });

  it.each<[CustomerChange, string, string]>([
    [{ name: null }, "UNSUPPORTED", "name"],
    [{ email: null }, "UNSUPPORTED", "email"],
    [{ planId: null }, "UNSUPPORTED", "planId"],
    [{ phone: null }, "UNSUPPORTED", "phone"],
    [{ lastName: "Lovelace" }, "UNSUPPORTED", "lastName"],
    [{ firstName: "Ada", lastName: null }, "UNSUPPORTED", "lastName"],
    [{ firstName: "Ada" }, "UNSUPPORTED", "firstName"],
    [{ firstName: null }, "UNSUPPORTED", "firstName"],
    [{ name: "Acme", lastName: "Lovelace" }, "UNSUPPORTED", "lastName"],
    [{ address: { country: null } }, "UNSUPPORTED", "address.country"],
  ])("refuses %j with %s at %s", (change, code, path) => expectRefusal(() => changeCustomer(change), code, path));
});

describe("charges/create", () => {
  it("always sends currency, period, number and start, and the amount if it is given", () => {
    expect(encodeCharge({})).toEqual({
      customer: "123",
      name: "Line rental",
      amount: "12.50",
      currency: "EUR",
      start: String(Date.UTC(2026, 10, 21, 6) / 1000),
      period: "once",
      number: "1",
    });
  });

  it("omits an amount that is not given, as the manual's own example does", () => {
    expect(encodeCharge({ amount: null })).toEqual({ ...encodeCharge({}), amount: undefined });
    expect(Object.keys(encodeCharge({ amount: null }))).not.toContain("amount");
  });

  it("sends the number of a charge that is billed as a whole", () => {
    expect(encodeCharge({ recurrence: { interval: "ONCE", occurrences: 3 } })).toMatchObject({ period: "once", number: "3" });
    expect(encodeCharge({ recurrence: { interval: "IMMEDIATE", occurrences: 2 } })).toMatchObject({ period: "", number: "2" });
    expect(encodeCharge({ recurrence: { interval: "ONCE" } })).toMatchObject({ period: "once", number: "1" });
  });

  it.each([
    ["zero", "0", "0"],
    ["omitted", undefined, "INVALID_INPUT recurrence.occurrences"],
    ["refused", "INVALID_INPUT recurrence.occurrences", "INVALID_INPUT recurrence.occurrences"],
  ] as const)("writes unlimited repetitions as configured: %s", async (unlimitedNumber, created, cleared) => {
    const toldBy = async (act: () => Readonly<Record<string, string>>) => {
      try {
        return act()["number"];
      } catch {
        const { code, field } = await failureOf(act);
        return `${code} ${field?.join(".")}`;
      }
    };
    const monthly = { interval: "MONTHLY" } as const;
    const form = { ...writing, unlimitedNumber };
    expect(await toldBy(() => chargeParameters({ ...charge, recurrence: monthly }, form, intent))).toBe(created);
    const clearing = { recurrence: { ...monthly, occurrences: null } };
    expect(await toldBy(() => chargeChangeParameters(clearing, form))).toBe(cleared);
    expect(await toldBy(() => chargeChangeParameters({ recurrence: monthly }, form))).toBeUndefined();
    for (const occurrences of [1, 12]) {
      const limited = { ...monthly, occurrences };
      expect(await toldBy(() => chargeParameters({ ...charge, recurrence: limited }, form, intent))).toBe(String(occurrences));
      expect(await toldBy(() => chargeChangeParameters({ recurrence: limited }, form))).toBe(String(occurrences));
    }
  });

  it("sends a recurrence, with the whole last day", () => {
    const recurrence = { interval: "MONTHLY", occurrences: 12, startsOn: "2027-01-01", endsOn: "2027-12-31" } as const;
    expect(encodeCharge({ recurrence, cost: "8", currency: "USD", description: "d", quantity: "1.0" })).toMatchObject({
      period: "monthly",
      number: "12",
      end: String(Date.UTC(2027, 11, 31, 23, 59, 59) / 1000),
      buy: "8",
      currency: "USD",
      description: "d",
    });
    expect(encodeCharge({ recurrence: { interval: "ANNUALLY" } })).toMatchObject({ period: "annually", number: "0" });
  });

  it("marks the start of a dated charge within the first hour of the day, equally in each attempt", () => {
    const startOf = (stepId: string) =>
      Number(chargeParameters({ ...charge, date: "2027-01-01" }, writing, { ...intent, stepId })["start"]);
    const day = Date.UTC(2027, 0, 1) / 1000;
    const steps = Array.from({ length: 50 }, (_, position) => `0198f3c2-0000-7000-8000-000000000000-${position}`);
    const starts = steps.map(startOf);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(day);
    expect(Math.max(...starts)).toBeLessThan(day + 3600);
    expect(new Set(starts).size).toBe(steps.length);
    expect(steps.map(startOf)).toEqual(starts);
  });

  it("charges everybody on a plan, at once if requested", () => {
    expect(encodeCharge({ customerId: null, planId: "4", executeNow: true })).toMatchObject({ plan: "4", period: "" });
  });

  it.each<[ChargeInput, string, string]>([
    [{ planId: "4" }, "UNSUPPORTED", "planId"],
    [{ customerId: null }, "INVALID_INPUT", "customerId"],
    [{ customerId: "x" }, "INVALID_INPUT", "customerId"],
    [{ name: null }, "INVALID_INPUT", "name"],
    [{ amount: "1,5" }, "INVALID_INPUT", "amount"],
    [{ currency: "Euro" }, "INVALID_INPUT", "currency"],
    [{ date: "2026-02-30" }, "INVALID_INPUT", "date"],
    [{ date: "1970-01-01" }, "INVALID_INPUT", "date"],
    [{ date: "2026-01-01", recurrence: { interval: "ONCE", startsOn: "2026-01-02" } }, "INVALID_INPUT", "recurrence.startsOn"],
    [{ recurrence: { interval: "WEEKLY" } }, "UNSUPPORTED", "recurrence.interval"],
    [{ recurrence: { interval: "SEMIANNUALLY" } }, "UNSUPPORTED", "recurrence.interval"],
    [{ recurrence: { interval: "MONTHLY", occurrences: 0 } }, "INVALID_INPUT", "recurrence.occurrences"],
    [{ date: "2026-01-02", recurrence: { interval: "MONTHLY", endsOn: "2026-01-01" } }, "INVALID_INPUT", "recurrence.endsOn"],
    [{ quantity: "2" }, "UNSUPPORTED", "quantity"],
    [{ notes: "n" }, "UNSUPPORTED", "notes"],
    [{ serviceId: "1" }, "UNSUPPORTED", "serviceId"],
    [{ taxAmount: "1" }, "UNSUPPORTED", "taxAmount"],
    [{ kind: "FEE" }, "UNSUPPORTED", "kind"],
    [{ reference: "r" }, "UNSUPPORTED", "reference"],
  ])("refuses %j with %s at %s", (input, code, path) => expectRefusal(() => encodeCharge(input), code, path));
});

describe("charges/update", () => {
  it("sends changed members only", () => {
    expect(changeCharge({})).toEqual({});
    expect(changeCharge({ description: null, amount: "5", cost: "0", quantity: "1" })).toEqual({
      description: "",
      amount: "5",
      buy: "0",
    });
    expect(changeCharge({ date: "2026-12-01" })).toEqual({ start: String(Date.UTC(2026, 11, 1) / 1000) });
    expect(changeCharge({ recurrence: { interval: "MONTHLY" } })).toEqual({ period: "monthly" });
    expect(changeCharge({ recurrence: { interval: "MONTHLY", occurrences: null, endsOn: null } })).toEqual({
      period: "monthly",
      number: "0",
      end: "0",
    });
    expect(changeCharge({ recurrence: { interval: "ONCE" } })).toEqual({ period: "once", number: "1" });
  });

  it.each<[ChargeChange, string, string]>([
    [{ name: null }, "UNSUPPORTED", "name"],
    [{ amount: null }, "UNSUPPORTED", "amount"],
    [{ currency: null }, "UNSUPPORTED", "currency"],
    [{ cost: null }, "UNSUPPORTED", "cost"],
    [{ date: null }, "UNSUPPORTED", "date"],
    [{ recurrence: null }, "UNSUPPORTED", "recurrence"],
    [{ recurrence: { interval: "ONCE", startsOn: null } }, "UNSUPPORTED", "recurrence.startsOn"],
    [{ notes: null }, "UNSUPPORTED", "notes"],
    [{ quantity: "2" }, "UNSUPPORTED", "quantity"],
  ])("refuses %j with %s at %s", (change, code, path) => expectRefusal(() => changeCharge(change), code, path));
});

describe("taxes/create and taxes/update", () => {
  it("send all eight flags if any scope is named", () => {
    expect(encodeTax({})).toEqual({ name: "VAT" });
    expect(
      encodeTax({ appliesTo: ["CHARGES", "CARD_GROUPS"], rate: "20", fixedAmount: "0.5", defaultLiability: "NOBODY" }),
    ).toEqual({
      name: "VAT",
      rate: "20",
      amount: "0.5",
      currency: "EUR",
      accounts: "0",
      calls: "0",
      cardgroups: "1",
      charges: "1",
      features: "0",
      messages: "0",
      numbers: "0",
      products: "0",
      liable: "0",
    });
    expect(encodeTax({ ownerId: "5", shared: true, defaultLiability: "ALL_CUSTOMERS" })).toMatchObject({
      customer: "5",
      shared: "1",
      liable: "2",
    });
  });

  it("send changed members only", () => {
    expect(changeTax({})).toEqual({});
    expect(changeTax({ rate: null, fixedAmount: null, description: null, shared: false })).toEqual({
      rate: "0",
      amount: "0",
      description: "",
      shared: "0",
    });
    expect(Object.values(changeTax({ appliesTo: [] }))).toEqual(Array(8).fill("0"));
  });

  it.each<[Partial<TaxInput>, string, string]>([
    [{ name: "" }, "INVALID_INPUT", "name"],
    [{ appliesTo: ["SERVICES"] }, "UNSUPPORTED", "appliesTo"],
    [{ country: "US" }, "UNSUPPORTED", "country"],
    [{ effectiveDate: "2026-01-01" }, "UNSUPPORTED", "effectiveDate"],
    [{ ownerId: "x" }, "INVALID_INPUT", "ownerId"],
    [{ currency: "eur" }, "INVALID_INPUT", "currency"],
  ])("refuse %j with %s at %s", (input, code, path) => expectRefusal(() => encodeTax(input), code, path));

  it.each<[TaxChange, string, string]>([
    [{ name: null }, "UNSUPPORTED", "name"],
    [{ active: false }, "UNSUPPORTED", "active"],
    [{ effectiveDate: null }, "UNSUPPORTED", "effectiveDate"],
    [{ appliesTo: null }, "UNSUPPORTED", "appliesTo"],
    [{ defaultLiability: null }, "UNSUPPORTED", "defaultLiability"],
    [{ shared: null }, "UNSUPPORTED", "shared"],
    [{ currency: null }, "UNSUPPORTED", "currency"],
  ])("refuse the change %j with %s at %s", (change, code, path) => expectRefusal(() => changeTax(change), code, path));
});
