import { describe, expect, it } from "vitest";
import { countryCode, isSameAddress, isSamePhone, isSameText } from "../../src/accounts/comparable.ts";
import type { Address } from "../../src/model/model.ts";

const bakery: Address = { lines: ["12 Mill Lane", "Unit 4"], city: "London", state: null, postalCode: "E1 6AN", country: "GB" };

describe("texts that mean the same", () => {
  it.each([
    ["Ada's Bakery", "ADA’S  bakery ", true],
    ["Ångström", "a\u030angstro\u0308m", true],
    ["ada@bakery.example", "Ada@Bakery.EXAMPLE", true],
    ["Ada's Bakery", "Ada's Bakeries", false],
  ])("%j and %j: %s", (left, right, expected) => expect(isSameText(left, right)).toBe(expected));
});

describe("telephone numbers that mean the same", () => {
  it.each([
    ["+44 20 7946 0123", "+44 (20) 7946-0123", true],
    ["+44 20 7946 0123", "0044 20 79460123", true],
    ["+44 20 7946 0123", "020 7946 0123", true],
    ["+44 (0)20 7946 0123", "+442079460123", true],
    ["+1 617-555-0142", "(617) 555-0142", true],
    ["+39 06 5550 0123", "06 55500123", true],
    ["020 7946 0123", "020 7946 0123", true],
    ["+44 20 7946 0123", "+49 20 7946 0123", false],
    ["+44 20 7946 0123", "7946 0123", false],
    ["+44 20 7946 0123", "0123", false],
    ["+44 20 7946 0123", "020 7946 0124", false],
  ])("%j and %j: %s", (left, right, expected) => {
    expect(isSamePhone(left, right)).toBe(expected);
    expect(isSamePhone(right, left)).toBe(expected);
  });
});

describe("addresses that mean the same", () => {
  it.each<[string, Partial<Address>, boolean]>([
    ["itself", {}, true],
    ["one line", { lines: ["12 Mill Lane, Unit 4"] }, true],
    ["another case and white space", { lines: ["12 MILL  lane", "unit 4"], city: "london ", postalCode: "e16an" }, true],
    ["the country's name", { country: "United Kingdom" }, true],
    ["another code of the country", { country: "uk" }, true],
    ["no country", { country: null }, true],
    ["a state that the other does not tell", { state: "England" }, true],
    ["another country", { country: "US" }, false],
    ["another street", { lines: ["7 Wharf Road"] }, false],
    ["no postal code", { postalCode: null }, false],
    ["another town", { city: "Leeds" }, false],
  ])("%s", (_name, given, expected) => {
    expect(isSameAddress(bakery, { ...bakery, ...given })).toBe(expected);
    expect(isSameAddress({ ...bakery, ...given }, bakery)).toBe(expected);
  });
});

describe("codes of countries", () => {
  it.each([
    ["GB", "GB"],
    ["uk", "GB"],
    ["Germany", "DE"],
    ["united states", "US"],
    ["Côte d'Ivoire", "CI"],
    ["Atlantis", null],
  ])("%s: %s", (text, code) => expect(countryCode(text)).toBe(code));
});
