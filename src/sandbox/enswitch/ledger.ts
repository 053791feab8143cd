import type { FunctionCall } from "./function.ts";
import type { ChargeRow, CustomerRow, TaxRow } from "./rows.ts";
import { ancestors, liabilityKey, nextId, type State, systemOwner } from "./state.ts";

/**
 * Exact decimals for the simulator: text on the wire and in rows, BigInt ten-thousandths for computing. Call prices have four
 * decimals; how many a real installation keeps is not documented.
 */

const places = 4;
const unit = 10n ** BigInt(places);

/** A decimal as a whole number of ten-thousandths; undefined when it is not one: `-`, digits, `.`, at most four decimals. */
export const parseDecimal = (text: string): bigint | undefined => {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const magnitude = BigInt(whole) * unit + BigInt(fraction.padEnd(places, "0"));
  return sign === "-" ? -magnitude : magnitude;
};

/** Ten-thousandths as text with at least two decimals: "10.00", "-0.0425". */
export const formatDecimal = (value: bigint): string => {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % unit)
    .toString()
    .padStart(places, "0")
    .replace(/0{1,2}$/, "");
  return `${value < 0n ? "-" : ""}${magnitude / unit}.${fraction}`;
};

/** The ten-thousandths of a text that is known to be a decimal, e.g. from a row. Throws a RangeError otherwise. */
export const scaled = (text: string): bigint => {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`Not a decimal: ${text}`);
  return value;
};

/** `value * numerator / denominator`, half away from zero to two decimal places. The denominator is positive. */
const proportion = (value: bigint, numerator: bigint, denominator: bigint): bigint => {
  const cent = unit / 100n;
  const product = value * numerator;
  const divisor = denominator * cent;
  const magnitude = product < 0n ? -product : product;
  const cents = (2n * magnitude + divisor) / (2n * divisor);
  return (product < 0n ? -cents : cents) * cent;
};

/** A tax is shared with all customers only if the system owner owns it (guide 4.4, taxes/create). */
export const isShared = (tax: TaxRow): boolean => tax.shared === 1 && tax.customer === systemOwner;

/**
 * Whether a customer is liable for a tax: as set for it, or else by the tax's default (guide 4.4, taxes/create: 2 also covers
 * customers older than the tax).
 */
export const isLiable = (state: State, tax: TaxRow, customer: number): boolean => {
  const set = state.liabilities.get(liabilityKey(tax.id, "customer", customer));
  if (set !== undefined) return set === 1;
  if (tax.liable === 1) return (state.customerCreated.get(customer) ?? 0) >= (state.taxCreated.get(tax.id) ?? 0);
  return tax.liable === 2;
};

/** The taxes that the customer is liable for: its resellers' and the shared ones. */
export const applicableTaxes = (state: State, customer: number): TaxRow[] => {
  const chain = new Set(ancestors(state, customer));
  return [...state.taxes.values()].filter((tax) => (chain.has(tax.customer) || isShared(tax)) && isLiable(state, tax, customer));
};

const coversCharge = (state: State, tax: TaxRow, charge: number): boolean =>
  (state.liabilities.get(liabilityKey(tax.id, "charge", charge)) ?? tax.charges) === 1;

/**
 * The tax on a value, both in ten-thousandths: rate percent of it, plus the flat amount unless the value is zero (user guide
 * 3.7, Taxes). Rounding is not documented: here half up to cents, each tax on its own and none on another.
 */
const taxOn = (value: bigint, tax: TaxRow): bigint =>
  proportion(value, scaled(tax.rate), 100n * scaled("1")) + (value === 0n ? 0n : scaled(tax.amount));

/** Months in a period. A charge without a period is taken whole, and so is "once" (guide 4.4, charges/charge). */
const monthsOf: Readonly<Record<string, number>> = { monthly: 1, quarterly: 3, annually: 12 };

/** The part of the amount for the rest of the calendar period in UTC, to the second. The formula is not documented. */
const proRata = (charge: Pick<ChargeRow, "amount" | "period">, time: number): bigint => {
  const months = monthsOf[charge.period];
  if (months === undefined) return scaled(charge.amount);
  const now = new Date(time * 1000);
  const firstMonth = now.getUTCMonth() - (now.getUTCMonth() % months);
  const start = Date.UTC(now.getUTCFullYear(), firstMonth) / 1000;
  const end = Date.UTC(now.getUTCFullYear(), firstMonth + months) / 1000;
  return proportion(scaled(charge.amount), BigInt(end - time), BigInt(end - start));
};

interface Movement {
  readonly customer: number;
  /** Ten-thousandths including taxes; negative when taken from the customer. */
  readonly amount: bigint;
  /** Empty = the balance moves without a transaction. */
  readonly type: string;
  readonly description: string;
  readonly amountExcludingTax?: bigint;
}

/**
 * Moves a customer's balance and records the transaction. A charge in another currency counts one to one, as the conversion is
 * not documented.
 */
export const credit = (call: FunctionCall, movement: Movement): void => {
  const { state } = call;
  const customer = state.customers.get(movement.customer);
  if (customer === undefined) return;
  state.customers.set(customer.id, { ...customer, balance: formatDecimal(scaled(customer.balance) + movement.amount) });
  if (movement.type !== "") record(state, movement, call.time, call.caller.person);
};

export const record = (state: State, movement: Movement, time: number, person: number): void => {
  const { customer, amount, amountExcludingTax = amount, type, description } = movement;
  const id = nextId(state, "transactions");
  state.transactions.set(id, {
    id,
    customer,
    amount: formatDecimal(amount),
    amount_excluding_tax: formatDecimal(amountExcludingTax),
    description,
    invoice: 0,
    person,
    reference: `T${String(id).padStart(8, "0")}`,
    time,
    type,
  });
};

/** The amount that charging one customer now moves, taxes included. */
export const chargeMovement = (state: State, charge: ChargeRow, customer: CustomerRow, time: number): Movement => {
  const value = proRata(charge, time);
  const taxes = applicableTaxes(state, customer.id).filter((tax) => coversCharge(state, tax, charge.id));
  const total = taxes.reduce((sum, tax) => sum + taxOn(value, tax), value);
  return { customer: customer.id, amount: -total, amountExcludingTax: -value, type: "charge", description: charge.name };
};
