import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../src/adapters/exact-json.ts";

describe("parseExactJson", () => {
  it.each([
    ["9007199254740993", "9007199254740993"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["12345678901234567.89", "12345678901234567.89"],
    ["59.849999999999994", 59.849999999999994],
    ["0.10000000000000000555", "0.10000000000000000555"],
    ["1234567890123456", 1234567890123456],
    ["19.99", 19.99],
    ["1e3", 1000],
    ['"9007199254740993"', "9007199254740993"],
    ["null", null],
  ])("of %s is %j", (text, expected) => {
    expect(parseExactJson(text)).toEqual(expected);
    expect(parseExactJson(`{"rows": [${text}]}`)).toEqual({ rows: [expected] });
  });

  it("keeps the value of every integer", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        expect(BigInt(parseExactJson(String(value)) as string | number)).toBe(value);
      }),
    );
  });

  it("reads everything else as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(["", " ", "<html>", '{"id": 1', "[1,]", "NaN", "1234567890123456789,"])("of %j is undefined", (text) => {
    expect(parseExactJson(text)).toBeUndefined();
  });
});
