import { z } from "zod";
import { isStoredText, storedForm } from "../../adapter/kit/stored-text.ts";
import { named } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import { addDecimals, compareDecimals, negate, subtractDecimals } from "../../model/money.ts";
import type { Warning } from "../../model/warnings.ts";
import type { Transaction } from "./wire.ts";

/** Whether a transaction is what an execution of a charge leaves (guide 4.4, charges/charge and transactions/list). */

/** What of a charge shows in its transactions, as a step notes it. */
export const executed = z.object({
  name: z.string(),
  /** Null: the charge does not show it. */
  amount: z.string().nullable(),
  /** False: of what recurs, a part is taken. */
  isWhole: z.boolean(),
});
type Executed = z.infer<typeof executed>;

export function executionOf({ name, amount, recurrence }: Charge): Executed {
  const isWhole = recurrence?.interval === "ONCE" || recurrence?.interval === "IMMEDIATE";
  return { name, amount: amount?.amount ?? null, isWhole };
}

/** Members of the charge that the transaction does not show. Nothing in a transaction names its charge. */
export function differsFromExecution(charge: Executed, transaction: Transaction): string[] {
  return [...(isNamedAfter(charge, transaction) ? [] : ["name"]), ...(isAmountOf(charge, transaction) ? [] : ["amount"])];
}

/**
 * What is told of an execution that was accepted, by the transactions that have come since. One of the right amount is taken for its own,
 * whatever it is called: what descriptions hold is not documented.
 */
export function executionWarnings(backend: string, charge: Executed, since: readonly Transaction[]): Warning[] {
  const differing = since.map((transaction) => ({ transaction, differs: differsFromExecution(charge, transaction) }));
  // Without a price nothing is known of what should have moved, and of nothing nothing moves.
  if (charge.amount === null ? since.length > 0 : compareDecimals(charge.amount, "0") === 0) return [];
  if (differing.some(({ differs }) => !differs.includes("amount"))) return [];
  const own = differing.find(({ differs }) => !differs.includes("name"))?.transaction;
  const moved = own && (own.amount_excluding_tax ?? own.amount);
  const problem = own
    ? "has moved another amount than the charge's"
    : "shows no transaction of the charge yet: look for it there";
  return [
    {
      code: own ? "STORED_DIFFERENTLY" : "NOT_STORED",
      message: `${named(backend)} ${problem}.`,
      field: null,
      sent: charge.amount,
      stored: moved ? negate(moved) : null,
    },
  ];
}

/** Guess: a transaction's description is, or mentions, the name of its charge. No page tells; what was seen are such texts. */
function isNamedAfter({ name }: Executed, { description }: Transaction): boolean {
  if (description === null) return false;
  const wanted = comparable(name);
  return (wanted !== "" && comparable(description).includes(wanted)) || isStoredText(name, description);
}

function comparable(text: string): string {
  return storedForm(text).toLowerCase();
}

/** Rounding of what is taken is not documented: less than this is no difference. */
const roundingError = "0.01";

/**
 * Guide 4.4, charges/charge: the whole amount of what is charged once, a part of what recurs. Money that was taken is negative
 * in a transaction. Taxes come on top where the amount without them is not shown.
 */
function isAmountOf({ amount: price, isWhole }: Executed, { amount, amount_excluding_tax: untaxed }: Transaction): boolean {
  const moved = untaxed ?? amount;
  if (price === null || moved === null) return false;
  const isCredit = compareDecimals(price, "0") < 0;
  const whole = isCredit ? negate(price) : price;
  const taken = isCredit ? moved : negate(moved);
  const least = subtractDecimals(isWhole ? whole : "0", roundingError);
  const most = addDecimals(whole, roundingError);
  return compareDecimals(taken, least) > 0 && (untaxed === null || compareDecimals(taken, most) < 0);
}
