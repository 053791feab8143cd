import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../src/connections/answers.ts";

/** The definition: JSON.parse, which tells a reviver how each number is written (JSON.parse source text access). */
function parseBySource(text: string): unknown {
  const keep = (_name: string, value: unknown, context?: { source?: string }): unknown => {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined) return value;
    const isUnsafe = String(value) !== source || (/^-?\d+$/.test(source) && !Number.isSafeInteger(value));
    return isUnsafe && /[\d.]{16}/.test(source) ? source : value;
  };
  try {
    return JSON.parse(text, keep as (name: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

const digits = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits }).map(String);
const numbers = fc.oneof(
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom("", "-"), digits(70n), digits(70n), fc.constantFrom("", "e5", "E-7", "e+400"))
    .map(([sign, whole, decimals, exponent]) => `${sign}${whole}.${decimals}${exponent}`),
);
const strings = fc
  .oneof(
    fc.string(),
    numbers.map((number) => `, ${number} ,`),
    numbers.map((number) => `\\": [${number}]`),
  )
  .map((text) => JSON.stringify(text));
// Without backslashes: this Node may mistake a name with an escape for another name that it has seen at the same place.
const names = fc.oneof(fc.string(), numbers).map((name) => JSON.stringify(name.replaceAll(/[\\"]|[^ -~]/g, "")));
const spaces = fc.constantFrom("", " ", "\n", "\t ");
const { texts } = fc.letrec<{ texts: string }>((tie) => ({
  texts: fc.oneof(
    { depthSize: "small" },
    numbers,
    strings,
    fc.constantFrom("null", "true"),
    fc.array(fc.tuple(spaces, tie("texts"), spaces).map((parts) => parts.join(""))).map((items) => `[${items}]`),
    fc
      .uniqueArray(fc.tuple(names, spaces, tie("texts")), { selector: ([name]) => name })
      .map((members) => `{${members.map(([name, space, text]) => `${name}${space}:${space}${text}`)}}`),
  ),
}));
const pieces = fc.constantFrom("", '"', ":", ",", "{", "]", "1", "-", ".", "e", " ", "12345678901234567890");
const brokenTexts = fc.tuple(texts, fc.nat(), pieces, fc.nat({ max: 2 })).map(([text, position, piece, removed]) => {
  const at = position % text.length;
  return text.slice(0, at) + piece + text.slice(at + removed);
});

describe("parseExactJson", () => {
  it.each([
    ["9007199254740993", "9007199254740993"],
    ['{"id":9007199254740993}', { id: "9007199254740993" }],
    // A double holds this one, but nobody who reads the double can know that.
    ['{"id":9007199254740994}', { id: "9007199254740994" }],
    ["-9007199254740992", "-9007199254740992"],
    ["9007199254740991", 9007199254740991],
    ["100000000000000000000", "100000000000000000000"],
    ['["x\\":9007199254740993"]', ['x":9007199254740993']],
    ['[":9007199254740993,"]', [":9007199254740993,"]],
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

  it("gives every integer as a safe number or as its text", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        const read = parseExactJson(String(value));
        expect(Number.isSafeInteger(read) || typeof read === "string").toBe(true);
        expect(BigInt(read as string | number)).toBe(value);
      }),
    );
  });

  it("reads everything else as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/(?<![\d.])\d{16}/.test(text));
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("reads what JSON.parse reads when it is asked for the source of every number", () => {
    fc.assert(
      fc.property(fc.oneof(texts, brokenTexts), (text) => {
        expect(parseExactJson(text)).toEqual(parseBySource(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes no part of a string for a number, wherever the string is cut by quotes and backslashes", () => {
    const note = ': 12345678901234567, \\" [12345678901234567] \\';
    const rows = [{ note, id: 1 }, [note], note];
    const text = JSON.stringify(rows).replace('"id":1', '"id": 12345678901234567 ');
    expect(parseExactJson(text)).toEqual([{ note, id: "12345678901234567" }, [note], note]);
  });

  it.each([
    "{12345678901234567: 1}",
    "{12345678901234567 : 1}",
    "[12345678901234567.]",
    "[012345678901234567]",
    "true12345678901234567",
  ])("refuses %s", (text) => {
    expect(parseExactJson(text)).toBeUndefined();
  });

  it.each(["", " ", "<html>", '{"id": 1', "[1,]", "NaN", "1234567890123456789,"])("of %j is undefined", (text) => {
    expect(parseExactJson(text)).toBeUndefined();
  });
});
