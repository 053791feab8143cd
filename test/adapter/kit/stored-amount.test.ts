import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoredAmount, isStoredDecimal } from "../../../src/adapter/kit/stored.ts";

/** Amounts as whole numbers of 10^-places, so that the tests compute without the code they test. */
const amounts = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 }));

function written(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${units < 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${digits.slice(-places)}`}`;
}

const currencies = fc.constantFrom(["EUR", 2], ["JPY", 0], ["KWD", 3], ["USD", 2]) as fc.Arbitrary<[string, number]>;

describe("a stored amount", () => {
  it("is the same in every notation of its value", () => {
    fc.assert(
      fc.property(amounts, currencies, fc.integer({ min: 0, max: 5 }), ([units, places], [currency], zeros) => {
        const amount = written(units, places);
        const longer = `${amount}${places === 0 && zeros > 0 ? "." : ""}${"0".repeat(zeros)}`;
        return isStoredAmount(amount, longer, currency) && isStoredAmount(longer, amount, currency);
      }),
    );
  });

  it("is the same if rounded up, down, half up or half to even at the minor unit, if that is the nearest or the cut value", () => {
    fc.assert(
      fc.property(amounts, currencies, ([units, places], [currency, minor]) => {
        const dropped = Math.max(0, places - minor);
        const step = 10n ** BigInt(dropped);
        const sign = units < 0n ? -1n : 1n;
        const size = units * sign;
        const cut = size / step;
        const isNearer = (size % step) * 2n >= step && dropped > 0;
        const scale = places - dropped;
        const accepted = [cut, ...(isNearer ? [cut + 1n] : [])];
        const refused = [cut + 2n, cut - 1n, ...(isNearer ? [] : [cut + 1n])];
        const is = (stored: bigint) => isStoredAmount(written(units, places), written(stored * sign, scale), currency);
        return accepted.every(is) && !refused.some((each) => each >= 0n && is(each));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["19.999", "20.00", "EUR", true],
    ["19.999", "20", "EUR", true],
    ["19.999", "19.99", "EUR", true],
    ["19.999", "19.98", "EUR", false],
    ["19.999", "20.01", "EUR", false],
    ["19.994", "20.00", "EUR", false],
    ["-0.005", "-0.01", "EUR", true],
    ["-0.005", "0.00", "EUR", true],
    ["19.99999", "20.0000", "EUR", true],
    ["19.99999", "19.9999", "EUR", true],
    ["19.5", "20", "JPY", true],
    ["19.5", "19", "JPY", true],
    ["19.5", "19.5", "JPY", true],
    ["1.0005", "1.001", "KWD", true],
    ["1.005", "1.00", "KWD", false],
    ["100", "10", "EUR", false],
    ["19.99", "1999", "EUR", false],
    ["19.99", "-19.99", "EUR", false],
    ["19.99", "19.9", "EUR", false],
    ["19.99", "", "EUR", false],
    ["19.99", "nineteen", "EUR", false],
    ["19.99", null, "EUR", false],
    ["0", null, "EUR", false],
    ["1e1", "10", "EUR", true],
  ] as const)("of %s is %s %s: %s", (sent, stored, currency, expected) => {
    expect(isStoredAmount(sent, stored, currency)).toBe(expected);
  });

  it("without a currency keeps the given number of places", () => {
    expect(isStoredDecimal("7.255", "7.26", 2)).toBe(true);
    expect(isStoredDecimal("7.255", "7.3", 2)).toBe(false);
    expect(isStoredDecimal("7.255", "7.3", 1)).toBe(true);
  });
});
