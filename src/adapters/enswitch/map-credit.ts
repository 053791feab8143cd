import { chargeKind, notUnderstoodIn } from "../../adapter/kit/reading.ts";
import type { Charge } from "../../model/model.ts";
import { money, negate } from "../../model/money.ts";
import { dateOf, isId } from "./encode.ts";
import { publishable } from "./raw.ts";
import type { Transaction } from "./transactions.ts";

/** Whether a transaction is a credit (guide 4.2, customers/balance/add: type "credit"). */
export function isCredit({ type }: Transaction): boolean {
  return type?.toLowerCase() === "credit";
}

/** Reads "credit:<customer>:<transaction>"; null for anything else. A transaction is only found in its customer's list. */
export function creditParts(id: string): { readonly customer: string; readonly transaction: string } | null {
  const [mark, customer = "", transaction = "", ...rest] = id.split(":");
  return mark === "credit" && isId(customer) && isId(transaction) && rest.length === 0 ? { customer, transaction } : null;
}

/**
 * Maps a credit to a charge with a negative amount. It has moved the balance, so nothing is outstanding. A credit below zero took
 * money from the customer: that maps to a charge.
 *
 * @param currency the customer's; null where its row does not show it
 */
export function creditFrom(
  { row, ...transaction }: Transaction,
  customer: string,
  { backend, timeZone, currency }: { readonly backend: string; readonly timeZone: string; readonly currency: string | null },
): Charge {
  const { id, amount: moved, description, time } = transaction;
  const amount = moved === null || currency === null ? null : money(negate(moved), currency);
  return {
    type: "Charge",
    backend,
    id: `credit:${customer}:${id}`,
    backendId: id,
    reference: null,
    customer: { backend, id: customer, name: null },
    plan: null,
    service: null,
    name: description?.split(/\r?\n/, 1)[0]?.trim() || `Credit ${id}`,
    description,
    notes: null,
    kind: amount === null ? "CREDIT" : chargeKind("ONE_OFF", amount),
    status: "SETTLED",
    quantity: "1",
    amount,
    taxAmount: null,
    total: null,
    outstanding: currency === null ? null : money("0", currency),
    cost: null,
    date: dateOf(time, timeZone),
    recurrence: null,
    createdAt: time?.toISOString() ?? null,
    updatedAt: null,
    ...notUnderstoodIn(transaction),
    raw: publishable(row),
  };
}
