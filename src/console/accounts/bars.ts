import type { CurrencyCode, StatementRowDetailsFragment } from "../../client/index.ts";
import { type Month, sumDecimals } from "../charges/by-month.ts";

/** One picture: amounts of one currency can be piled up, those of two cannot. */
export interface Bars {
  readonly currency: CurrencyCode;
  /** Labels of the backends that charge in it, sorted. */
  readonly series: readonly string[];
  readonly months: readonly Month[];
}

type ChartedRow = Pick<StatementRowDetailsFragment, "backend" | "currency" | "month" | "total">;

/** What a statement's rows look like by month and backend. @param months "2026-11" each; those without a row have sums of 0 */
export function barsOf(rows: readonly ChartedRow[], months: readonly string[]): readonly Bars[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, ofCurrency]) => {
    const series = [...new Set(ofCurrency.map(({ backend }) => backend.label))].sort();
    const sumOf = (month: string, label: string) => {
      const amounts = ofCurrency.filter((row) => row.month === month && row.backend.label === label);
      return { currency, amount: sumDecimals(amounts.map(({ total }) => total.amount)) };
    };
    return { currency, series, months: months.map((month) => ({ month, sums: series.map((label) => sumOf(month, label)) })) };
  });
}
