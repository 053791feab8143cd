import { describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import type { ChargeInput, CustomerChange, CustomerInput, TaxChange, TaxInput } from "../../../src/model/model.ts";
import { scripted } from "./fake-connection.ts";

const { adapter, sent } = scripted(() => {
  throw new Error("a plan does no I/O");
});

/** Codes and fields of the errors when a plan is made. */
function refusals(plan: () => unknown): readonly (readonly [string, string])[] {
  try {
    plan();
  } catch (error) {
    if (error instanceof BillingError) return error.flatten().map(({ code, field }) => [code, field?.join(".") ?? ""]);
    throw error;
  }
  return [];
}

const person: CustomerInput = { firstName: "Ann", lastName: "Lee" };
const oneOff: ChargeInput = { customerId: "1", amount: "10" };
const rate: TaxInput = { name: "Sales tax", rate: "7.25", effectiveDate: "2026-01-01" };

describe("members that v01 cannot honour are refused by name", () => {
  it.each<[CustomerInput, readonly (readonly [string, string])[]]>([
    [{}, []],
    [{ parentId: null, planId: null, phone: null, address: { lines: ["a", "b"], state: "IL", country: "us" } }, []],
    [
      { planId: "1", parentId: "2" },
      [
        ["UNSUPPORTED", "planId"],
        ["UNSUPPORTED", "parentId"],
      ],
    ],
    [
      { name: "Acme", firstName: null, lastName: undefined },
      [
        ["INVALID_INPUT", "firstName"],
        ["INVALID_INPUT", "lastName"],
      ],
    ],
    [{ lastName: null }, [["INVALID_INPUT", "lastName"]]],
    [{ firstName: " " }, [["INVALID_INPUT", "firstName"]]],
    [{ firstName: "x".repeat(126) }, [["INVALID_INPUT", "firstName"]]],
    [{ name: "x".repeat(256) }, [["INVALID_INPUT", "name"]]],
    [{ email: "x".repeat(101) }, [["INVALID_INPUT", "email"]]],
    [{ phone: "1234567890123456" }, [["INVALID_INPUT", "phone"]]],
    [{ reference: "x".repeat(61) }, [["INVALID_INPUT", "reference"]]],
    [{ address: { lines: ["a", "b", "c"] } }, [["INVALID_INPUT", "address.lines"]]],
    [{ address: { lines: ["x".repeat(129)] } }, [["INVALID_INPUT", "address.lines"]]],
    [{ address: { city: "x".repeat(51) } }, [["INVALID_INPUT", "address.city"]]],
    [{ address: { state: "Illinois" } }, [["INVALID_INPUT", "address.state"]]],
    [{ address: { postalCode: "12345-67890" } }, [["INVALID_INPUT", "address.postalCode"]]],
    [{ address: { country: "USA" } }, [["INVALID_INPUT", "address.country"]]],
    [{ address: { country: "1A" } }, [["INVALID_INPUT", "address.country"]]],
  ])("creating a customer with %j", (input, expected) => {
    expect(refusals(() => adapter.customers.create?.({ ...person, ...input }))).toEqual(expected);
  });

  it.each<[CustomerChange, readonly (readonly [string, string])[]]>([
    [{ name: "Acme", phone: "1", address: { city: "Bern" } }, []],
    [{ reference: "r" }, [["UNSUPPORTED", "reference"]]],
    [
      { reference: null, planId: null },
      [
        ["UNSUPPORTED", "reference"],
        ["UNSUPPORTED", "planId"],
      ],
    ],
    [
      { email: null, name: null },
      [
        ["UNSUPPORTED", "name"],
        ["UNSUPPORTED", "email"],
      ],
    ],
    [{ address: null }, [["UNSUPPORTED", "address"]]],
    [{ address: { city: null } }, [["UNSUPPORTED", "address.city"]]],
    [{ address: { lines: [] } }, [["UNSUPPORTED", "address.lines"]]],
    [{ phone: "1234567890123456" }, [["INVALID_INPUT", "phone"]]],
  ])("changing a customer by %j", (change, expected) => {
    expect(refusals(() => adapter.customers.update?.("1", change))).toEqual(expected);
  });

  it.each<[ChargeInput, readonly (readonly [string, string])[]]>([
    [{}, []],
    [
      { amount: "-10", taxAmount: "-1.90" },
      [
        ["INVALID_INPUT", "amount"],
        ["INVALID_INPUT", "taxAmount"],
      ],
    ],
    [{ kind: "FEE" }, []],
    [{ kind: "ONE_OFF" }, []],
    [{ kind: "RECURRING" }, [["UNSUPPORTED", "kind"]]],
    [{ kind: "FEE", amount: "-1" }, [["INVALID_INPUT", "amount"]]],
    [{ kind: "CREDIT" }, [["UNSUPPORTED", "kind"]]],
    [
      { taxAmount: "0", quantity: "1.0", currency: "USD", executeNow: false, recurrence: { interval: "ONCE", occurrences: 1 } },
      [],
    ],
    [{ name: "a", description: "a" }, []],
    [{ customerId: null }, [["INVALID_INPUT", "customerId"]]],
    [{ customerId: "x" }, [["NOT_FOUND", "customerId"]]],
    [{ customerId: "99999999999999999999" }, [["NOT_FOUND", "customerId"]]],
    [{ amount: null }, [["INVALID_INPUT", "amount"]]],
    [{ amount: "0.00" }, [["INVALID_INPUT", "amount"]]],
    [{ amount: "abc" }, [["INVALID_INPUT", "amount"]]],
    [{ quantity: "one" }, [["UNSUPPORTED", "quantity"]]],
    [{ amount: "0.005" }, [["INVALID_INPUT", "amount"]]],
    [{ amount: "21474836.48" }, [["INVALID_INPUT", "amount"]]],
    [{ amount: "21474836.47", taxAmount: "0.01" }, [["INVALID_INPUT", "amount"]]],
    [{ taxAmount: "-1" }, [["INVALID_INPUT", "taxAmount"]]],
    [{ taxAmount: "0.001" }, [["INVALID_INPUT", "taxAmount"]]],
    [{ currency: "EUR" }, [["UNSUPPORTED", "currency"]]],
    [
      { serviceId: "1", planId: "2", cost: "1" },
      [
        ["UNSUPPORTED", "cost"],
        ["UNSUPPORTED", "planId"],
        ["UNSUPPORTED", "serviceId"],
      ],
    ],
    [
      { taxIds: [], executeNow: true },
      [
        ["UNSUPPORTED", "taxIds"],
        ["UNSUPPORTED", "executeNow"],
      ],
    ],
    [{ quantity: "2" }, [["UNSUPPORTED", "quantity"]]],
    [{ recurrence: { interval: "MONTHLY" } }, [["UNSUPPORTED", "recurrence.interval"]]],
    [
      { recurrence: { interval: "ONCE", occurrences: 2, startsOn: "2026-01-01" } },
      [
        ["INVALID_INPUT", "recurrence.occurrences"],
        ["UNSUPPORTED", "recurrence.startsOn"],
      ],
    ],
    [{ date: "2026-02-30" }, [["INVALID_INPUT", "date"]]],
    [{ name: " " }, [["INVALID_INPUT", "name"]]],
    [
      { name: "a", description: "b", notes: "c" },
      [
        ["UNSUPPORTED", "notes"],
        ["UNSUPPORTED", "name"],
      ],
    ],
    [{ reference: "x".repeat(61) }, [["INVALID_INPUT", "reference"]]],
  ])("creating a charge with %j", (input, expected) => {
    expect(refusals(() => adapter.charges.create?.({ ...oneOff, ...input }))).toEqual(expected);
  });

  it.each<[Partial<TaxInput>, readonly (readonly [string, string])[]]>([
    [{}, []],
    [{ country: "de", currency: "USD", appliesTo: [], description: "Sales tax" }, []],
    [{ rate: null }, [["INVALID_INPUT", "rate"]]],
    [{ rate: "7.255" }, [["INVALID_INPUT", "rate"]]],
    [{ rate: "-1" }, [["INVALID_INPUT", "rate"]]],
    [{ rate: "21474836.48" }, [["INVALID_INPUT", "rate"]]],
    [{ effectiveDate: null }, [["INVALID_INPUT", "effectiveDate"]]],
    [{ effectiveDate: "2026-13-01" }, [["INVALID_INPUT", "effectiveDate"]]],
    [{ country: "USA" }, [["INVALID_INPUT", "country"]]],
    [{ description: "other" }, [["UNSUPPORTED", "description"]]],
    [{ name: "x".repeat(256) }, [["INVALID_INPUT", "name"]]],
    [{ currency: "EUR" }, [["UNSUPPORTED", "currency"]]],
    [
      { fixedAmount: "1", appliesTo: ["CALLS"] },
      [
        ["UNSUPPORTED", "fixedAmount"],
        ["UNSUPPORTED", "appliesTo"],
      ],
    ],
    [
      { defaultLiability: "NOBODY", shared: false },
      [
        ["UNSUPPORTED", "defaultLiability"],
        ["UNSUPPORTED", "shared"],
      ],
    ],
    [{ ownerId: "1" }, [["UNSUPPORTED", "ownerId"]]],
  ])("creating a tax with %j", (input, expected) => {
    expect(refusals(() => adapter.taxes?.create?.({ ...rate, ...input }))).toEqual(expected);
  });

  it.each<[TaxChange, readonly (readonly [string, string])[]]>([
    [{ rate: "8", active: true, effectiveDate: "2026-01-01", name: "VAT" }, []],
    [
      { rate: null, description: null },
      [
        ["UNSUPPORTED", "description"],
        ["UNSUPPORTED", "rate"],
      ],
    ],
    [{ rate: "8.001" }, [["INVALID_INPUT", "rate"]]],
    [{ shared: true }, [["UNSUPPORTED", "shared"]]],
  ])("changing a tax by %j", (change, expected) => {
    expect(refusals(() => adapter.taxes?.update?.("US:1", change))).toEqual(expected);
  });

  it("malformed ids are refused", () => {
    expect(refusals(() => adapter.customers.update?.("x", {}))).toEqual([["NOT_FOUND", ""]]);
    expect(refusals(() => adapter.charges.void?.("1"))).toEqual([["NOT_FOUND", ""]]);
    expect(refusals(() => adapter.taxes?.archive?.("US"))).toEqual([["NOT_FOUND", ""]]);
  });

  it("nothing is sent for any of them", () => {
    expect(sent).toEqual([]);
  });
});
