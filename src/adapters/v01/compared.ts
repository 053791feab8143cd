import {
  asCode,
  asFoldedText,
  asText,
  type Compare,
  createComparison,
  type FieldPaths,
  inForm,
  membersBehind,
  plainValue,
  type WarningContext,
} from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";
import type { Raw } from "../../model/model.ts";
import { canonicalDecimal, fromMinorUnits } from "../../model/money.ts";
import { centPlaces, magnitude } from "./cents.ts";
import { chargeFields, customerFields, taxFields } from "./fields.ts";
import { creatorCode, kindOf, type TransactionParameters } from "./map-charge.ts";
import type { CustomerParameters } from "./map-customer.ts";
import type { TaxForm } from "./map-tax.ts";
import type { V01Settings } from "./settings.ts";
import { type CustomerRow, calendarDate, customerRow, type TaxRow, type TransactionRow, taxRow, transactionRow } from "./wire.ts";

/**
 * Compares stored records with requests. Pure. Only sent members are compared; they are decoded like stored ones, so that 5400 and "5400"
 * are the same, and so are a day and its midnight. Texts are compared as a backend may store them. A hidden member differs.
 */

const amountOf = (cents: unknown): bigint | null => (typeof cents === "bigint" ? magnitude(cents) : null);
const dayOf = (date: unknown): string | null => calendarDate(typeof date === "string" ? date : null);

const entryComparisons: Readonly<Record<string, Compare>> = {
  // Credits may be kept with either sign (quirk 13).
  amount: inForm(amountOf),
  taxAmount: inForm((cents) => amountOf(cents) ?? 0n),
  dueDate: inForm(dayOf),
  note: asText,
  // Whether entries show their creator depends on the installation; another creator's entry is not ours.
  creatorCode: (_sent, shown) => shown === null || asCode(creatorCode, shown),
};
const transactions = createComparison(entryComparisons);

/** The members of the unified input in which an entry differs. @param textMember the member whose text the entry has */
export function transactionDiffers(
  stored: TransactionRow,
  { code: _, ...sent }: TransactionParameters,
  textMember: string,
): readonly string[] {
  const wanted = transactionRow.parse({ ...sent, id: stored.id });
  return membersBehind(transactions.differing(pick(wanted, sent), stored), { ...transactionMembers, note: [textMember] });
}

const transactionMembers: FieldPaths = {
  type: ["kind"],
  amount: ["amount"],
  taxAmount: ["taxAmount"],
  dueDate: ["date"],
  creatorCode: ["creatorCode"],
};

/** The same of type and amounts only: under the gateway's own code nothing else is in doubt. */
export function moneyDiffers(stored: TransactionRow, { type, amount, taxAmount }: TransactionParameters): readonly string[] {
  const sent = Object.entries({ type, amount, taxAmount }).filter(([, value]) => value !== undefined);
  return transactionDiffers(stored, Object.fromEntries(sent) as TransactionParameters, "");
}

/** The backend may store e-mail addresses in lower case. */
const customers = createComparison({ email: asFoldedText, code: asCode }, asText);

/** The members in which a customer differs; not the merchant account, which records need not show (see customerFrom). */
export function customerDiffers(stored: CustomerRow, sent: CustomerParameters): readonly string[] {
  const { accountId: _account, code: _code, ...texts } = sent;
  const wanted = customerColumns(customerRow.parse({ ...texts, id: stored.id }));
  return membersBehind(customers.differing(pick(wanted, texts), customerColumns(stored)), customerFields);
}

export type CustomerColumns = Readonly<Record<string, string | null>>;

/** The texts of a customer: a change may change them, and they show whether somebody else did. */
export function customerColumns(record: CustomerRow): CustomerColumns {
  const { id: _id, code, accountId, createDate, isActive, balance, raw, ...texts } = record;
  return texts;
}

const taxes = createComparison({
  description: asText,
  effectiveDate: inForm(dayOf),
  // A tax that does not tell is active.
  isActive: inForm((isActive) => isActive !== false),
});

/** The members in which a tax rate differs. @param sent the whole rate, or its changed members */
export function taxDiffers(stored: TaxRow, sent: TaxForm): readonly string[] {
  const wanted = taxRow.parse({ ...sent, id: stored.id });
  return membersBehind(taxes.differing(pick(wanted, sent), stored), taxFields);
}

/** The sent members of a record, decoded as if the backend had stored it. */
function pick(wanted: object, sent: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(sent).map((name) => [name, (wanted as Readonly<Record<string, unknown>>)[name] ?? null]));
}

/** Sent and stored members, in the same form. */
export interface Compared {
  readonly sent: Members;
  readonly shown: Members;
}

/** @param sent without the code, unless the caller chose it */
export function comparedEntry(
  record: Raw,
  sent: TransactionParameters,
  customerId: string,
  { taxIncludedInAmount }: V01Settings,
): Compared {
  const shown = transactionRow.parse(record);
  const { creatorCode: _, ...wanted } = sent;
  const parsed = transactionRow.parse({ ...wanted, id: shown.id });
  // The stored amount, which is compared, and the caller's amount without tax, which warnings show.
  const amounts = ({ amount, taxAmount }: TransactionRow) =>
    amount === null ? null : [amount, taxIncludedInAmount ? amount - (taxAmount ?? 0n) : amount];
  return {
    sent: { ...pick({ ...parsed, amount: amounts(parsed) }, wanted), customerId },
    shown: { ...shown, amount: amounts(shown) },
  };
}

const kept = (amounts: unknown): bigint | null => (Array.isArray(amounts) ? amountOf(amounts[0]) : null);

/** @param textMember the member whose text the entry has */
export function entryWarningContext(backend: string, textMember: string, isCredit: boolean): WarningContext {
  const fields = { ...chargeFields, type: isCredit ? [] : ["kind"], note: [textMember] };
  return {
    backend,
    comparison: createComparison({ ...entryComparisons, amount: inForm(kept), code: asCode }),
    fields,
    text: textOfEntry,
  };
}

function textOfEntry(name: string, value: unknown): string | null {
  if (name === "amount") return Array.isArray(value) ? fromMinorUnits(value[1] as bigint, centPlaces) : null;
  if (name === "taxAmount") return typeof value === "bigint" ? fromMinorUnits(value, centPlaces) : null;
  if (name === "type") return typeof value === "string" ? kindOf(value) : null;
  return name === "dueDate" ? dayOf(value) : plainValue(name, value);
}

/** @param sent without the code, unless the caller chose it */
export function comparedCustomer(record: Raw, { accountId: _, ...sent }: CustomerParameters): Compared {
  const shown = customerRow.parse(record);
  return { sent: pick(customerRow.parse({ ...sent, id: shown.id }), sent), shown };
}

export function customerWarningContext(backend: string): WarningContext {
  return { backend, comparison: customers, fields: customerFields };
}

export function comparedTax(record: Raw, sent: TaxForm): Compared {
  const shown = taxRow.parse(record);
  return { sent: pick(taxRow.parse({ ...sent, id: shown.id }), sent), shown };
}

export function taxWarningContext(backend: string, { taxValueScale }: V01Settings): WarningContext {
  const text = (name: string, value: unknown): string | null => {
    const written = plainValue(name, value);
    if (name === "value") return written === null ? null : canonicalDecimal(fromMinorUnits(BigInt(written), taxValueScale));
    return name === "effectiveDate" ? dayOf(value) : written;
  };
  return { backend, comparison: taxes, fields: taxFields, text };
}
