import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decimal } from "../../src/client/index.ts";
import { isTyped, monthOf } from "../../src/console/runs/sums.ts";
import { seriesOf } from "../../src/runs/keys.ts";

const money = fc
  .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.integer({ min: 0, max: 99 }))
  .map(([whole, cents]) => ({
    whole: String(whole),
    cents: String(cents).padStart(2, "0"),
  }));
const grouped = (whole: string, sign: string): string => whole.replace(/\B(?=(\d{3})+$)/g, sign);

describe("the total that is typed to confirm a run", () => {
  it("is the total in any of the usual forms, and no other amount in any of them", () => {
    fc.assert(
      fc.property(money, money, ({ whole, cents }, other) => {
        const amount = `${whole}.${cents}` as Decimal;
        const forms = (of: { whole: string; cents: string }): readonly string[] => [
          `${of.whole}.${of.cents}`,
          `${of.whole},${of.cents}`,
          ` ${grouped(of.whole, ",")}.${of.cents}0 `,
          `${grouped(of.whole, ".")},${of.cents}`,
          `${grouped(of.whole, " ")}.${of.cents}`,
          `${grouped(of.whole, "\u00a0")},${of.cents}`,
          `${grouped(of.whole, "’")}.${of.cents}`,
        ];
        for (const form of forms({ whole, cents })) expect(isTyped(form, amount), form).toBe(true);
        if (other.whole === whole && other.cents === cents) return;
        for (const form of forms(other)) expect(isTyped(form, amount), `${form} for ${amount}`).toBe(false);
      }),
    );
  });

  it.each([
    ["1.50", "150"],
    ["1,50", "150"],
    ["12,34", "1234"],
    ["12.34", "1234"],
    ["1.2.3.4", "1234"],
    ["1,234,5", "12345"],
    ["1 50", "150"],
    ["", "0"],
    ["-", "0"],
    ["1e3", "1000"],
    ["+5", "5"],
    ["5", "-5"],
    ["€5", "5"],
    ["5.", "5"],
  ])("%s is not %s", (text, amount) => {
    expect(isTyped(text, amount as Decimal)).toBe(false);
  });

  it.each([
    ["1.500", "1500"],
    ["1,500", "1500.00"],
    ["1500", "1500.0"],
    ["-12", "-12.00"],
    ["0", "0.00"],
  ])("%s is %s", (text, amount) => {
    expect(isTyped(text, amount as Decimal)).toBe(true);
  });
});

describe("the month of a run", () => {
  const createdAt = "2026-12-02T06:00:00.000Z";

  it.each([
    ["Copier 2026-11", "2026-11"],
    ["Copier 2026-11-30", "2026-11"],
    ["Copier 202611", "2026-11"],
    ["Copier 11/2026", "2026-11"],
    ["Copier 30.11.2026", "2026-11"],
    ["Copier November 2026", "2026-11"],
    ["Copier, Nov. 2026", "2026-11"],
    ["Copier Nov 26", "2026-11"],
    ["Copier Nov '26", "2026-11"],
    ["Copier sept 2026", "2026-09"],
    ["Copier, November 30, 2026", "2026-11"],
    ["Copier November", "2026-11"],
    ["Copier January", "2027-01"],
    ["Copier (march)", "2027-03"],
  ])("%s is %s: its series does not have it", (name, month) => {
    expect(monthOf({ name, createdAt })).toBe(month);
    expect(seriesOf(name)).toBe("Copier");
  });

  it.each(["Copier", "Copier 12", "May Street", "Box 1234567"])("of %s is the one in which it was made", (name) => {
    expect(monthOf({ name, createdAt })).toBe("2026-12");
  });
});
