import { describe, expect, it } from "vitest";
import { lastMonths, type SummableCharge, sumByMonth, sumDecimals } from "../../src/console/charges/by-month.ts";

const charge = (parts: Partial<SummableCharge>): SummableCharge => ({
  date: "2026-11-03",
  status: "OPEN",
  amount: { amount: "10.00", currency: "EUR" },
  total: null,
  ...parts,
});

describe("charges by month", () => {
  it.each([
    [[], "0"],
    [["0.1", "0.2"], "0.3"],
    [["9007199254740993.01", "0.0001"], "9007199254740993.0101"],
    [["-0.05", "0.02"], "-0.03"],
    [["-1.5", "1.5"], "0.0"],
    [["100", "-0.5"], "99.5"],
  ] as const)("sums %j exactly to %s", (values, sum) => {
    expect(sumDecimals(values)).toBe(sum);
  });

  it("counts back over the turn of a year", () => {
    expect(lastMonths("2026-02-28", 4)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  });

  it("adds up each currency by itself, with taxes where known, without what was taken back or has no day or price", () => {
    const charges = [
      charge({}),
      charge({ total: { amount: "12.10", currency: "EUR" } }),
      charge({ date: "2026-10-31", amount: { amount: "5", currency: "USD" } }),
      charge({ status: "VOIDED" }),
      charge({ status: "ARCHIVED" }),
      charge({ date: null }),
      charge({ amount: null }),
      charge({ date: "2025-01-01" }),
    ];
    expect(sumByMonth(charges, ["2026-10", "2026-11"])).toEqual({
      currencies: ["EUR", "USD"],
      months: [
        {
          month: "2026-10",
          sums: [
            { amount: "0", currency: "EUR" },
            { amount: "5", currency: "USD" },
          ],
        },
        {
          month: "2026-11",
          sums: [
            { amount: "22.10", currency: "EUR" },
            { amount: "0", currency: "USD" },
          ],
        },
      ],
    });
  });
});
