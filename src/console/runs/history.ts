import type { ChargeRunSummaryFragment, CurrencyCode, Decimal } from "../../client/index.ts";
import { type Month, sumDecimals } from "../charges/by-month.ts";
import { byCurrency, differenceOf, monthOf } from "./sums.ts";

/** The totals of a series, month by month. */
export interface SeriesHistory {
  readonly currencies: readonly CurrencyCode[];
  /** Oldest first, without gaps. */
  readonly months: readonly Month[];
}

type Charged = Pick<ChargeRunSummaryFragment, "name" | "createdAt" | "charged">;

export function historyOf(runs: readonly Charged[], most: number): SeriesHistory {
  const sums = runs.flatMap((run) =>
    byCurrency(run.charged ?? []).map(({ currency, amount }) => ({ month: monthOf(run), currency, amount })),
  );
  const currencies = [...new Set(sums.map(({ currency }) => currency))].sort();
  const months = monthsBetween(sums.map(({ month }) => month)).slice(-most);
  return {
    currencies,
    months: months.map((month) => ({
      month,
      sums: currencies.map((currency) => ({
        currency,
        amount: sumDecimals(sums.filter((sum) => sum.month === month && sum.currency === currency).map(({ amount }) => amount)),
      })),
    })),
  };
}

function monthsBetween(months: readonly string[]): string[] {
  const [first, last] = [months.toSorted()[0], months.toSorted().at(-1)];
  const all: string[] = [];
  for (let month = first; month !== undefined && last !== undefined && month <= last; month = after(month)) all.push(month);
  return all;
}

/** "2026-12" → "2027-01". */
function after(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

export interface Difference {
  readonly currency: CurrencyCode;
  readonly amount: Decimal;
  /** Change in whole percent; null when the earlier month was zero. */
  readonly percent: number | null;
}

/** The difference between a month and the one before, by currency. */
export function differences(month: Month, before: Month): readonly Difference[] {
  return month.sums.map(({ currency, amount }, index) => {
    const earlier = before.sums[index]?.amount ?? ("0" as Decimal);
    const difference = differenceOf(amount, earlier);
    // Only the percentage is a floating-point number: it is approximate anyway.
    const percent = Number(earlier) === 0 ? null : Math.round((100 * Number(difference)) / Number(earlier));
    return { currency, amount: difference, percent };
  });
}
