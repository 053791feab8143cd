import { describe, expect, it } from "vitest";
import { comparablePostcode, countryCode, isSameAddress } from "../../src/comparing/place.ts";
import type { Address } from "../../src/model/model.ts";

const bakery: Address = { lines: ["12 Mill Lane", "Unit 4"], city: "London", state: null, postalCode: "E1 6AN", country: "GB" };

describe("equal addresses", () => {
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

describe("postcodes", () => {
  it("are compared by their letters and digits", () => {
    expect(comparablePostcode("e8 3qx")).toBe("E83QX");
    expect(comparablePostcode("185 38")).toBe("18538");
  });
});
