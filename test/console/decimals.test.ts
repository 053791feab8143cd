import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalProblem } from "../../src/console/forms/fields.ts";

describe("an amount as people type it", () => {
  it.each(["19.99", "-1", "0", "1234", " 5.00 ", "0.000125"])("is accepted with a point: %j", (typed) => {
    expect(decimalProblem(typed)).toBeNull();
  });

  it.each([
    ["19,99", "19.99"],
    ["0,125", "0.125"],
    ["-19,9", "-19.9"],
    ["1.234,50", "1234.50"],
    ["1,234.50", "1234.50"],
    ["1.234.567", "1234567"],
    ["1,234,567", "1234567"],
    ["1 234,50", "1234.50"],
    ["1’234.50", "1234.50"],
    ["−5", "-5"],
    ["1,234", "1.234 or 1234"],
    ["1234,567", "1234.567"],
  ])("in another notation is refused, with the right notation: %j", (typed, meant) => {
    expect(decimalProblem(typed)).toBe(`Write it as ${meant}`);
  });

  it.each([
    ["1.234", "1234 or 1.2340"],
    ["-12.500", "-12500 or -12.5000"],
  ])("with a point and three digits is refused where points part thousands: %j", (typed, meant) => {
    expect(decimalProblem(typed, ".")).toBe(`Write it as ${meant}`);
    expect(decimalProblem(typed, ",")).toBeNull();
  });

  it.each(["0.125", "1234.567", "1.2340", "19.99", "01.234"])(
    "is one number only, also where points part thousands: %j",
    (typed) => {
      expect(decimalProblem(typed, ".")).toBeNull();
    },
  );

  it.each(["nineteen", "1,2,3.4.5", "19.99 €", "1e3", ".5", ",", "-", "1,", "٣", "0x10"])(
    "is refused if it is not a number: %j",
    (typed) => {
      expect(decimalProblem(typed)).toBe("Must be a number such as 19.99");
    },
  );

  it("is never taken for another number, in any language's notation", () => {
    const amounts = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 99 }));
    const languages = fc.constantFrom("en", "de", "fr", "de-CH", "en-IN", "pl", "pt-BR", "sv");
    fc.assert(
      fc.property(amounts, languages, ([whole, cents], language) => {
        const amount = `${whole}.${String(cents).padStart(2, "0")}`;
        const typed = new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(amount as `${number}`);
        const problem = decimalProblem(typed);
        expect(problem ?? `Write it as ${typed}`).toBe(`Write it as ${amount}`);
      }),
    );
  });

  it("is never taken for another number if its language is the reader's, also without decimals", () => {
    const languages = fc.constantFrom("en", "de", "de-CH", "de-AT", "en-IN", "es", "id", "pl", "pt-BR", "sv", "tr", "vi");
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), languages, (whole, language) => {
        const format = new Intl.NumberFormat(language);
        const mark = format.formatToParts(1_234_567).find(({ type }) => type === "group")?.value;
        const problem = decimalProblem(format.format(whole), mark);
        expect(problem?.split(/ as | or /) ?? [format.format(whole)]).toContain(String(whole));
      }),
    );
  });
});
