import {
  asCode,
  asFoldedText,
  asText,
  type Compare,
  createComparison,
  type FieldPaths,
  inForm,
  membersBehind,
} from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";
import { asWritten, type Told } from "../../adapter/kit/warnings.ts";
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
 * In which members of the unified input a stored record is not as a request would have left it. Pure. Only what was sent is
 * compared, and decoded as if the backend had stored it, so that both sides have one form: 5400 and "5400" are the same, so are a
 * day and its midnight. Texts are compared as a backend may store them. What is not shown differs from what was sent.
 */

const amountOf = (cents: unknown): bigint | null => (typeof cents === "bigint" ? magnitude(cents) : null);
const dayOf = (date: unknown): string | null => calendarDate(typeof date === "string" ? date : null);

const entryComparisons: Readonly<Record<string, Compare>> = {
  // Credits may be kept with either sign (quirk 13).
  amount: inForm(amountOf),
  taxAmount: inForm((cents) => amountOf(cents) ?? 0n),
  dueDate: inForm(dayOf),
  note: asText,
  // Whether entries show who created them is up to the installation; one of somebody else's is not ours.
  creatorCode: (_sent, shown) => shown === null || asCode(creatorCode, shown),
};
const transactions = createComparison(entryComparisons);

/** @param textMember the member whose text the entry's one text is */
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

/** Those of them that say what is owed: under a code of our own nothing else is in doubt. */
export function moneyDiffers(stored: TransactionRow, { type, amount, taxAmount }: TransactionParameters): readonly string[] {
  const sent = Object.entries({ type, amount, taxAmount }).filter(([, value]) => value !== undefined);
  return transactionDiffers(stored, Object.fromEntries(sent) as TransactionParameters, "");
}

/** Addresses of e-mail may be stored in lower case. */
const customers = createComparison({ email: asFoldedText, code: asCode }, asText);

/** Except for the merchant account, which need not be shown again (see customerFrom). */
export function customerDiffers(stored: CustomerRow, sent: CustomerParameters): readonly string[] {
  const { accountId: _account, code: _code, ...texts } = sent;
  const wanted = customerColumns(customerRow.parse({ ...texts, id: stored.id }));
  return membersBehind(customers.differing(pick(wanted, texts), customerColumns(stored)), customerFields);
}

export type CustomerColumns = Readonly<Record<string, string | null>>;

/** What a change may change, and whether somebody else changed it: the record's own texts. */
export function customerColumns(record: CustomerRow): CustomerColumns {
  const { id: _id, code, accountId, createDate, isActive, balance, raw, ...texts } = record;
  return texts;
}

const taxes = createComparison({
  description: asText,
  effectiveDate: inForm(dayOf),
  // One that does not tell is active.
  isActive: inForm((isActive) => isActive !== false),
});

/** Of a tax rate, whole or what changes. */
export function taxDiffers(stored: TaxRow, sent: TaxForm): readonly string[] {
  const wanted = taxRow.parse({ ...sent, id: stored.id });
  return membersBehind(taxes.differing(pick(wanted, sent), stored), taxFields);
}

/** Of a record as the backend would have stored it, what was sent. */
function pick(wanted: object, sent: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(sent).map((name) => [name, (wanted as Readonly<Record<string, unknown>>)[name] ?? null]));
}

/** What was sent of a record, and what the record shows of it, in the same form. */
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
  // As it is kept, which is compared, and as the caller means it, which is told: without the tax.
  const amounts = ({ amount, taxAmount }: TransactionRow) =>
    amount === null ? null : [amount, taxIncludedInAmount ? amount - (taxAmount ?? 0n) : amount];
  return {
    sent: { ...pick({ ...parsed, amount: amounts(parsed) }, wanted), customerId },
    shown: { ...shown, amount: amounts(shown) },
  };
}

const kept = (amounts: unknown): bigint | null => (Array.isArray(amounts) ? amountOf(amounts[0]) : null);

/** @param textMember the member whose text the entry's one text is */
export function toldOfEntry(backend: string, textMember: string, isCredit: boolean): Told {
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
  return name === "dueDate" ? dayOf(value) : asWritten(name, value);
}

/** @param sent without the code, unless the caller chose it */
export function comparedCustomer(record: Raw, { accountId: _, ...sent }: CustomerParameters): Compared {
  const shown = customerRow.parse(record);
  return { sent: pick(customerRow.parse({ ...sent, id: shown.id }), sent), shown };
}

export function toldOfCustomer(backend: string): Told {
  return { backend, comparison: customers, fields: customerFields };
}

export function comparedTax(record: Raw, sent: TaxForm): Compared {
  const shown = taxRow.parse(record);
  return { sent: pick(taxRow.parse({ ...sent, id: shown.id }), sent), shown };
}

export function toldOfTax(backend: string, { taxValueScale }: V01Settings): Told {
  const text = (name: string, value: unknown): string | null => {
    const written = asWritten(name, value);
    if (name === "value") return written === null ? null : canonicalDecimal(fromMinorUnits(BigInt(written), taxValueScale));
    return name === "effectiveDate" ? dayOf(value) : written;
  };
  return { backend, comparison: taxes, fields: taxFields, text };
}
