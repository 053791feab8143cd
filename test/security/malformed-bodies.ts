import fc from "fast-check";
import { anyText } from "../support/texts.ts";
import type { Document } from "./malformed-documents.ts";
import { anyValue } from "./malformed-values.ts";

/** Request bodies: JSON of the right shape, JSON of other shapes, and texts that are almost JSON. */
export function bodies(document: fc.Arbitrary<Document>): fc.Arbitrary<string> {
  const right = fc
    .record({ document, extra: fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extras }) })
    .map(({ document: { query, variables }, extra }) => JSON.stringify({ query, variables, ...extra }));
  return fc.oneof(
    { weight: 20, arbitrary: right },
    { weight: 3, arbitrary: fc.tuple(right, fc.array(jsonEdit, { minLength: 1, maxLength: 3 })).map(edited) },
    { weight: 2, arbitrary: fc.dictionary(parameterNames, anyValue, { maxKeys: 5 }).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anyValue.map((value) => JSON.stringify(value) ?? "") },
    { weight: 1, arbitrary: anyText({ maxLength: 80 }) },
    { weight: 1, arbitrary: fc.constantFrom("", " ", "null", "[]", "[[]]", "{", "\ufeff{}", '{"query":"{ __typename }"}{}') },
  );
}

const parameterNames = fc.constantFrom(
  "query",
  "variables",
  "operationName",
  "extensions",
  "documentId",
  "id",
  "__proto__",
  "map",
);

const extras = fc.oneof(
  fc.record({ operationName: fc.oneof(fc.constantFrom("Named", "Customers", "", "constructor"), anyValue) }),
  fc.record({ extensions: fc.oneof(fc.constantFrom<unknown>({ cost: true }, { persistedQuery: { version: 1 } }), anyValue) }),
  fc.record({ documentId: fc.oneof(fc.constant("sha256:0"), anyValue), query: anyValue }),
  fc.record({ variables: fc.oneof(anyValue, fc.dictionary(fc.string({ maxLength: 5 }), anyValue)) }),
);

interface JsonEdit {
  /** Share of the text's length, in thousandths. */
  readonly at: number;
  /** The text to search from there, and its replacement; "$&" means the text found. */
  readonly from: RegExp;
  readonly to: string;
}

const deep = (count: number): string => `${"[".repeat(count)}${"]".repeat(count)}`;

const changes: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /\{/,
    [
      '$&"__proto__":{"admin":true},',
      '$&"constructor":{"prototype":{"query":"x"}},',
      '$&"query":"{ __typename }",',
      '$&"query":null,',
      '$&"variables":{},',
      '$&"":1,',
      '$&"\\ud800":"\\udc00\\ud800",',
      "[",
      "",
    ],
  ],
  [
    /\}/,
    ["", "}}", "]", ",}", `,"x":${deep(50)}}`, `,"x":${deep(20_000)}}`, `,"x":${'{"a":'.repeat(2_000)}1${"}".repeat(2_001)}`],
  ],
  [
    /:\s*("[^"]*"|[\d.]+|null|true|false)/,
    [":1e999", ":-0", ":012", ":NaN", `:${"9".repeat(5_000)}`, ":'x'", ":undefined", `:${deep(100)}`],
  ],
  [/"/, ["", "'", '"\\', '"\\u', '"\\ud800', '"\\u0000', "“"]],
  [/,/, ["", ",,", ";"]],
  [/[a-z]/i, ["\0", "\n", "\x7f", "\ud800", "\u2028", "ÿ", "$&".repeat(300)]],
  [/[\s\S]+$/, ["", "$&$&", "$&\0", "$&\n\n", "$& x"]],
];

const jsonEdit: fc.Arbitrary<JsonEdit> = fc.oneof(
  ...changes.map(([from, all]) => fc.record({ at: fc.nat({ max: 999 }), from: fc.constant(from), to: fc.constantFrom(...all) })),
);

function edited([text, edits]: readonly [string, readonly JsonEdit[]]): string {
  return edits.reduce((now, { at, from, to }) => {
    const start = Math.floor((at / 1_000) * now.length);
    return now.slice(0, start) + now.slice(start).replace(from, to);
  }, text);
}
