import { z } from "zod";
import type { CallScope } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { type Age, ageOf, type BackendMoment } from "../../adapter/kit/looking.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { isHigherId } from "../../adapter/kit/rows.ts";
import { isStoredText, storedForm } from "../../adapter/kit/stored.ts";
import { named } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import { addDecimals, compareDecimals, negate, subtractDecimals } from "../../model/money.ts";
import type { Warning } from "../../model/warnings.ts";
import { listRows, type Session } from "./call.ts";
import { transactionRow } from "./wire.ts";

/** A customer's transactions: the only trace of an executed charge or a credit. */

/** A transaction as read, and its row as sent. */
export type Transaction = ReturnType<typeof transactionRow.parse> & { readonly row: Row };

/** Decodes a row of transactions/list. Throws where it has no id. */
export function transactionFrom(row: Row): Transaction {
  return { ...transactionRow.parse(row), row };
}

/** Seconds since 1970; `end` is exclusive, as in transactions/list since 3.14. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

export const daySeconds = 86_400;

/** Lists a customer's transactions of a window. Guide 4.4, transactions/list: the window is the only paging. */
export async function transactionsOf(
  session: Session,
  customer: string,
  window: TimeWindow,
  scope: CallScope,
): Promise<readonly Transaction[]> {
  const list = {
    function: "transactions/list",
    // An archived transaction moved money too. Servers before 4.0 do not know `archive`, and leave nothing out.
    parameters: { customer, start: String(window.start), end: String(window.end), archive: "1" },
    subject: `Customer ${customer}`,
    map: transactionFrom,
  };
  const rows = await listRows(session, list, scope);
  const own = rowsOfOwner(rows, (transaction) => (transaction.customer ?? customer) === customer);
  // A server that ignores the window answers for all times.
  return own.filter((transaction) => isWithin(transaction, window));
}

/** The window in which a write of this moment leaves its transactions: a day wider on both sides, two more where the moment may be a day off. */
export function windowOf({ at, certain }: BackendMoment): TimeWindow {
  const seconds = Math.floor(at / 1000);
  return { start: seconds - daySeconds, end: seconds + (certain ? 1 : 3) * daySeconds };
}

function isWithin({ time }: Transaction, { start, end }: TimeWindow): boolean {
  const seconds = time === null ? start : time.getTime() / 1000;
  return seconds >= start && seconds < end;
}

/**
 * Tells how old a transaction is. Its id tells whether it was there when the step was noted, however wrong a clock is. A new id with an
 * earlier time is open: it may be somebody else's that was not visible yet, or the clock was set back.
 */
export function ageOfTransaction({ id, time }: Transaction, highest: string | null, at: BackendMoment): Age {
  const madeAt = time === null ? null : time.getTime();
  if (highest === null) return ageOf(madeAt, at);
  if (!isHigherId(id, highest)) return "older";
  return madeAt !== null && madeAt < at.at ? "unknown" : "since";
}

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
