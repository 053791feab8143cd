import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprint, knownIds, noteIds } from "../../../src/adapter/kit/looking.ts";
import type { Row } from "../../../src/adapter/kit/reading.ts";
import { comparisonIn } from "../../../src/adapters/hostedsuite/compared.ts";
import * as v2 from "../../../src/adapters/hostedsuite/v2/compared.ts";
import * as v3 from "../../../src/adapters/hostedsuite/v3/compared.ts";
import { context } from "./fixture.ts";

const { isStored, differing } = comparisonIn("USD");
const comparisons = [
  v2.comparedClient,
  (row: Row) => v2.comparedCharge(context, row),
  v2.comparedContact,
  v3.comparedClient,
  (row: Row) => v3.comparedCharge(context, row),
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
const record = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });

describe("comparing a record of HostedSuite with what was sent", () => {
  test("agrees with the record that it was mapped from, whatever it contains", () => {
    fc.assert(
      fc.property(record, fc.constantFrom(...comparisons), (row, compared) => {
        const shown = Object.entries(compared(row)).filter(([, value]) => value !== null);
        expect(differing(Object.fromEntries(shown), compared(row))).toEqual([]);
        expect(differing({}, compared(row))).toEqual([]);
      }),
    );
  });

  test("never fails, whatever is sent and stored", () => {
    fc.assert(
      fc.property(record, record, fc.constantFrom(...comparisons), (row, sent, compared) => {
        expect(Object.keys(compared(sent))).toEqual(expect.arrayContaining(differing(compared(sent), compared(row))));
      }),
    );
  });

  test.each([
    ["amount", "19.999", "20", true],
    ["amount", "19.999", "19.99", true],
    ["amount", "-19.995", "-20", true],
    ["amount", "19.999", "19.98", false],
    ["amount", "19.999", "20.01", false],
    ["amount", "19.999", "19.998", false],
    ["amount", "19.99", "20", false],
    ["amount", "5.00", "5", true],
    ["amount", "0", null, false],
    ["fixedAmount", "1.005", "1.01", true],
    ["rate", "8.875", "8.88", false],
    ["quantity", "2.5", "3", false],
    ["date", "2026-01-31", "2026-02-01", false],
    ["recurrence", true, false, false],
    ["email", "Zoe@Example.com", "zoe@example.com", true],
    ["notes", null, null, true],
    ["notes", null, "added", false],
    ["address", { street2: "" }, { street2: null }, true],
    ["address", { city: "Troy" }, null, false],
  ])("%s %j stored as %j: %s", (member, sent, stored, expected) => {
    expect(isStored(member, sent, stored)).toBe(expected);
  });

  test("of a currency without minor units, amounts are whole", () => {
    expect(comparisonIn("JPY").isStored("amount", "19.5", "20")).toBe(true);
    expect(comparisonIn("JPY").isStored("amount", "20", "21")).toBe(false);
  });
});

test("recognises noted ids, and no others", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 50 }), (ids) => {
      const [other = "", ...noted] = ids;
      const isKnown = knownIds(noteIds(noted) ?? "");
      expect(noted.every(isKnown)).toBe(true);
      expect(isKnown(other)).toBe(false);
    }),
  );
});

test("a fingerprint distinguishes values, but not the order of their members", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const same = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
      expect(fingerprint(left) === fingerprint(right)).toBe(same);
    }),
  );
  expect(fingerprint({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]).concat([["{}", "object"]]);
}
