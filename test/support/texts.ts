import fc from "fast-check";

/** Any code point but halves of surrogate pairs, as fast-check's own "binary" has them. */
const codePoint = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xff }) },
    { weight: 7, arbitrary: fc.integer({ min: 0, max: 0x10_ffff - 0x800 }) },
  )
  .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/**
 * Any text. fast-check's own "binary" unit makes a table of all million characters, a second of work, as soon as such a text is
 * one of several kinds (4.10: Arbitrary.canShrinkWithoutContext).
 */
export const anyText = (lengths: Omit<fc.StringConstraints, "unit"> = {}): fc.Arbitrary<string> =>
  fc.string({ ...lengths, unit: codePoint });
