import fc from "fast-check";
import { expect, it } from "vitest";
import { storable, storableJson, wellFormedJson } from "../../src/store/engine.ts";

/** Texts with what databases refuse, and with what looks like its escape in JSON. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.stringMatching(/^[\0\\u0df8\ud800\udfff"]{0,8}$/u),
  fc.constantFrom("\0", "\ud800", "a\udfffb", "\\u0000", "\\ud800", "\\\0", "💶"),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constantFrom(null, undefined, 1.5, true),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
})).value;

it.each([
  ["storableJson", storableJson, storable],
  ["wellFormedJson", wellFormedJson, (broken: string) => broken.toWellFormed()],
] as const)("%s repairs every text, and changes nothing else", (_name, jsonOf, repaired) => {
  fc.assert(
    fc.property(values, (value) => {
      const each = { value };
      const expected = JSON.stringify(each, (_key, member: unknown) => (typeof member === "string" ? repaired(member) : member));
      expect(jsonOf(each)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
