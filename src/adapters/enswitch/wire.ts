import {
  count,
  currency,
  decimal,
  flag as flagOf,
  isRow,
  numericId,
  type Row,
  rowIn,
  rowsIn,
  text,
} from "../../adapter/kit/reading.ts";
import { recordReader } from "../../adapter/kit/record.ts";

/**
 * What Enswitch sends. Integers, decimals and flags come as numbers on one installation and as text on another, even within one
 * row (guide 4.4 and public clients disagree), and most columns are only inferred from parameter names: so each field is read for
 * itself, and one that is absent or not understood is null. Only ids are required.
 */

/** The empty text is 0, as elsewhere in forms. */
export function flag(value: unknown): boolean | null {
  return value === "" ? false : flagOf(value);
}

/** Like a flag, but a number or a time that is not zero counts as set: the column may be a time (its form is undocumented). */
function mark(value: unknown): boolean | null {
  const isSet = flag(value);
  if (isSet !== null) return isSet;
  if (typeof value === "number") return value !== 0;
  return typeof value === "string" && /^[\d\s:.TZ/+-]*$/.test(value) ? /[1-9]/.test(value) : null;
}

/** Whether a row says that it is deleted, as those of customers do: it may be shown all the same. */
export function isDeleted({ raw }: { readonly raw: Row }): boolean {
  return mark(raw["deleted"]) === true;
}

/** 9999-12-31, which stands for "never" in places, ends there in the last zone of the world. */
const latestSeconds = Date.UTC(10_000, 0, 1, 12) / 1000;

/** Unix seconds as an instant; 0 is "unset". */
export function instant(value: unknown): Date | null {
  const seconds = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds <= latestSeconds ? new Date(Math.floor(seconds) * 1000) : null;
}

/** Unlike elsewhere the empty string means something: charge immediately. */
function period(value: unknown): string | null {
  return typeof value === "string" ? value.trim().toLowerCase() : null;
}

function id(value: unknown): string {
  const found = numericId(value);
  if (found === null) throw new TypeError("an id was expected");
  return found;
}

export interface Response {
  /** Three digits. */
  readonly code: string;
  readonly key: string | null;
  readonly message: string | null;
}

/** What every answer is wrapped in; null for what is none: it has at least one response, and each of them a code. */
export function readEnvelope(sent: unknown): { readonly responses: readonly Response[]; readonly data: unknown } | null {
  if (!isRow(sent) || !Array.isArray(sent["responses"]) || sent["responses"].length === 0) return null;
  const responses: Response[] = [];
  for (const response of sent["responses"] as unknown[]) {
    const code = isRow(response) ? responseCode(response["code"]) : null;
    if (!isRow(response) || code === null) return null;
    responses.push({ code, key: text(response["key"]), message: text(response["message"]) });
  }
  return { responses, data: sent["data"] ?? null };
}

function responseCode(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === "string" && /^\d{3}$/.test(value) ? value : null;
}

/** The data of an answer that is no failure; null where there is none (code 204, or 201 to a validation). */
export const dataOf = (sent: unknown): unknown => readEnvelope(sent)?.data ?? null;

/** The data of a list; none comes with code 204. */
export function readRows(data: unknown): readonly Row[] {
  return data === null ? [] : rowsIn(data);
}

/** The data of every create: nothing but the new id. */
export function createdId(data: unknown): string {
  return id(rowIn(data)["id"]);
}

export const login = recordReader({ auth_token: text, auth_token_expiry: count });

export const liability = recordReader({ liable: flag });

export const customerRow = recordReader({
  id,
  name: text,
  plan: numericId,
  parent: numericId,
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

export const chargeRow = recordReader({
  id,
  name: text,
  customer: numericId,
  plan: numericId,
  amount: decimal,
  buy: decimal,
  currency,
  description: text,
  start: instant,
  end: instant,
  number: count,
  period,
});

/** Guide 4.4, transactions/list: id and amount by its example, the others by its sort keys and by what clients were seen to use. */
export const transactionRow = recordReader({
  id,
  customer: numericId,
  time: instant,
  description: text,
  amount: decimal,
  amount_excluding_tax: decimal,
  type: text,
});
export type Transaction = ReturnType<typeof transactionRow.parse>;

export const taxRow = recordReader({
  id,
  name: text,
  customer: numericId,
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

export const planRow = recordReader({
  id,
  name: text,
  description: text,
  // Guess: every plan has a currency and a billing period (user guide, "Rate plans" and "How billing works"); their columns are
  // taken to be called as in charges.
  currency,
  period: text,
});
