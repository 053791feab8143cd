import { chargeKind } from "../../adapter/kit/charge-kind.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import type { Charge } from "../../model/model.ts";
import { money, negate } from "../../model/money.ts";
import { dateOf, isId } from "./encode.ts";
import { publishable } from "./raw.ts";
import type { Transaction } from "./wire.ts";

/** Guide 4.2, customers/balance/add: it records a transaction of the type "credit". */
export function isCredit({ type }: Transaction): boolean {
  return type?.toLowerCase() === "credit";
}

/** "credit:<customer>:<transaction>": a transaction is only found in its customer's list. Null for anything else. */
export function creditParts(id: string): { readonly customer: string; readonly transaction: string } | null {
  const [mark, customer = "", transaction = "", ...rest] = id.split(":");
  return mark === "credit" && isId(customer) && isId(transaction) && rest.length === 0 ? { customer, transaction } : null;
}

/**
 * What was given stands as a charge of less than nothing; it has moved the balance, so nothing of it is outstanding. One below zero
 * took something from the customer: that is a charge.
 *
 * @param currency the customer's; null: it is not told
 */
export function creditFrom(
  transaction: Transaction,
  row: Row,
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
