import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asAmount,
  asCode,
  asDecimal,
  asFoldedText,
  asText,
  asTexts,
  createComparison,
  inForm,
  membersBehind,
} from "../../../src/adapter/kit/comparing.ts";

const { isStored, differing } = createComparison({
  name: asText,
  reference: asCode,
  email: asFoldedText,
  amount: asAmount("EUR"),
  rate: asDecimal(2),
  address: asTexts,
  date: inForm((value) => (typeof value === "string" ? value.slice(0, 10) : null)),
});

describe("comparing a record with what was sent", () => {
  it.each([
    ["name", "Fish & Chips", "Fish &amp; Chips", true],
    ["name", "Ada", "Eve", false],
    ["name", "", null, true],
    ["reference", "ac-1", "AC-1", true],
    ["email", "Ada@Example.com", "ada@example.com", true],
    ["amount", "19.999", "20.00", true],
    ["amount", "19.99", "19.90", false],
    ["amount", "0", null, false],
    ["rate", "8.875", "8.88", true],
    ["rate", "8.875", "8.9", false],
    ["address", { city: "Troy" }, { city: "Troy", street1: "1" }, true],
    ["address", { city: "Troy" }, null, false],
    ["date", "2026-01-31", "2026-01-31T00:00:00", true],
    ["other", true, true, true],
    ["other", 1, "1", false],
    ["constructor", "x", "y", false],
  ])("%s %j stored as %j: %s", (member, sent, shown, expected) => {
    expect(isStored(member, sent, shown)).toBe(expected);
  });

  it("says which members differ", () => {
    const sent = { name: "Ada", reference: "ac-1", amount: "5", notes: "x", date: "2026-01-31" };
    expect(differing(sent, { name: "Eve", reference: "AC-1", amount: null, notes: "", date: "2026-01-31 00:00" })).toEqual([
      "name",
      "amount",
      "notes",
    ]);
  });

  it("never throws, and finds no difference between a text and itself", () => {
    const record = fc.dictionary(fc.constantFrom("name", "amount", "rate", "address", "date", "email", "x"), fc.jsonValue());
    fc.assert(
      fc.property(record, record, (sent, shown) => {
        for (const member of differing(sent, shown)) expect(Object.keys(sent)).toContain(member);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(differing({ name: text, email: text, x: text }, { name: text, email: text, x: text })).toEqual([]);
      }),
    );
  });

  it("names members by the parameters that contain them", () => {
    const fields = { city: ["address", "city"], zip: ["address", "postalCode"], bill_ref: ["reference"] };
    expect(membersBehind(["city", "bill_ref", "zip", "other"], fields)).toEqual([
      "address.city",
      "reference",
      "address.postalCode",
      "other",
    ]);
    expect(membersBehind(["city", "zip"], fields, 1)).toEqual(["address"]);
  });
});
