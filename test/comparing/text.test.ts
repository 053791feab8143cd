import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparableReference, isSameText, wordsOf } from "../../src/comparing/text.ts";
import { anyText } from "../support/texts.ts";

describe("the words of a text", () => {
  it.each([
    ["Ada's Bakery", ["ada", "s", "bakery"]],
    ["  ÉCOLE   d’Été ", ["ecole", "d", "ete"]],
    ["Straße 7b", ["strasse", "7b"]],
    ["ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]],
    ["İstanbul ｆｕｌｌ ﬁne", ["istanbul", "full", "fine"]],
    ["ada@bakery.example", ["ada", "bakery", "example"]],
    ["株式会社 서울", ["株式会社", "서울"]],
    ["Łódź Ærø Đà Nẵng", ["lodz", "aero", "da", "nang"]],
    ["IŞIK ışık Işık", ["isik", "isik", "isik"]],
    ["!?&|:*()'\"\\-", []],
    ["a\u0000b \ud800 c", ["a", "b", "c"]],
  ])("%j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it("are letters and digits, whatever the text is", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        for (const word of wordsOf(text)) expect(word).toMatch(/^[\p{L}\p{N}\p{Mc}]{1,100}$/u);
      }),
    );
  });

  it("are the same however often they are folded, and in whatever case the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(" "))).toEqual(words);
        expect(wordsOf(text.toUpperCase())).toEqual(words);
      }),
    );
  });

  it("are cut after the first ones in a very long text", () => {
    expect(wordsOf("word ".repeat(10_000)).length).toBe(200);
    expect(wordsOf("x".repeat(10_000))).toEqual(["x".repeat(100)]);
  });
});

describe("texts that mean the same", () => {
  it.each([
    ["Ada's Bakery", "ADA’S  bakery ", true],
    ["Ångström", "a\u030angstro\u0308m", true],
    ["ada@bakery.example", "Ada@Bakery.EXAMPLE", true],
    ["Ada's Bakery", "Ada's Bakeries", false],
  ])("%j and %j: %s", (left, right, expected) => expect(isSameText(left, right)).toBe(expected));
});

describe("references", () => {
  it("are compared by their letters and digits", () => {
    expect(comparableReference("AC-10 001")).toBe("ac10001");
  });

  it.each([null, "", "-", "n/a", "N.A.", "0000", "unknown", "x"])("the reference %j means nothing", (reference) => {
    expect(comparableReference(reference)).toBeNull();
  });
});
