import fc from "fast-check";
import { expect, test } from "vitest";
import { agrees } from "../../../src/adapters/hostedsuite/trace.ts";
import * as v2 from "../../../src/adapters/hostedsuite/v2/compared.ts";
import * as v3 from "../../../src/adapters/hostedsuite/v3/compared.ts";

const comparisons = [
  v2.comparedClient,
  v2.comparedCharge,
  v2.comparedContact,
  v3.comparedClient,
  v3.comparedCharge,
  v3.comparedTax,
];

const names = [
  "name",
  "NAME",
  "cost",
  "Quantity",
  "notes",
  "billingAddress",
  "Address",
  "phoneNumbers",
  "EmailAddresses",
  "type",
];
const value = fc.jsonValue({ maxDepth: 2 });
const record = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 });

test("a record agrees with itself and with nothing at all, whatever it holds", () => {
  fc.assert(
    fc.property(record, fc.constantFrom(...comparisons), (row, compared) => {
      expect(agrees(row, {}, compared)).toBe(true);
      expect(agrees(row, { notes: undefined }, compared)).toBe(true);
      expect(agrees(row, row, compared)).toBe(true);
    }),
  );
});

test("comparing never fails, whatever is sent and stored", () => {
  fc.assert(
    fc.property(record, record, fc.constantFrom(...comparisons), (row, sent, compared) => {
      expect(typeof agrees(row, sent, compared)).toBe("boolean");
    }),
  );
});

test("nested objects agree member by member, lists as a whole, numbers by value, text as it is", () => {
  const row = { name: "Zoë", billingAddress: { city: "Troy", country: "US" }, phoneNumbers: [{ number: "1", name: "desk" }] };
  expect(agrees(row, { billingAddress: { city: "Troy" } }, v3.comparedClient)).toBe(true);
  expect(agrees(row, { billingAddress: { city: "Troy", street2: "" } }, v3.comparedClient)).toBe(true);
  expect(agrees(row, { billingAddress: { city: "Albany" } }, v3.comparedClient)).toBe(false);
  expect(agrees(row, { phoneNumbers: [{ number: "1" }] }, v3.comparedClient)).toBe(true);
  expect(agrees(row, { phoneNumbers: [{ number: "2" }] }, v3.comparedClient)).toBe(false);
  expect(agrees(row, { name: "zoë" }, v3.comparedClient)).toBe(false);
  expect(agrees({ Cost: "5.00" }, { cost: 5 }, v2.comparedCharge)).toBe(true);
  expect(agrees({ Cost: 59.849999999999994 }, { cost: 59.85 }, v2.comparedCharge)).toBe(true);
});

test("a cost that v3 leaves out may be 0; v2 writes 0, so one left out is not known", () => {
  expect(agrees({}, { cost: 0 }, v3.comparedCharge)).toBe(true);
  expect(agrees({}, { cost: 0 }, v2.comparedCharge)).toBe(false);
  expect(agrees({ Cost: 0 }, { cost: 0 }, v2.comparedCharge)).toBe(true);
});
