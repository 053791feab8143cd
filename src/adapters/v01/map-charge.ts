import { chargeKind } from "../../adapter/kit/charge-kind.ts";
import { oncePerRow } from "../../adapter/kit/once-per-row.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import { throwAll } from "../../adapter/kit/taking.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { named, notFound, unsupported } from "../../model/errors.ts";
import type { Charge, ChargeInput, ChargeKind, ChargeStatus, CreditInput } from "../../model/model.ts";
import { centsOf, magnitude, moneyOf, withinInteger } from "./cents.ts";
import { referenceIn } from "./codes.ts";
import { given } from "./encode.ts";
import type { V01Settings } from "./settings.ts";
import { calendarDate, instant, isDateOrNothing, isLong, type TransactionRow } from "./wire.ts";

/** The entries that are charges (11.1): what a customer owes, and credits, which are charges of a negative amount. */
const chargeTypes: ReadonlyMap<string, { readonly label: string; readonly kind: ChargeKind }> = new Map([
  ["RI", { label: "Invoice", kind: "ONE_OFF" }],
  ["RC", { label: "Credit", kind: "CREDIT" }],
  ["RF", { label: "Service fee", kind: "FEE" }],
  ["RL", { label: "Late fee", kind: "FEE" }],
  ["RA", { label: "Access fee", kind: "FEE" }],
  ["RO", { label: "Collections fee", kind: "FEE" }],
  ["RN", { label: "Collections return fee", kind: "FEE" }],
]);
const credit = "RC";
/** The others (11.1): reversals, payments and what becomes of them. */
const otherTypes: ReadonlySet<string> = new Set("RR RX AP AC AV AR AX AD AG AS AA".split(" "));

/** Whether an entry is of a type that is documented: what another one means nobody knows. */
export const isOfKnownType = ({ type }: TransactionRow): boolean =>
  type !== null && (chargeTypes.has(type) || otherTypes.has(type));

/** Whether the entry is a charge, not a payment or a reversal. */
export const isCharge = ({ type }: TransactionRow): boolean => type !== null && chargeTypes.has(type);

/** As the unified input calls a type of entry, or the type itself where it has no word for it. */
export function kindOf(type: string): string {
  return chargeTypes.get(type)?.kind ?? type;
}

/** "<customer>:<transaction>": a transaction cannot be reached without its customer (12.1). Null for anything else. */
export function chargeParts(id: string): { readonly customerId: string; readonly transactionId: string } | null {
  const [customerId = "", transactionId = "", ...rest] = id.split(":");
  return rest.length === 0 && isLong(customerId) && isLong(transactionId) ? { customerId, transactionId } : null;
}

/** Null for entries that are no charges. `reversed` = a reversal of this entry is known. */
export const chargeFrom = oncePerRow(mapCharge);

function mapCharge(
  record: TransactionRow,
  customerId: string,
  backend: string,
  settings: V01Settings,
  reversed: boolean,
): Charge | null {
  const type = chargeTypes.get(record.type ?? "");
  if (!type) return null;
  const sign = record.type === credit ? -1n : 1n;
  const sizes = record.type === credit ? creditSizes(record) : record;
  const { amount, taxAmount, total, whole } = amountsOf(sizes, settings);
  const signed = (cents: bigint | null) => moneyOf(cents === null ? null : sign * cents, settings.currency);
  return {
    type: "Charge",
    backend,
    id: `${customerId}:${record.id}`,
    backendId: record.id,
    reference: referenceIn(record),
    customer: { backend, id: customerId, name: null },
    plan: null,
    service: null,
    name: firstLine(record.note) ?? `${type.label} ${record.id}`,
    description: record.note,
    notes: null,
    kind: chargeKind(type.kind === "ONE_OFF" && record.subscriptionId !== null ? "RECURRING" : type.kind, signed(amount)),
    status: statusOf(sizes, whole, reversed),
    quantity: "1",
    amount: signed(amount),
    taxAmount: signed(taxAmount),
    total: signed(total),
    outstanding: signed(sizes.balance),
    cost: null,
    date: calendarDate(record.dueDate) ?? calendarDate(record.createDate),
    recurrence: null,
    createdAt: instant(record.createDate, zoneOf(settings)),
    updatedAt: null,
    ...notUnderstoodIn(record, {
      createDate: isDateOrNothing(record.createDate),
      dueDate: isDateOrNothing(record.dueDate),
    }),
    raw: record.raw,
  };
}

type Amounts = Pick<TransactionRow, "amount" | "taxAmount" | "balance">;

/** Credits count as sizes, whichever sign they are kept with: it is their type that makes them lower the debt (quirk 13). */
function creditSizes({ amount, taxAmount, balance }: Amounts): Amounts {
  const size = (cents: bigint | null) => (cents === null ? null : magnitude(cents));
  return { amount: size(amount), taxAmount: size(taxAmount), balance: size(balance) };
}

/** In cents. `whole` is what is billed; the parts of an entry without `taxAmount` are not known, so neither is their total. */
function amountsOf({ amount, taxAmount }: Amounts, { taxIncludedInAmount }: V01Settings) {
  const tax = taxAmount ?? 0n;
  if (amount === null) return { amount, taxAmount, total: null, whole: null };
  const whole = taxIncludedInAmount ? amount : amount + tax;
  return { amount: taxIncludedInAmount ? amount - tax : amount, taxAmount, total: taxAmount === null ? null : whole, whole };
}

/**
 * There is no status field; the balance is what remains unpaid, or of a credit unapplied (10.2). Nothing left means settled,
 * unless the entry is known to be reversed. Where taxes come on top, the balance may start with or without them.
 */
function statusOf({ balance, amount }: Amounts, whole: bigint | null, reversed: boolean): ChargeStatus {
  if (balance === null) return "UNKNOWN";
  if (balance === 0n) return reversed ? "VOIDED" : "SETTLED";
  if (balance === amount || balance === whole) return "OPEN";
  return whole !== null && balance > 0n && balance < whole ? "PARTLY_PAID" : "UNKNOWN";
}

function firstLine(note: string | null): string | null {
  return note?.split(/\r?\n/, 1)[0]?.trim() || null;
}

export type TransactionParameters = Readonly<Record<string, string | number>>;

/** "Free code naming who created it in the client's system" (10.2). */
export const creatorCode = "gateway";

/** The body of `PUT /customers/{id}/transactions` except for its code. INVALID_INPUT and UNSUPPORTED name the member at fault. */
export function newTransaction(input: ChargeInput, backend: string, settings: V01Settings): TransactionParameters {
  return given<string | number>({
    ...typeAndAmounts(input, settings),
    dueDate: input.date,
    note: noteOf(input, backend),
    creatorCode,
  });
}

/** The customer in the URL of a create; a customer that cannot exist is NOT_FOUND. */
export function chargedCustomer({ customerId }: Pick<ChargeInput, "customerId">, backend: string): string {
  if (customerId == null || !isLong(customerId)) throw notFound(backend, "The customer", ["customerId"]);
  return customerId;
}

/** An invoice or a fee (6.1). Amounts are positive integers (A10). */
function typeAndAmounts(input: ChargeInput, { taxIncludedInAmount }: V01Settings) {
  const amount = centsOf(input.amount ?? "0");
  const taxAmount = input.taxAmount == null ? null : centsOf(input.taxAmount);
  const written = taxIncludedInAmount ? amount + (taxAmount ?? 0n) : amount;
  return {
    type: input.kind === "FEE" ? "RF" : "RI",
    amount: Number(withinInteger(written, "amount")),
    taxAmount: taxAmount === null ? undefined : Number(taxAmount),
  };
}

/** The body of the same request for a credit, the opposite of an invoice (11.1): its amount is positive too (A10). */
export function newCredit({ amount, description }: CreditInput): TransactionParameters {
  return given<string | number>({ type: credit, amount: Number(centsOf(amount)), note: description, creatorCode });
}

/** There is one text, `note`: it is the description, the notes or the name, whichever is given. */
function textsOf({ description, notes, name }: ChargeInput): readonly { readonly field: string; readonly text: string }[] {
  return Object.entries({ description, notes, name }).flatMap(([field, text]) => (text == null ? [] : [{ field, text }]));
}

/** The member whose text an entry has. */
export function textMember(input: ChargeInput): string {
  return textsOf(input)[0]?.field ?? "description";
}

function noteOf(input: ChargeInput, backend: string): string | undefined {
  const [note, ...others] = textsOf(input);
  throwAll(
    others
      .filter(({ text }) => text !== note?.text)
      .map(({ field }) => {
        const problem = `${named(backend)} keeps one text of a charge: leave out ${field}, or give it the same text as ${note?.field}.`;
        return unsupported(backend, problem, field);
      }),
  );
  return note?.text;
}
