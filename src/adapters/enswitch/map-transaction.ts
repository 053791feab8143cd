import { z } from "zod";
import { isStoredText, storedForm } from "../../adapter/kit/stored.ts";
import { named } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import { addDecimals, compareDecimals, negate, subtractDecimals } from "../../model/money.ts";
import type { Warning } from "../../model/warnings.ts";
import type { Transaction } from "./transactions.ts";

/** Recognises the transactions that an executed charge leaves (guide 4.4, charges/charge and transactions/list). */

/** The members of a charge that its transactions show, as a step notes them. */
export const executed = z.object({
  name: z.string(),
  /** A decimal; null where the charge shows none. */
  amount: z.string().nullable(),
  /** False for a recurring charge: an execution may take a part of it. */
  isWhole: z.boolean(),
});
type Executed = z.infer<typeof executed>;

export function executionOf({ name, amount, recurrence }: Charge): Executed {
  const isWhole = recurrence?.interval === "ONCE" || recurrence?.interval === "IMMEDIATE";
  return { name, amount: amount?.amount ?? null, isWhole };
}

/** Lists the members in which a transaction differs from the charge. Nothing in a transaction names its charge. */
export function differsFromExecution(charge: Executed, transaction: Transaction): string[] {
  return [...(isNamedAfter(charge, transaction) ? [] : ["name"]), ...(isAmountOf(charge, transaction) ? [] : ["amount"])];
}

/**
 * Compares an accepted execution with the transactions since. A transaction of the right amount counts as its own whatever its
 * description, as no source tells what descriptions hold.
 */
export function executionWarnings(backend: string, charge: Executed, since: readonly Transaction[]): Warning[] {
  const differing = since.map((transaction) => ({ transaction, differs: differsFromExecution(charge, transaction) }));
  // Without an amount nothing can be compared; an amount of 0 moves nothing.
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

/** Guess: a transaction's description is, or mentions, its charge's name. No page says so; such texts were seen. */
function isNamedAfter({ name }: Executed, { description }: Transaction): boolean {
  if (description === null) return false;
  const wanted = comparable(name);
  return (wanted !== "" && comparable(description).includes(wanted)) || isStoredText(name, description);
}

function comparable(text: string): string {
  return storedForm(text).toLowerCase();
}

/** Smaller differences are rounding, which is not documented. */
const roundingError = "0.01";

/**
 * Guide 4.4, charges/charge: takes the whole amount of a one-off charge, a part of a recurring one. Money taken is negative in a
 * transaction, and includes taxes where `amount_excluding_tax` is missing.
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
