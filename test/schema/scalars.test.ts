import fc from "fast-check";
import { type GraphQLScalarType, parseValue, valueFromAST } from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../support/schema.ts";

const decimal = schema.getType("Decimal") as GraphQLScalarType;
const parse = (value: unknown): unknown => decimal.parseValue(value);
const literal = (text: string): unknown => valueFromAST(parseValue(text), decimal);

describe("Decimal", () => {
  it.each([
    ["19.99", "19.99"],
    ["0.10", "0.10"],
    ["-5", "-5"],
    ["1e3", "1000"],
    ["900719925474099312345.67", "900719925474099312345.67"],
    [7, "7"],
    [19.99, "19.99"],
    [-0.5, "-0.5"],
  ])("accepts the variable %j as %s", (value, text) => expect(parse(value)).toBe(text));

  it.each([
    ["19,99"],
    [""],
    ["abc"],
    ["NaN"],
    ["Infinity"],
    [Number.NaN],
    [0.1 + 0.2],
    [2 ** 60],
    [true],
    [null],
    ["1".repeat(50)],
    ["1e300"],
  ])("refuses the variable %j", (value) => expect(() => parse(value)).toThrow(/Decimal/));

  it("takes a literal by its text, with any number of digits", () => {
    expect(literal("19.99")).toBe("19.99");
    expect(literal("1234567890123456789.125")).toBe("1234567890123456789.125");
    expect(literal('"19.90"')).toBe("19.90");
  });

  it("keeps every decimal of up to 15 digits, sent as text or as a number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }),
        fc.integer({ min: 0, max: 3 }),
        (digits, places) => {
          const text = (digits / 10 ** places).toFixed(places);
          expect(parse(text)).toBe(text);
          expect(Number(parse(Number(text)))).toBe(Number(text));
        },
      ),
    );
  });
});

describe.each([
  ["CurrencyCode", "usd", "USD"],
  ["CountryCode", "de", "DE"],
])("%s", (name, typed, code) => {
  it("means the same in any case", () => {
    const scalar = schema.getType(name) as GraphQLScalarType;
    expect(scalar.parseValue(typed)).toBe(code);
    expect(valueFromAST(parseValue(`"${typed}"`), scalar)).toBe(code);
    expect(() => scalar.parseValue(`${typed}x`)).toThrow(name);
  });
});
