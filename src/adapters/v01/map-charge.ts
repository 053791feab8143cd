import { mentioned } from "../../adapter/kit/looking.ts";
import { chargeKind, notUnderstoodIn, oncePerRow } from "../../adapter/kit/reading.ts";
import { throwAll } from "../../adapter/kit/taking.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { named, notFound, unsupported } from "../../model/errors.ts";
import type { Charge, ChargeInput, ChargeKind, ChargeStatus, CreditInput } from "../../model/model.ts";
import { centsOf, magnitude, moneyOf, withinInteger } from "./cents.ts";
import { referenceIn } from "./codes.ts";
import type { V01Settings } from "./settings.ts";
import { calendarDate, instant, isDateOrNothing, isLong, type TransactionRow } from "./wire.ts";

/** The types of entries that are charges (11.1): debts, and credits, which map to charges with a negative amount. */
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
/** The other types (11.1): reversals, payments, and later states of payments. */
const otherTypes: ReadonlySet<string> = new Set("RR RX AP AC AV AR AX AD AG AS AA".split(" "));

/** Whether the type of an entry is documented: the meaning of any other is unknown. */
export const isOfKnownType = ({ type }: TransactionRow): boolean =>
  type !== null && (chargeTypes.has(type) || otherTypes.has(type));

/** Whether the entry is a charge: no payment or reversal. */
export const isCharge = ({ type }: TransactionRow): boolean => type !== null && chargeTypes.has(type);

/** The unified kind of a type of entry, or the type itself where there is none. */
export function kindOf(type: string): string {
  return chargeTypes.get(type)?.kind ?? type;
}

/** Reads "<customer>:<transaction>"; null for anything else. A transaction cannot be reached without its customer (12.1). */
export function chargeParts(id: string): { readonly customerId: string; readonly transactionId: string } | null {
  const [customerId = "", transactionId = "", ...rest] = id.split(":");
  return rest.length === 0 && isLong(customerId) && isLong(transactionId) ? { customerId, transactionId } : null;
}

/** Maps an entry; null where it is not a charge. `reversed`: a reversal of this entry is known. */
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
  const billed = signed(amount);
  const createdAt = instant(record.createDate, zoneOf(settings));
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
    kind: chargeKind(type.kind === "ONE_OFF" && record.subscriptionId !== null ? "RECURRING" : type.kind, billed),
    status: statusOf(sizes, whole, reversed),
    quantity: "1",
    amount: billed,
    taxAmount: signed(taxAmount),
    total: signed(total),
    outstanding: signed(sizes.balance),
    cost: null,
    date: calendarDate(record.dueDate) ?? calendarDate(record.createDate),
    recurrence: null,
    createdAt,
    updatedAt: null,
    ...notUnderstoodIn(record, {
      createDate: createdAt !== null || isDateOrNothing(record.createDate),
      dueDate: isDateOrNothing(record.dueDate),
    }),
    raw: record.raw,
  };
}

type Amounts = Pick<TransactionRow, "amount" | "taxAmount" | "balance">;

/** Credits without their sign: they are stored with either sign, and their type makes them lower the debt (quirk 13). */
function creditSizes({ amount, taxAmount, balance }: Amounts): Amounts {
  const size = (cents: bigint | null) => (cents === null ? null : magnitude(cents));
  return { amount: size(amount), taxAmount: size(taxAmount), balance: size(balance) };
}

/** Amounts in cents. `whole` is the billed amount. Without a `taxAmount` the parts are not known, so `total` is null. */
function amountsOf({ amount, taxAmount }: Amounts, { taxIncludedInAmount }: V01Settings) {
  const tax = taxAmount ?? 0n;
  if (amount === null) return { amount, taxAmount, total: null, whole: null };
  const whole = taxIncludedInAmount ? amount : amount + tax;
  return { amount: taxIncludedInAmount ? amount - tax : amount, taxAmount, total: taxAmount === null ? null : whole, whole };
}

/**
 * Derives the status from the balance: what remains unpaid, or of a credit unapplied (10.2); v01 has no status field. A balance of 0 means
 * settled, unless a reversal is known. Where taxes are added to the amount, the balance may start with or without them.
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

/** The body of `PUT /customers/{id}/transactions`, without its code. Throws INVALID_INPUT and UNSUPPORTED at the member. */
export function newTransaction(input: ChargeInput, backend: string, settings: V01Settings): TransactionParameters {
  return mentioned<string | number>({
    ...typeAndAmounts(input, settings),
    dueDate: input.date,
    note: noteOf(input, backend),
    creatorCode,
  });
}

/** The customer in the URL of a create. Throws NOT_FOUND for an id that cannot exist. */
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

/** The body of the same request for a credit, the opposite of an invoice (11.1). Its amount is positive too (A10). */
export function newCredit({ amount, description }: CreditInput): TransactionParameters {
  return mentioned<string | number>({ type: credit, amount: Number(centsOf(amount)), note: description, creatorCode });
}

/** The texts of an input. v01 keeps one, `note`: the given one of description, notes and name. */
function textsOf({ description, notes, name }: ChargeInput): readonly { readonly field: string; readonly text: string }[] {
  return Object.entries({ description, notes, name }).flatMap(([field, text]) => (text == null ? [] : [{ field, text }]));
}

/** The member whose text becomes the entry's `note`. */
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
