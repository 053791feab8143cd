import type { CurrencyCode, StatementRowDetailsFragment } from "../../client/index.ts";
import { type Month, sumDecimals } from "../charges/by-month.ts";

/** The data of one chart. Amounts of one currency can be stacked, amounts of two cannot. */
export interface Bars {
  readonly currency: CurrencyCode;
  /** The backends that charge in this currency, sorted by label. */
  readonly series: readonly Pick<ChartedRow["backend"], "key" | "label">[];
  readonly months: readonly Month[];
}

type ChartedRow = Pick<StatementRowDetailsFragment, "backend" | "currency" | "month" | "total">;

/**
 * Groups a statement's rows by currency, month and backend.
 * @param months "2026-11" each; months without a row get sums of 0
 */
export function barsOf(rows: readonly ChartedRow[], months: readonly string[]): readonly Bars[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, ofCurrency]) => {
    const labels = new Map(ofCurrency.map(({ backend }) => [backend.key, backend.label]));
    const series = [...labels].map(([key, label]) => ({ key, label })).sort((one, other) => (one.label < other.label ? -1 : 1));
    const sumOf = (month: string, key: string) => {
      const amounts = ofCurrency.filter((row) => row.month === month && row.backend.key === key);
      return { currency, amount: sumDecimals(amounts.map(({ total }) => total.amount)) };
    };
    return { currency, series, months: months.map((month) => ({ month, sums: series.map(({ key }) => sumOf(month, key)) })) };
  });
}
