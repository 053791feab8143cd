import type { AccountBalanceDetailsFragment, FailureDetailsFragment, MoneyDetailsFragment } from "../../client/index.ts";
import { sumDecimals } from "../charges/by-month.ts";

export interface Totals {
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
