import type { AccountBalanceDetailsFragment, FailureDetailsFragment, MoneyDetailsFragment } from "../../client/index.ts";
import { sumDecimals } from "../charges/by-month.ts";

export interface Totals {
  /** What is owed, exactly: one sum for each currency, sorted by it. */
  readonly sums: readonly MoneyDetailsFragment[];
  /** Backends whose part is missing from the sums, because they cannot be asked at the moment. */
  readonly missing: readonly FailureDetailsFragment[];
}

/** What an account owes, of the customers whose backends can say; where a backend keeps no balance, nothing is owed. Pure. */
export function totalsOf(balances: readonly AccountBalanceDetailsFragment[]): Totals {
  const known = balances.flatMap(({ amountDue }) => amountDue ?? []);
  const byCurrency = [...Map.groupBy(known, ({ currency }) => currency)];
  const sums = byCurrency
    .map(([currency, amounts]) => ({ currency, amount: sumDecimals(amounts.map(({ amount }) => amount)) }))
    .sort((left, right) => left.currency.localeCompare(right.currency));
  return { sums, missing: balances.flatMap(({ failure }) => failure ?? []) };
}
