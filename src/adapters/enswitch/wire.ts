import { z } from "zod";
import type { Raw } from "../../billing/model.ts";
import { decimalFromDouble, isDecimal, plainDecimal } from "../../billing/money.ts";

/**
 * What Enswitch sends. Integers, decimals and flags come as numbers on one installation and as text on another, even within one
 * row (guide 4.4 and public clients disagree), and most columns are only inferred from parameter names: so each field is read for
 * itself, and one that is absent or not understood is null. Only ids are required.
 */

/** Text, never empty: the empty string is Enswitch's "none". */
export const text = lenient((value) => {
  const written = typeof value === "number" ? String(value) : value;
  return typeof written === "string" && written.trim() !== "" ? written.trim() : null;
});

/** An exact decimal in plain notation. */
export const decimal = lenient((value) => {
  if (typeof value === "number") return Number.isFinite(value) ? decimalFromDouble(String(value)) : null;
  return typeof value === "string" && isDecimal(value) ? plainDecimal(value) : null;
});

/** A whole number from 0 up to what a double holds. */
export const count = lenient((value) => {
  const number = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
});

/** A reference to another row as canonical text; 0 is "none". */
const reference = lenient(rowId);

export const flag = lenient((value) => {
  if (value === 1 || value === "1" || value === true) return true;
  return value === 0 || value === "0" || value === "" || value === false ? false : null;
});

/** Like a flag, but whatever is not zero counts as set: the column may be a time (its form is undocumented). */
const mark = lenient((value) => {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  return typeof value === "string" ? /[^0\s:.-]/.test(value) : null;
});

const latestSeconds = Date.UTC(9999, 11, 31) / 1000;

/** Unix seconds as an instant; 0 is "unset". */
const instant = lenient((value) => {
  const seconds = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds <= latestSeconds ? new Date(Math.floor(seconds) * 1000) : null;
});

/** ISO 4217; `undefined` = the row names no currency, null = it names one that is not understood. */
export const currency = lenient((value) => {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" && /^[A-Za-z]{3}$/.test(value.trim()) ? value.trim().toUpperCase() : null;
});

const id = z.transform((value: unknown, context) => {
  const found = rowId(value);
  if (found !== null) return found;
  context.addIssue({ code: "custom", message: "is not an id" });
  return z.NEVER;
});

export const envelope = z.object({
  responses: z
    .array(
      z.object({
        code: z.union([z.string().regex(/^\d{3}$/), z.int().transform(String)]),
        key: text,
        message: text,
      }),
    )
    .min(1),
  data: z.unknown().optional(),
});

/** A row as sent: what `raw` is made from. */
export const row = z.custom<Raw>((sent) => typeof sent === "object" && sent !== null && !Array.isArray(sent));
export type Row = z.output<typeof row>;

/** The data of a list; none comes with code 204. */
export const rows = z.union([z.array(row), z.null().transform((): Row[] => [])]);

/** The data of every create: nothing but the new id. */
export const created = z.object({ id }).transform((data) => data.id);

export const login = z.object({ auth_token: text, auth_token_expiry: count });

export const liability = z.object({ liable: flag });

export const customerRow = z.object({
  id,
  name: text,
  plan: reference,
  parent: reference,
  email: text,
  bill_ref: text,
  balance: decimal,
  currency,
  deleted: mark,
  address1: text,
  address2: text,
  address3: text,
  address_city: text,
  address_state: text,
  address_code: text,
  country: text,
  // Guess: user/signup says customer_phone; the column may be called either way.
  phone: text,
  customer_phone: text,
});

export const chargeRow = z.object({
  id,
  name: text,
  customer: reference,
  plan: reference,
  amount: decimal,
  buy: decimal,
  currency,
  description: text,
  start: instant,
  end: instant,
  number: count,
  // Unlike elsewhere the empty string means something: charge immediately.
  period: lenient((value) => (typeof value === "string" ? value.trim().toLowerCase() : null)),
});

/** Guide 4.4, transactions/list: id and amount by its example, the others by its sort keys and by what clients were seen to use. */
export const transactionRow = z.object({
  id,
  customer: reference,
  time: instant,
  description: text,
  amount: decimal,
  amount_excluding_tax: decimal,
});
export type Transaction = z.output<typeof transactionRow>;

export const taxRow = z.object({
  id,
  name: text,
  customer: reference,
  rate: decimal,
  amount: decimal,
  currency,
  description: text,
  accounts: flag,
  calls: flag,
  cardgroups: flag,
  charges: flag,
  features: flag,
  messages: flag,
  numbers: flag,
  products: flag,
  liable: count,
  shared: flag,
});

export const planRow = z.object({
  id,
  name: text,
  description: text,
  // Guess: every plan has a currency and a billing period (user guide, "Rate plans" and "How billing works"); their columns are
  // taken to be called as in charges.
  currency,
  period: text,
});

/** Canonical text of a positive whole number, however it was sent; null for anything else. */
export function rowId(value: unknown): string | null {
  const written = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  return typeof written === "string" && /^\s*0*[1-9]\d*\s*$/.test(written) ? written.trim().replace(/^0+/, "") : null;
}

/** A field that may be absent, null or anything else. */
function lenient<T>(read: (value: unknown) => T) {
  return z.transform(read);
}
