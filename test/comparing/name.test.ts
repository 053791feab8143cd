import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparableName, sortedWords } from "../../src/comparing/name.ts";
import { anyText } from "../support/texts.ts";

/** Any text, and texts made of parts of names. */
const any = anyText({ maxLength: 40 });
const nameLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "Müller",
        "Söhne",
        "GmbH",
        "&",
        "und",
        "S.r.l.",
        "Sp. z o.o.",
        "O'Connell",
        "A.",
        "E.",
        "Α.Ε.",
        "株式会社さくら",
      ),
      fc.string({ unit: fc.constantFrom(..."aeiouäöüéßçłαβγдёй.' &-"), maxLength: 8 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(" "));
const text = fc.oneof(any, nameLike);

describe("names", () => {
  it.each([
    ["Müller & Söhne Präzisionswerkzeuge GmbH", "Mueller und Soehne Praezisionswerkzeuge"],
    ["Ada's Bakery", "ADAS BAKERY LTD."],
    ["Żółty Żuraw Sp. z o.o.", "zolty zuraw"],
    ["Pěkná Květinářství s.r.o.", "Pekna Kvetinarstvi"],
    ["Trattoria Nonna Lucìa S.n.c.", "TRATTORIA NONNA LUCIA SNC"],
    ["O'Connell, Byrne & Partners", "O’Connell Byrne and Partners Ltd."],
    ["Παπαδόπουλος Ναυτιλιακή Α.Ε.", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΝΑΥΤΙΛΙΑΚΗ"],
    ["株式会社さくら印刷", "さくら印刷"],
    ["上海晨光贸易有限公司", "上海晨光贸易股份有限公司"],
    ["한빛 소프트웨어 주식회사", "한빛 소프트웨어"],
    ["مكتبة النيل الحديثة", "مَكتبة النيل الحديثة"],
    ["Ｂｌｕｅ　Ｈａｒｂｏｒ", "blue harbor"],
    ["Smörgås & Øl AB", "Smorgas Ol"],
    ["Türk Kahvecisi Şükrü İnci", "TURK KAHVECISI SUKRU INCI"],
  ])("%s is the same name as %s", (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other));
    expect(comparableName(one)).not.toBe("");
  });

  it.each([
    ["がくや", "かくや"],
    ["Smith & Sons", "Smith & Daughters"],
    ["Кав'ярня Черешня", "Кав'ярня Вишня"],
  ])("%s is not the same name as %s", (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other));
  });

  it("keeps a name that is only a legal form or a conjunction", () => {
    expect(comparableName("AG")).toBe("ag");
    expect(comparableName("& Co.")).toBe("co");
    expect(comparableName(" -- ")).toBe("");
  });

  it("ignores the order of words once they are sorted", () => {
    expect(sortedWords(comparableName("Meer Fietsen, van der"))).toBe(sortedWords(comparableName("Van der Meer Fietsen B.V.")));
  });

  it("is the same when normalised twice, and never throws", () => {
    fc.assert(
      fc.property(text, (name) => {
        const once = comparableName(name);
        expect(comparableName(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ignores case, accents and spaces", () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom(..."abcdeghiklmnoprstuwäöüéèçñżóдйіαή"), minLength: 2, maxLength: 8 }),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const name = parts.join(" ");
        const bare = name.normalize("NFD").replace(/\p{Mn}/gu, "");
        expect(comparableName(`  ${parts.join("  ")}\t`)).toBe(comparableName(name));
        expect(comparableName(name.toUpperCase())).toBe(comparableName(name));
        expect(comparableName(bare)).toBe(comparableName(name));
        expect(comparableName(name.normalize("NFD"))).toBe(comparableName(name));
      }),
    );
  });
});
