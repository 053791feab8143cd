import { describe, expect, it } from "vitest";
import { type Decimal, instantOf } from "../../src/client/scalars.ts";
import {
  formatAccounting,
  formatAge,
  formatCompactMoney,
  formatDay,
  formatMoney,
  formatMonth,
  formatPercent,
  taxRate,
  wordsOf,
} from "../../src/console/format.ts";

/** Only what holds in every language: the digits. */
const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

describe("amounts", () => {
  it.each([
    ["19.9", "EUR", "1990"],
    ["9007199254740993.01", "EUR", "900719925474099301"],
    ["0.0125", "EUR", "00125"],
    ["1000", "JPY", "1000"],
  ] as const)("shows all digits of %s %s", (amount, currency, digits) => {
    expect(digitsOf(formatMoney({ amount, currency }))).toBe(digits);
  });

  it.each([
    [1250, "125"],
    [0.125, "0125"],
    [12500, "125"],
    [300, "300"],
  ])("shortens %d on an axis, with its currency, and differently from its neighbour", (value, digits) => {
    const written = formatCompactMoney(value, "EUR");
    expect(digitsOf(written)).toBe(digits);
    expect(written).toMatch(/€|EUR/);
  });

  it("shows percents as they are", () => {
    expect(digitsOf(formatPercent("8.875"))).toBe("8875");
  });

  it.each([
    ["20", null, "20"],
    ["20", "0.00", "20"],
    ["0", "0.35", "035"],
    ["1.5", "0.10", "15010"],
    ["0", "0", "0"],
    [null, null, ""],
  ] as const)("describes a tax of %s %% and %s", (rate: Decimal | null, fixed: Decimal | null, digits) => {
    const fixedAmount = fixed === null ? null : { amount: fixed, currency: "EUR" as const };
    expect(digitsOf(taxRate({ rate, fixedAmount }))).toBe(digits);
  });
});

describe("days and instants", () => {
  it("show the same day wherever the reader is", () => {
    expect(formatDay("2026-11-21")).toContain("21");
    expect(formatMonth("2026-11")).toContain("2026");
  });

  it.each([
    [0, ""],
    [-12_000, "12"],
    [-150_000, "2"],
    [-7_300_000, "2"],
    // The browser's clock may be behind the gateway's.
    [5_000, ""],
  ])("show how long ago %i ms are", (offset, digits) => {
    const now = Date.parse("2026-11-21T12:00:00.000Z");
    expect(digitsOf(formatAge(instantOf(new Date(now + offset)), now))).toBe(digits);
  });
});

it("codes become words", () => {
  expect(wordsOf("PARTLY_PAID")).toBe("Partly paid");
});

describe("an amount as accounting writes it", () => {
  it.each([
    ["0.0125", "EUR", "€0.01"],
    ["2.675", "USD", "$2.68"],
    ["-2.675", "USD", "-$2.68"],
    ["12.5", "JPY", "¥13"],
    ["0.1", "KWD", "KWD 0.100"],
    ["123456789012345678.905", "EUR", "€123,456,789,012,345,678.91"],
  ])("%s %s is %s", (amount, currency, shown) => {
    const written = formatAccounting({ amount: amount as never, currency: currency as never });
    expect(written.replaceAll("\u00a0", " ")).toBe(shown);
  });
});
