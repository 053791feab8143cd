import fc from "fast-check";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { getCountries, getExampleNumber } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import {
  areOnePhone,
  companyDomain,
  comparableEmail,
  comparablePhone,
  isSameEmail,
  isSamePhone,
  phoneEnding,
} from "../../src/comparing/contact.ts";
import { anyText } from "../support/texts.ts";

describe("e-mail addresses", () => {
  it("ignore case and what follows a plus sign", () => {
    expect(comparableEmail(" Ada+Billing@Adas-Bakery.EXAMPLE ")).toBe("ada@adas-bakery.example");
  });

  it.each([null, "", "ada", "@example.com", "a b@example.com", "ada@"])("%j is none", (email) => {
    expect(comparableEmail(email)).toBeNull();
  });

  it("identify a company by their domain, unless it is a free-mail provider", () => {
    expect(companyDomain("ada@adas-bakery.example")).toBe("adas-bakery.example");
    expect(companyDomain("ada@gmail.com")).toBeNull();
    expect(companyDomain(null)).toBeNull();
  });
});

describe("phone numbers", () => {
  it.each([
    ["+44 20 7946 0018", "020 7946 0018", "GB"],
    ["+44 (0)20 7946 0018", "0044 20 79460018", "GB"],
    ["+1 617 555 0142", "(617) 555-0142", "US"],
    ["1-617-555-0142", "617.555.0142 ext. 7", "US"],
    ["+49 30 23125 014", "030/23125014", "DE"],
    ["+39 06 5550 0190", "06 5550 0190", "IT"],
    ["+36 1 555 0123", "06 1 555 0123", "HU"],
    ["+420 222 555 014", "222555014", "CZ"],
    ["+46 8 465 004 12", "08-465 004 12", "SE"],
    ["+380 44 555 0127", "044 5550127", "UA"],
  ])("%s is the same as %s in %s", (one, other, country) => {
    expect(isSamePhone({ phone: one, country }, { phone: other, country })).toBe(true);
    expect(isSamePhone({ phone: one, country }, { phone: other, country: null })).toBe(true);
    expect(comparablePhone(one, country)).toMatch(/^\+\d+$/);
  });

  it.each([null, "", "12345", "n/a", "000000000"])("%j is none", (phone) => {
    expect(comparablePhone(phone, "DE")).toBeNull();
  });
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
    expect(isSamePhone({ phone: left, country: null }, { phone: right, country: null })).toBe(expected);
    expect(isSamePhone({ phone: right, country: null }, { phone: left, country: null })).toBe(expected);
  });
});

/** A valid number of some country, as people write it there and abroad. */
const numbers = getCountries().flatMap((country) => getExampleNumber(country, examples) ?? []);
/** On the smallest islands, numbers are as short as extensions elsewhere. */
const longEnough = numbers.filter(({ nationalNumber }) => nationalNumber.length >= 6);
const writtenWays = fc.constantFrom(...longEnough).chain((number) => {
  const international = number.formatInternational();
  const ways = [
    international,
    number.number,
    number.number.replace("+", "00"),
    international.replaceAll(" ", "-"),
    `${international} ext. 12`,
    number.formatNational(),
    number.formatNational().replaceAll(/[ ()/-]/g, "."),
  ];
  return fc.record({
    country: fc.constant(number.country ?? null),
    one: fc.constantFrom(...ways),
    other: fc.constantFrom(...ways),
  });
});

describe("numbers of every country, however they are written", () => {
  it("are the same for customers there and for one without a country", () => {
    fc.assert(
      fc.property(writtenWays, ({ country, one, other }) => {
        const [left, right] = [comparablePhone(one, country), comparablePhone(other, country)];
        if (left === null || right === null) throw new Error("A number of its own is none.");
        expect(areOnePhone(left, right)).toBe(true);
        expect(areOnePhone(right, left)).toBe(true);
        // Only numbers with the same ending are compared: see the blocking keys of suggestions.
        expect(phoneEnding(left)).toBe(phoneEnding(right));
        expect(left.split(";")[0]).toBe(right.split(";")[0]);
        const unplaced = comparablePhone(other, null) ?? "";
        expect(areOnePhone(left, unplaced)).toBe(true);
        expect(phoneEnding(unplaced)).toBe(phoneEnding(left));
      }),
      { numRuns: 2_000 },
    );
  });

  it("differ with another extension or another last digit", () => {
    expect(areOnePhone("+16175550142;ext=7", "+16175550142")).toBe(true);
    expect(areOnePhone("+16175550142;ext=7", "+16175550142;ext=8")).toBe(false);
    expect(areOnePhone("+16175550142", "+16175550143")).toBe(false);
  });
});

describe("texts of any kind", () => {
  const text = fc.oneof(anyText({ maxLength: 40 }), fc.stringMatching(/^\+?[\d ()x;-]{0,20}$/));
  it("equal themselves, compare symmetrically, and never throw", () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(null, "GB", "US", "Atlantis", "AQ"), (one, other, country) => {
        const left = { phone: one, country };
        const right = { phone: other, country: null };
        expect(isSamePhone(left, left)).toBe(true);
        expect(isSamePhone(left, right)).toBe(isSamePhone(right, left));
        expect(isSameEmail(one, one)).toBe(true);
        expect(isSameEmail(one, other)).toBe(isSameEmail(other, one));
      }),
      { numRuns: 2_000 },
    );
  });
});
