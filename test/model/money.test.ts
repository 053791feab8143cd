import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  addMoney,
  atLeastPlaces,
  canonicalDecimal,
  compareDecimals,
  decimalFromDouble,
  fromMinorUnits,
  isDecimal,
  money,
  multiplyDecimals,
  negate,
  plainDecimal,
  subtractDecimals,
  toMinorUnits,
} from "../../src/model/money.ts";
import { anyText } from "../support/texts.ts";

/** An amount as an integer and a number of decimals: the arithmetic to compare with is that of BigInt. */
const scaled = fc.record({ units: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), places: fc.integer({ min: 0, max: 9 }) });

/** 1999 units with 2 places → "19.99". */
function written({ units, places }: { units: bigint; places: number }): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${units < 0n ? "-" : ""}${whole}${places > 0 ? `.${digits.slice(-places)}` : ""}`;
}

const rescale = ({ units, places }: { units: bigint; places: number }, wanted: number): bigint =>
  units * 10n ** BigInt(wanted - places);
const plain = /^-?\d+(\.\d+)?$/;

describe("arithmetic", () => {
  it("adds and subtracts exactly, with the decimals of the most precise", () => {
    fc.assert(
      fc.property(scaled, scaled, (left, right) => {
        const places = Math.max(left.places, right.places);
        const sum = { units: rescale(left, places) + rescale(right, places), places };
        const difference = { units: rescale(left, places) - rescale(right, places), places };
        expect(addDecimals(written(left), written(right))).toBe(written(sum));
        expect(subtractDecimals(written(left), written(right))).toBe(written(difference));
      }),
    );
  });

  it("multiplies exactly", () => {
    fc.assert(
      fc.property(scaled, scaled, (left, right) => {
        const product = written({ units: left.units * right.units, places: left.places + right.places });
        expect(multiplyDecimals(written(left), written(right))).toBe(canonicalDecimal(product));
      }),
    );
  });

  it("compares by value", () => {
    fc.assert(
      fc.property(scaled, scaled, (left, right) => {
        const [leftUnits, rightUnits] = [rescale(left, 9), rescale(right, 9)];
        const expected = leftUnits < rightUnits ? -1 : leftUnits > rightUnits ? 1 : 0;
        expect(compareDecimals(written(left), written(right))).toBe(expected);
      }),
    );
  });

  it("negates, and zero has no sign", () => {
    fc.assert(
      fc.property(scaled, ({ units, places }) => {
        expect(negate(written({ units, places }))).toBe(written({ units: -units, places }));
      }),
    );
    expect([negate("0.00"), negate("-0")]).toEqual(["0.00", "0"]);
  });

  it("has no rounding errors of doubles", () => {
    expect(addDecimals("0.1", "0.2")).toBe("0.3");
    expect(multiplyDecimals("1.1", "1.1")).toBe("1.21");
    expect(addDecimals("9007199254740993", "0.00")).toBe("9007199254740993.00");
    expect(addDecimals()).toBe("0");
  });
});

describe("minor units", () => {
  const scale = fc.integer({ min: 0, max: 6 });

  it("survive the conversion to a decimal and back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), scale, (units, places) => {
        const amount = fromMinorUnits(units, places);
        expect(amount).toBe(written({ units, places }));
        expect(fromMinorUnits(String(units), places)).toBe(amount);
        expect(toMinorUnits(amount, places)).toBe(String(units));
      }),
    );
  });

  it("never lose decimals: an amount that does not fit is null", () => {
    fc.assert(
      fc.property(scaled, scale, (amount, places) => {
        const fits = amount.places <= places || amount.units % 10n ** BigInt(amount.places - places) === 0n;
        expect(toMinorUnits(written(amount), places) !== null).toBe(fits);
      }),
    );
  });

  it.each([
    [1999, 2, "19.99"],
    [-5, 2, "-0.05"],
    [0, 2, "0.00"],
    ["725", 0, "725"],
    [12345n, 3, "12.345"],
  ])("%s with %i places is %s", (minor, places, amount) => {
    expect(fromMinorUnits(minor, places)).toBe(amount);
  });

  it("are integers", () => {
    expect(() => fromMinorUnits("19.99", 2)).toThrow(RangeError);
  });

  it.each([
    ["19.99", 2, "1999"],
    ["19.990", 2, "1999"],
    [" 1e1 ", 2, "1000"],
    ["-0", 2, "0"],
    ["19.999", 2, null],
  ])("of %s with %i places are %s", (amount, places, minor) => {
    expect(toMinorUnits(amount, places)).toBe(minor);
  });
});

describe("notation", () => {
  it.each(["", "NaN", "Infinity", "0x1f", "1_000", ".", "e5", "1,5"])("is that of a decimal number, which %j is not", (text) => {
    for (const read of [plainDecimal, canonicalDecimal, negate, decimalFromDouble, (each: string) => atLeastPlaces(each, 2)]) {
      expect(() => read(text)).toThrow(RangeError);
    }
    expect(() => fromMinorUnits(text, 2)).toThrow(RangeError);
    expect(() => toMinorUnits(text, 2)).toThrow(RangeError);
  });

  it("is the same for every notation of a number", () => {
    fc.assert(
      fc.property(scaled, fc.integer({ min: 0, max: 4 }), (amount, places) => {
        const [plainly, exponentially] = [written(amount), `${amount.units}e-${amount.places}`];
        expect(canonicalDecimal(plainly)).toBe(canonicalDecimal(exponentially));
        expect(atLeastPlaces(plainly, places)).toBe(atLeastPlaces(exponentially, places));
        expect(decimalFromDouble(plainly)).toBe(decimalFromDouble(exponentially));
        expect(plainDecimal(plainly)).toBe(plainly);
      }),
    );
  });

  it.each([
    ["12.500", "12.5", "12.50"],
    ["-0.00", "0", "0.00"],
    ["-0.50", "-0.5", "-0.50"],
    ["007.10", "7.1", "7.10"],
    ["+5.", "5", "5.00"],
    [".005", "0.005", "0.005"],
  ])("of %s is %s, with two decimals at least %s", (text, canonical, twoPlaces) => {
    expect(canonicalDecimal(text)).toBe(canonical);
    expect(atLeastPlaces(text, 2)).toBe(twoPlaces);
  });

  it("never has an exponent and keeps the value", () => {
    const exponential = fc
      .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.integer({ min: -30, max: 30 }))
      .map(([units, exponent]) => `${units}e${exponent}`);
    fc.assert(
      fc.property(exponential, (text) => {
        for (const result of [plainDecimal(text), canonicalDecimal(text), atLeastPlaces(text, 2), multiplyDecimals(text, "1")]) {
          expect(result).toMatch(plain);
          expect(compareDecimals(result, text)).toBe(0);
        }
      }),
    );
  });

  it.each([
    ["1e1", "10"],
    ["12.50", "12.50"],
    ["+5", "5"],
    ["5.", "5"],
    [".5", "0.5"],
    ["-0.00", "0.00"],
    ["1.5e-3", "0.0015"],
    ["00012.30", "12.30"],
  ])("of %s is plainly %s", (text, expected) => {
    expect(plainDecimal(text)).toBe(expected);
  });

  it.each([
    ["12.50", "12.5"],
    ["-0.00", "0"],
    ["1e3", "1000"],
    ["0010", "10"],
  ])("of %s is canonically %s", (text, expected) => {
    expect(canonicalDecimal(text)).toBe(expected);
  });

  it("is the same for the same value, and only for it", () => {
    fc.assert(
      fc.property(scaled, scaled, (left, right) => {
        const same = rescale(left, 9) === rescale(right, 9);
        expect(canonicalDecimal(written(left)) === canonicalDecimal(written(right))).toBe(same);
      }),
    );
  });

  it.each(["", " ", "abc", "1,5", "0x10", "1e", "--1", "NaN", "Infinity", "-Infinity", "1 2", ".", "1e9999", "१"])(
    "refuses %j",
    (text) => {
      expect(isDecimal(text)).toBe(false);
      expect(() => plainDecimal(text)).toThrow(RangeError);
    },
  );

  it("is accepted exactly if it can be written without an exponent", () => {
    const texts = fc.oneof(anyText(), fc.stringMatching(/^[-+.e\d]{1,8}$/));
    fc.assert(
      fc.property(texts, (text) => {
        if (isDecimal(text)) expect(plainDecimal(text)).toMatch(plain);
        else expect(() => plainDecimal(text)).toThrow(RangeError);
      }),
    );
  });

  it("has at least the wanted decimals, and never fewer than the value", () => {
    expect([atLeastPlaces("12.5", 2), atLeastPlaces("0.005", 2), atLeastPlaces("7", 0)]).toEqual(["12.50", "0.005", "7"]);
  });
});

describe("doubles", () => {
  it.each([
    ["59.849999999999994", "59.85"],
    ["0.30000000000000004", "0.3"],
    ["1e-7", "0.0000001"],
    ["19.99", "19.99"],
    ["123456789012345", "123456789012345"],
  ])("%s were meant as %s", (text, expected) => {
    expect(decimalFromDouble(text)).toBe(expected);
  });

  it("give back any amount of up to 15 digits", () => {
    const amounts = fc.record({
      units: fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }),
      places: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(decimalFromDouble(String(Number(written(amount))))).toBe(canonicalDecimal(written(amount)));
      }),
    );
  });
});

describe("money", () => {
  it.each([
    ["19.5", "EUR", "19.50"],
    ["5", "JPY", "5"],
    ["1.5", "KWD", "1.500"],
    ["0.005", "USD", "0.005"],
    ["5", "XQQ", "5.00"],
    ["5", "points", "5.00"],
  ])("of %s %s is written %s", (amount, currency, expected) => {
    expect(money(amount, currency)).toEqual({ amount: expected, currency });
  });

  it("is added in one currency only", () => {
    const euros = money("1.10", "EUR");
    expect(addMoney(euros, money("2", "EUR"))).toEqual({ amount: "3.10", currency: "EUR" });
    expect([addMoney(euros, money("2", "USD")), addMoney(null, euros), addMoney(euros, null)]).toEqual([null, null, null]);
  });
});
