import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  companyDomain,
  comparableCustomer,
  comparableEmail,
  comparableName,
  comparablePhone,
  comparablePostcode,
  comparableReference,
  sortedWords,
} from "../../src/suggestions/normalise.ts";
import { anyText } from "../support/texts.ts";

/** Any text at all, and texts made of what names are made of. */
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

  it("leaves a name that has nothing but a legal form or a conjunction", () => {
    expect(comparableName("AG")).toBe("ag");
    expect(comparableName("& Co.")).toBe("co");
    expect(comparableName(" -- ")).toBe("");
  });

  it("does not mind the order of words once they are sorted", () => {
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

  it("does not mind case, accents and spaces", () => {
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

describe("e-mail addresses", () => {
  it("do not mind case, and what stands behind a plus sign", () => {
    expect(comparableEmail(" Ada+Billing@Adas-Bakery.EXAMPLE ")).toBe("ada@adas-bakery.example");
  });

  it.each([null, "", "ada", "@example.com", "a b@example.com", "ada@"])("%j is none", (email) => {
    expect(comparableEmail(email)).toBeNull();
  });

  it("tell a company by their domain, unless everybody can have one there", () => {
    expect(companyDomain("ada@adas-bakery.example")).toBe("adas-bakery.example");
    expect(companyDomain("ada@gmail.com")).toBeNull();
    expect(companyDomain(null)).toBeNull();
  });
});

describe("phone numbers", () => {
  it.each([
    ["+44 20 7946 0018", "020 7946 0018", "GB"],
    ["+44 (0)20 7946 0018", "0044 20 79460018", "GB"],
    ["+1 617 555 0142", "(617) 555-0142", "US"],
    ["1-617-555-0142", "617.555.0142 ext. 7", "US"],
    ["+49 30 23125 014", "030/23125014", "DE"],
    ["+39 06 5550 0190", "06 5550 0190", "IT"],
    ["+36 1 555 0123", "06 1 555 0123", "HU"],
    ["+420 222 555 014", "222555014", "CZ"],
    ["+46 8 465 004 12", "08-465 004 12", "SE"],
    ["+380 44 555 0127", "044 5550127", "UA"],
  ])("%s is the same as %s in %s", (one, other, country) => {
    expect(comparablePhone(one, country)).toBe(comparablePhone(other, country));
    expect(comparablePhone(one, country)).not.toBeNull();
  });

  it.each([null, "", "12345", "n/a", "000000000"])("%j is none", (phone) => {
    expect(comparablePhone(phone, "DE")).toBeNull();
  });
});

describe("references and postcodes", () => {
  it("are compared by their letters and digits", () => {
    expect(comparableReference("AC-10 001")).toBe("ac10001");
    expect(comparablePostcode("e8 3qx")).toBe("E83QX");
    expect(comparablePostcode("185 38")).toBe("18538");
  });

  it.each([null, "", "-", "n/a", "N.A.", "0000", "unknown", "x"])("the reference %j says nothing", (reference) => {
    expect(comparableReference(reference)).toBeNull();
  });
});

it("normalises any customer without throwing, and its forms are the same when normalised again", () => {
  const record = fc.record({
    backend: fc.constant("pbx"),
    id: any,
    name: text,
    email: fc.option(fc.oneof(any, fc.emailAddress())),
    phone: fc.option(fc.oneof(any, fc.stringMatching(/^\+?[\d ()-]{0,20}$/))),
    reference: fc.option(text),
    postalCode: fc.option(text),
    country: fc.option(any),
  });
  fc.assert(
    fc.property(record, (customer) => {
      const { email, reference, postcode } = comparableCustomer(customer);
      expect(comparableEmail(email)).toBe(email);
      expect(comparablePostcode(postcode)).toBe(postcode);
      if (reference !== null) expect(comparableReference(reference)).toBe(reference);
    }),
    { numRuns: 1_000 },
  );
});

it("does not take a customer's own id for its reference", () => {
  const customer = {
    backend: "recurring",
    id: "9007199254740993",
    name: "X",
    email: null,
    phone: null,
    postalCode: null,
    country: null,
  };
  expect(comparableCustomer({ ...customer, reference: "9007199254740993" }).reference).toBeNull();
  expect(comparableCustomer({ ...customer, reference: "AC-1" }).reference).toBe("ac1");
});
