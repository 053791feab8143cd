import type { CallScope } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { type Age, ageOf, type BackendMoment } from "../../adapter/kit/looking.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { isHigherId } from "../../adapter/kit/rows.ts";
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
