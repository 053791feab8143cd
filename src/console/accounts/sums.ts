import type {
  AccountBalanceDetailsFragment,
  CurrencyCode,
  FailureDetailsFragment,
  MoneyDetailsFragment,
  StatementRowDetailsFragment,
} from "../../client/index.ts";
import { type Month, sumDecimals } from "../charges/by-month.ts";

/** The data of one chart. Amounts of one currency can be stacked, amounts of two cannot. */
interface Bars {
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

interface Totals {
  /** The exact amounts owed, one for each currency, sorted by currency. */
  readonly sums: readonly MoneyDetailsFragment[];
  /** The backends that are missing from the sums because they cannot be read now. */
  readonly missing: readonly FailureDetailsFragment[];
}

/** Sums what an account owes over the customers that could be read. A backend without balances adds nothing. Pure. */
export function totalsOf(balances: readonly AccountBalanceDetailsFragment[]): Totals {
  const known = balances.flatMap(({ amountDue }) => amountDue ?? []);
  const byCurrency = [...Map.groupBy(known, ({ currency }) => currency)];
  const sums = byCurrency
    .map(([currency, amounts]) => ({ currency, amount: sumDecimals(amounts.map(({ amount }) => amount)) }))
    .sort((left, right) => left.currency.localeCompare(right.currency));
  return { sums, missing: balances.flatMap(({ failure }) => failure ?? []) };
}
