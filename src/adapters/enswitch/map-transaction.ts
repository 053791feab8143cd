import { containsText } from "../../billing/charge-order.ts";
import type { Charge } from "../../billing/model.ts";
import { addDecimals, compareDecimals, negate, subtractDecimals } from "../../billing/money.ts";
import type { Transaction } from "./wire.ts";

/** Which transactions an execution of a charge may have left (guide 4.4, charges/charge and transactions/list). */

/**
 * Sure: both the text and the amount fit. Doubtful: one of them does. Nothing in a transaction names its charge.
 */
export function sortTransactions(
  charge: Charge,
  transactions: readonly Transaction[],
): { readonly sure: readonly Transaction[]; readonly doubtful: readonly Transaction[] } {
  const judged = transactions.map((transaction) => ({
    transaction,
    fits: [isNamedAfter(charge, transaction), isAmountOf(charge, transaction)].filter(Boolean).length,
  }));
  const having = (fits: number) => judged.filter((each) => each.fits === fits).map(({ transaction }) => transaction);
  return { sure: having(2), doubtful: having(1) };
}

/** Guess: a transaction's description is, or mentions, the name of its charge. No page tells; what was seen are such texts. */
function isNamedAfter({ name }: Charge, { description }: Transaction): boolean {
  return containsText([description], name);
}

/** Rounding of what is taken is not documented: less than this is no difference. */
const roundingError = "0.01";

/**
 * Guide 4.4, charges/charge: the whole amount of what is charged once, a part of what recurs. Money that was taken is negative
 * in a transaction. Taxes come on top where the amount without them is not shown.
 */
function isAmountOf({ amount: price, recurrence }: Charge, { amount, amount_excluding_tax: untaxed }: Transaction): boolean {
  const moved = untaxed ?? amount;
  if (price === null || moved === null) return false;
  const isCredit = compareDecimals(price.amount, "0") < 0;
  const whole = isCredit ? negate(price.amount) : price.amount;
  const taken = isCredit ? moved : negate(moved);
  const isWhole = recurrence?.interval === "ONCE" || recurrence?.interval === "IMMEDIATE";
  const least = subtractDecimals(isWhole ? whole : "0", roundingError);
  const most = addDecimals(whole, roundingError);
  return compareDecimals(taken, least) > 0 && (untaxed === null || compareDecimals(taken, most) < 0);
}
