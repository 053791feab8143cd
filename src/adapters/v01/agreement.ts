import { isStoredCode, isStoredText } from "../../adapter/kit/stored-text.ts";
import { magnitude } from "./cents.ts";
import { customerParameters, type ParameterFields, taxParameters } from "./error.ts";
import { creatorCode, type TransactionParameters } from "./map-charge.ts";
import type { CustomerParameters } from "./map-customer.ts";
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
 * In which members of the unified input a stored record is not as a request would have left it. Pure. Only what was sent is
 * compared, and decoded as if the backend had stored it, so that both sides have one form: 5400 and "5400" are the same, so are a
 * day and its midnight. Texts are compared as a backend may store them. What is not shown differs from what was sent.
 */

/** @param textMember the member whose text the entry's one text is */
export function transactionDiffers(
  stored: TransactionRecord,
  { code: _, ...sent }: TransactionParameters,
  textMember: string,
): readonly string[] {
  const wanted = transactionRecord.parse({ ...sent, id: stored.id });
  return differing(sent, (name) => transactionMembers[name] ?? textMember, {
    type: () => stored.type === wanted.type,
    // Credits may be kept with either sign (quirk 13).
    amount: () => stored.amount !== null && magnitude(stored.amount) === magnitude(wanted.amount ?? 0n),
    taxAmount: () => magnitude(stored.taxAmount ?? 0n) === magnitude(wanted.taxAmount ?? 0n),
    dueDate: () => calendarDate(stored.dueDate) === wanted.dueDate,
    note: () => isStoredText(wanted.note ?? "", stored.note ?? ""),
    // Whether entries show who created them is up to the installation; one of somebody else's is not ours.
    creatorCode: () => stored.creatorCode === null || isStoredCode(creatorCode, stored.creatorCode),
  });
}

const transactionMembers: Readonly<Record<string, string>> = {
  type: "kind",
  amount: "amount",
  taxAmount: "taxAmount",
  dueDate: "date",
  creatorCode: "creatorCode",
};

/** Those of them that say what is owed: under a code of our own nothing else is in doubt. */
export function moneyDiffers(stored: TransactionRecord, { type, amount, taxAmount }: TransactionParameters): readonly string[] {
  const sent = Object.entries({ type, amount, taxAmount }).filter(([, value]) => value !== undefined);
  return transactionDiffers(stored, Object.fromEntries(sent) as TransactionParameters, "");
}

/** Except for the merchant account, which need not be shown again (see customerFrom). */
export function customerDiffers(stored: CustomerRecord, sent: CustomerParameters): readonly string[] {
  const { accountId: _account, code: _code, ...texts } = sent;
  const wanted = customerColumns(customerRecord.parse({ ...texts, id: stored.id }));
  const shown = customerColumns(stored);
  const differs = Object.keys(texts).filter((column) => !isStoredColumn(column, wanted[column] ?? "", shown[column] ?? ""));
  return [...new Set(differs.map((column) => memberOf(column, customerParameters)))];
}

export type CustomerColumns = Readonly<Record<string, string | null>>;

/** What a change may change, and whether somebody else changed it: the record's own texts. */
export function customerColumns(record: CustomerRecord): CustomerColumns {
  const { id: _id, code, accountId, createDate, isActive, balance, raw, ...texts } = record;
  return texts;
}

/** Addresses of e-mail may be stored in lower case. */
export function isStoredColumn(column: string, sent: string, stored: string): boolean {
  return isStoredText(sent, stored) || (column === "email" && sent.toLowerCase() === stored.toLowerCase());
}

/** Of a tax rate, whole or what changes. */
export function taxDiffers(stored: TaxRecord, sent: TaxForm): readonly string[] {
  const wanted = taxRecord.parse({ ...sent, id: stored.id });
  return differing(sent, (name) => memberOf(name, taxParameters), {
    value: () => stored.value === wanted.value,
    description: () => isStoredText(wanted.description ?? "", stored.description ?? ""),
    effectiveDate: () => calendarDate(stored.effectiveDate) === wanted.effectiveDate,
    isActive: () => (stored.isActive !== false) === (wanted.isActive !== false),
  });
}

/** The unified member that a parameter carries, e.g. "address.city". */
export function memberOf(parameter: string, fields: ParameterFields): string {
  return fields[parameter]?.join(".") ?? parameter;
}

function differing(
  sent: Readonly<Record<string, unknown>>,
  nameOf: (parameter: string) => string,
  isAsSent: Readonly<Record<string, () => boolean>>,
): readonly string[] {
  const different = Object.keys(sent).filter((parameter) => !isAsSent[parameter]?.());
  return [...new Set(different.map(nameOf))];
}
