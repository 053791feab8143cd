import fc from "fast-check";
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType } from "graphql";
import { encodeId, nodeTypes } from "../../src/model/id.ts";
import { anyText } from "../support/texts.ts";

/** Values for arguments and variables: right ones, nearly right ones, and some that no program sends on purpose. */

/** Existing ids and names, so that some of the requests mean something. */
export interface Known {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly backends: readonly string[];
}

const strange = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0,
  -0,
  1.5,
  2 ** 31,
  -(2 ** 63),
  2 ** 53 + 2,
  1e308,
  5e-324,
  "",
  " ",
  "\0",
  "\ud800",
  "\udfff\ud800",
  "\u202e\u2028",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "1e999",
  "-0",
  "NaN",
  "0x10",
  "9".repeat(400),
  `0.${"0".repeat(300)}1`,
  "2026-02-30",
  "0000-00-00T00:00:00Z",
  "+275760-09-14",
  "x".repeat(20_000),
  "é".normalize("NFD").repeat(200),
  "😀".repeat(300),
  {},
  [],
  [[[]]],
  { constructor: { prototype: { admin: true } } },
  { toString: 1, valueOf: null },
  { toJSON: "x" },
  { length: 2 ** 32 },
);

/** Anything that JSON can hold, and some that it cannot hold exactly. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: strange },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }) },
  { weight: 1, arbitrary: anyText({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.double() },
);

const localId = fc.oneof(
  fc.integer({ min: -1, max: 2 ** 31 }).map(String),
  anyText({ maxLength: 20 }),
  fc.constantFrom(
    "",
    ":",
    "0",
    "00000000000000000000000f",
    "9".repeat(30),
    "../1",
    "1/../2",
    "1?x=1",
    "1;id=2",
    "%00",
    "1\n2",
    "*1",
  ),
);

/** Known ids and cursors with one byte changed, cut off, or with an appendix, in their usual encoding. */
function tampered(texts: readonly string[]): fc.Arbitrary<string> {
  const place = fc.nat({ max: 60 });
  return fc.tuple(fc.constantFrom(...texts), place, fc.nat({ max: 255 }), fc.nat({ max: 4 })).map(([text, at, byte, how]) => {
    const bytes = Buffer.from(text, "base64url");
    if (how === 0) bytes[at % bytes.length] = byte;
    if (how === 1) return bytes.subarray(0, at % bytes.length).toString("base64url");
    if (how === 2) return Buffer.concat([bytes, Buffer.from([byte])]).toString("base64url");
    if (how === 3) return `${text.slice(0, at % text.length)}${String.fromCharCode(byte)}${text.slice(at % text.length)}`;
    return bytes.toString(byte % 2 === 0 ? "base64" : "base64url");
  });
}

export type ValueFor = (type: GraphQLInputType, depth?: number) => fc.Arbitrary<unknown>;

/**
 * Values of input types.
 *
 * @param mistakes one value in this many is arbitrary; null = none, although ids may not exist and lists may have refused items
 */
export function valuesFor({ ids, cursors, backends }: Known, mistakes: number | null): ValueFor {
  const id = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: tampered(ids) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...nodeTypes), fc.constantFrom(...backends, "", "nobody"), localId)
        .map(([type, backend, local]) => encodeId({ type, backend, id: local })),
    },
  );
  const text = fc.oneof(
    fc.constantFrom(...backends),
    fc.constantFrom(...cursors),
    tampered(cursors),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom("Ada", "ada@example.com", "+49 30 1", "1", "a".repeat(300)),
  );
  const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    ID: id,
    String: text,
    Int: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 1, arbitrary: fc.integer({ min: -2, max: 210 }) },
    ),
    Float: fc.double(),
    Boolean: fc.boolean(),
    Decimal: fc.oneof(fc.constantFrom("1", "19.99", "-5", "0", "1e5", "00.10"), fc.integer(), fc.double()),
    Date: fc.constantFrom("2026-11-21", "2024-02-29", "9999-12-31", "0001-01-01", "2026-11-21T00:00:00Z"),
    DateTime: fc.constantFrom("2026-11-21T09:30:00.000Z", "2026-11-21T09:30:00+14:00", "1970-01-01T00:00:00Z"),
    CurrencyCode: fc.constantFrom("EUR", "USD", "eur", "XXX"),
    CountryCode: fc.constantFrom("US", "DE", "us", "ZZ"),
  };

  function rightFor(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
    if (isNonNullType(type)) return rightFor(type.ofType, depth);
    if (isListType(type)) return fc.array(valueFor(type.ofType, depth), { maxLength: 4 });
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    if (isScalarType(type)) return scalars[type.name] ?? anyValue;
    if (!isInputObjectType(type) || depth > 3) return fc.constant({});
    const fields = Object.values(type.getFields());
    return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueFor(field.type, depth + 1)])), {
      requiredKeys: fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name),
    });
  }

  function valueFor(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
    const right = rightFor(type, depth);
    return mistakes === null ? right : fc.oneof({ weight: mistakes - 1, arbitrary: right }, { weight: 1, arbitrary: anyValue });
  }
  return valueFor;
}
