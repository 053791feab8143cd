import type { CustomerChange } from "../../billing/model.ts";
import { magnitude } from "./cents.ts";
import { creatorCode, type TransactionParameters } from "./map-charge.ts";
import { type CustomerParameters, changedColumns, leavesSecondLine } from "./map-customer.ts";
import type { TaxForm } from "./map-tax.ts";
import {
  type CustomerRecord,
  calendarDate,
  customerRecord,
  type TaxRecord,
  type TransactionRecord,
  taxRecord,
  transactionRecord,
} from "./wire.ts";

/**
 * Whether a stored record is as a request would have left it. Pure. What was sent is decoded as if the backend had stored it, so
 * that both sides have one form: 5400 and "5400" are the same, so are a day and its midnight.
 */

/** All that was sent with an entry. */
export function holdsTransaction(stored: TransactionRecord, sent: TransactionParameters): boolean {
  const wanted = transactionRecord.parse({ ...sent, id: stored.id });
  return agree(transactionValues(stored), transactionValues(wanted), sent);
}

/**
 * The amount that was sent. Of an entry under a code of our own the code decides, which nobody else chooses; but an entry of
 * another amount, however it came about, is not what was asked for: it is never reported as the success of a step. A
 * step that is sent again is then refused for its code, which shows a person the way to the entry.
 */
export function holdsAmount(stored: TransactionRecord, sent: TransactionParameters): boolean {
  return stored.amount === null || magnitude(stored.amount) === BigInt(sent["amount"] ?? 0);
}

/** Credits may be kept with either sign (quirk 13), and whether they name their creator is up to the installation. */
function transactionValues(record: TransactionRecord) {
  return {
    type: record.type,
    amount: record.amount === null ? null : magnitude(record.amount),
    taxAmount: magnitude(record.taxAmount ?? 0n),
    dueDate: calendarDate(record.dueDate),
    note: record.note,
    creatorCode: record.creatorCode ?? creatorCode,
  };
}

/** All that was sent of a customer, except for the merchant account, which need not be shown again (see customerFrom). */
export function holdsCustomer(stored: CustomerRecord, { accountId: _, ...sent }: CustomerParameters): boolean {
  return agree(stored, customerRecord.parse({ ...sent, id: stored.id }), sent);
}

export function holdsCustomerChange(stored: CustomerRecord, change: CustomerChange): boolean {
  return !leavesSecondLine(change, stored) && holdsCustomer(stored, changedColumns(change, stored));
}

/** All that was sent of a tax rate, whole or what changes. */
export function holdsTax(stored: TaxRecord, sent: TaxForm): boolean {
  return agree(taxValues(stored), taxValues(taxRecord.parse({ ...sent, id: stored.id })), sent);
}

function taxValues(record: TaxRecord) {
  return {
    value: record.value,
    description: record.description,
    effectiveDate: calendarDate(record.effectiveDate),
    isActive: record.isActive !== false,
  };
}

function agree(
  stored: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>>,
): boolean {
  return Object.keys(sent).every((parameter) => parameter in stored && stored[parameter] === wanted[parameter]);
}
