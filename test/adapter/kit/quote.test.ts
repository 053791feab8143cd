import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote, quoteName } from "../../../src/adapter/kit/quote.ts";
import { helpful, unfit } from "./unfit-words.ts";

/** The part of a backend's words that a caller may read: sentences, and nothing that the backend did not write for people. */

const secrets = ["gateway@example.com", "s3cret word", "Pa55"];

describe("is shown", () => {
  it.each(helpful)("%s", (sentence) => {
    expect(quote(sentence, secrets)).toBe(sentence);
    expect(quote(`  ${sentence}\t`, secrets)).toBe(sentence);
  });
});

describe("is not shown", () => {
  it.each(Object.entries(unfit).flatMap(([kind, all]) => all.map((words) => [kind, words] as const)))("%s: %j", (_, words) => {
    expect(quote(words, secrets)).toBeNull();
  });

  it("whatever comes before and after it", () => {
    const around = fc.constantFrom("", ...helpful, "Error", "The charge was refused", "Bitte prüfen");
    const words = fc.constantFrom(...Object.values(unfit).flat());
    const joint = fc.constantFrom(" ", ": ", ". ", " (", ", ");
    fc.assert(
      fc.property(around, joint, words, joint, around, (before, first, inner, second, behind) => {
        expect(quote(`${before}${first}${inner}${second}${behind}`, secrets)).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it("in upper or lower case", () => {
    // Case distinguishes a token from a word, so these are tested as they are.
    const words = Object.entries(unfit).flatMap(([kind, all]) => (kind === "what looks like a key" ? [] : all));
    for (const each of words) {
      expect.soft(quote(each.toUpperCase(), secrets), each).toBeNull();
      expect.soft(quote(each.toLowerCase(), secrets), each).toBeNull();
    }
  });

  it("a credential in any spelling, in any text", () => {
    const spelled = (secret: string): readonly string[] => [
      secret,
      secret.toUpperCase(),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("hex"),
    ];
    const spelling = fc.constantFrom(...secrets.flatMap(spelled));
    fc.assert(
      fc.property(fc.string(), spelling, fc.string(), (before, secret, behind) => {
        expect(quote(`${before}${secret}${behind}`, secrets)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it("an invisible character, or one that changes how others look", () => {
    const unseen = fc
      .integer({ min: 0, max: 0x10ffff })
      .filter((code) => /[\p{C}\p{Zl}\p{Zp}]/u.test(String.fromCodePoint(code)));
    fc.assert(
      fc.property(fc.constantFrom(...helpful), unseen, (sentence, code) => {
        expect(quote(`${sentence}${String.fromCodePoint(code)}${sentence.slice(0, 5)}x`, [])).toBeNull();
      }),
    );
  });

  it("beyond one line, and an empty text", () => {
    for (const words of ["", "  ", null, undefined, "x".repeat(20).concat(" ").repeat(10), "two\nlines"]) {
      expect(quote(words, secrets)).toBeNull();
    }
  });
});

it("shown words are a part of the backend's words, without markup and line ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (words) => {
      const shown = quote(words, secrets);
      expect(shown === null || (shown === words.trim() && !/[<>{}=\\@[\]\p{C}]/u.test(shown))).toBe(true);
    }),
  );
});

describe("names", () => {
  it.each(["ArgumentNullException", "bill_ref", "L04"])("%s is shown", (name) => {
    expect(quoteName(name, secrets)).toBe(name);
  });
  it.each(["Pa55", "two words", "a.b", "<b>", "", "x".repeat(61), "AKIAIOSFODNN7EXAMPLEKEYxyz1", "4xx", null, undefined])(
    "%j is not",
    (name) => {
      expect(quoteName(name, secrets)).toBeNull();
    },
  );
});
