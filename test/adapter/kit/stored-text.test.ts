import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoredCode, isStoredText } from "../../../src/adapter/kit/stored.ts";
import { cuts, encodings, losses, texts, treatments } from "./backends.ts";

const visible = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

describe("a stored text", () => {
  it("agrees with itself", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => isStoredText(text, text)));
  });

  it.each(Object.entries(treatments))("agrees if the backend %s", (_what, treat) => {
    fc.assert(fc.property(texts.filter(visible), (text) => isStoredText(text, treat(text))));
  });

  it("agrees after several treatments, encoded up to three times", () => {
    const several = fc.subarray(Object.values(treatments), { minLength: 1 });
    const times = fc.array(fc.constantFrom(...encodings), { maxLength: 3 });
    fc.assert(
      fc.property(texts.filter(visible), several, times, (text, treat, encode) => {
        const stored = [...treat, ...encode].reduce((current, each) => each(current), text);
        return isStoredText(text, stored);
      }),
      { numRuns: 1000 },
    );
  });

  it("agrees for any encoded text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom(...encodings), (text, encode) =>
        isStoredText(text, encode(text)),
      ),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries(losses))("agrees if the backend %s, as long as more is legible than lost", (_what, lose) => {
    for (const text of [
      "Setup fee for Müller’s café",
      "Fee – März",
      "Birthday 🎉🎂 party",
      "Кав'ярня (cafe in Kyiv), March 2026",
    ]) {
      expect(isStoredText(text, lose(text)), lose(text)).toBe(true);
    }
  });

  it("proves nothing if it is little more than question marks", () => {
    expect(isStoredText("株式会社", "????")).toBe(false);
    expect(isStoredText("🎉🎉 1", "?? 1")).toBe(false);
    expect(isStoredText("🎉", "")).toBe(false);
  });

  it("does not agree with other letters", () => {
    expect(isStoredText("Zürich office", "Z?rich offlce")).toBe(false);
    expect(isStoredText("Zurich office", "Z?rich office")).toBe(false);
    expect(isStoredText("Zürich office", "Zärich office")).toBe(false);
    expect(isStoredText("Party 🎉", "Party 🎂")).toBe(false);
    expect(isStoredText("Party", "Party 🎂")).toBe(false);
    expect(isStoredText("Room 102", "Room 10²")).toBe(false);
  });
});

describe("a text that was cut", () => {
  const long = texts.filter((text) => [...text].length > 70);
  const widths = fc.constantFrom(30, 32, 40, 50, 60, 64);

  // Between words or within a number, a cut text may be another text: a person decides.
  it.each(Object.entries(cuts))("in the middle of a word agrees: %s", (_unit, cut) => {
    const text = "Fernsprechgrundgebührenabrechnungsübersichtsdokumentationsverzeichnis".repeat(2);
    fc.assert(fc.property(widths, (width) => isStoredText(text, cut(text, width))));
  });

  it.each(Object.entries(cuts))("never agrees with a text that begins differently: %s", (_unit, cut) => {
    fc.assert(
      fc.property(long, long, widths, (text, other, width) => {
        const stored = cut(other, width);
        // Both may begin with the same text: then a person decides.
        fc.pre(
          !text.normalize("NFKD").replace(/\s+/g, " ").startsWith(stored.normalize("NFKD").replace(/\s+/g, " ").slice(0, 20)),
        );
        return !isStoredText(text, stored) || isStoredText(text, other);
      }),
    );
  });

  it.each([
    ["through an entity", "Full service contract: fish & chips", "Full service contract: fish &am"],
    ["through an entity that was encoded twice", "Full service contract: fish & chips", "Full service contract: fish &amp;am"],
    ["through a numeric entity", "Full service contract for Müller", "Full service contract for M&#25"],
    ["through a surrogate pair", "Birthday party for everyone 🎉🎉", "Birthday party for everyone \ud83c"],
    ["through the bytes of an emoji", "Birthday party for everyone 🎉🎉", "Birthday party for everyone \ufffd\ufffd"],
    ["through the bytes of a letter", "Full service contract for Müller", "Full service contract for M\ufffd"],
    ["at 30 characters, where a word ends", "Telephone system, installation and training", "Telephone system, installation"],
    ["between a letter and its accent", "Full service for the ge\u0301n\u00e9ral", "Full service for the ge"],
  ])("%s", (what, sent, stored) => {
    // At the end of a word, a person decides.
    expect(isStoredText(sent, stored)).toBe(what !== "at 30 characters, where a word ends");
  });

  it.each([
    ["Setup fee for March", "Setup fee"],
    ["Fee 100", "Fee 10"],
    ["Monthly rental fee, unit 100", "Monthly rental fee, unit 10"],
    ["Telephone line rental, number 1000", "Telephone line rental, number 1"],
    ["Monthly rental, basic tariff 10.50", "Monthly rental, basic tariff 10"],
    ["Monthly fee for the office in March", "Monthly fee for the office"],
    ["Rental for the building Northwest", "Rental for the building North"],
    ["Setup fee", "Setup fee for March"],
    ["Setup fee", "Setup"],
    ["Setup fee", ""],
    ["", "Setup fee"],
    ["Fee & more", "Fee &am"],
  ])("is not %j stored as %j", (sent, stored) => {
    expect(isStoredText(sent, stored)).toBe(false);
  });
});

describe("two different texts", () => {
  /** Uses another method than the code: letters and digits only, no accents, one case. */
  const skeleton = (text: string): string =>
    text
      .replace(/&amp;/g, "&")
      .normalize("NFKD")
      .replace(/[^\p{L}\p{N}]/gu, "");

  it("never agree, unless one is cut", () => {
    fc.assert(
      fc.property(texts, texts, (sent, stored) => {
        fc.pre(skeleton(sent) !== skeleton(stored) && [...stored].length < 20);
        return !isStoredText(sent, stored);
      }),
      { numRuns: 2000 },
    );
  });

  it("stay different, whatever a backend does to one of them", () => {
    const any = fc.constantFrom(...Object.values(treatments), ...encodings);
    fc.assert(
      fc.property(texts, texts, any, (sent, other, treat) => {
        fc.pre(skeleton(sent) !== skeleton(other) && [...other].length < 20);
        return !isStoredText(sent, treat(other));
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, (length: number) => readonly [string, string]]>([
    ["lost letters", (length) => ["ü".repeat(length), `${"?".repeat(length - 1)}x`]],
    ["entities in entities", (length) => ["&amp;".repeat(length), `&${"amp;".repeat(length)}`]],
    ["white space", (length) => [" ".repeat(length), `${"\n ".repeat(length)}x`]],
  ])("are compared in linear time: %s", (_what, textsOf) => {
    const fastest = (length: number): number => {
      const [sent, stored] = textsOf(length);
      const times = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage();
        for (let times = 0; times < 20; times += 1) isStoredText(sent, stored);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...times);
    };
    fastest(1_000);
    // The text is eight times as long. Linear growth takes 8 times as long, quadratic growth 64 times.
    expect(fastest(16_000) / fastest(2_000)).toBeLessThan(32);
  });
});

describe("a stored code", () => {
  const codes = fc.stringMatching(/^[A-Za-z0-9-]{24,40}$/);

  it("agrees in any case, and with white space around it", () => {
    fc.assert(
      fc.property(codes, (code) =>
        [code.toUpperCase(), code.toLowerCase(), ` ${code} `].every((each) => isStoredCode(code, each)),
      ),
    );
    expect(isStoredCode("straße-1", "STRASSE-1")).toBe(true);
  });

  it("of a step agrees if it was cut at the width of a column", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(20, 24, 25, 30, 32), (code, width) =>
        isStoredCode(code, code.slice(0, width).toUpperCase()),
      ),
    );
  });

  it.each([
    ["INV-1", "INV-10"],
    ["INV-10", "INV-1"],
    ["ORDER-2026-0000000000123", "ORDER-2026-000000000012"],
    ["A", ""],
  ])("is not %j stored as %j", (sent, stored) => {
    expect(isStoredCode(sent, stored)).toBe(false);
  });

  it("differs from every other code", () => {
    fc.assert(
      fc.property(codes, codes, (code, other) => {
        fc.pre(!code.toLowerCase().startsWith(other.toLowerCase()));
        return !isStoredCode(code, other);
      }),
    );
  });
});
