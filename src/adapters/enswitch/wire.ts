import {
  count,
  currency,
  decimal,
  flag as flagOf,
  isRow,
  numericId,
  type Row,
  recordReader,
  rowIn,
  rowsIn,
  text,
} from "../../adapter/kit/reading.ts";

/**
 * Decodes Enswitch's answers. Integers, decimals and flags come as numbers or as text, even within one row (guide 4.4 and public
 * clients disagree), and most columns are inferred from parameter names. So each field is decoded for itself, and is null where it
 * is absent or not understood. Only ids are required.
 */

/** Reads a flag; the empty text is 0, as in forms. */
export function flag(value: unknown): boolean | null {
  return value === "" ? false : flagOf(value);
}

/** Reads a flag that may be a time instead (its form is undocumented): any number or time but zero is set. */
function mark(value: unknown): boolean | null {
  const isSet = flag(value);
  if (isSet !== null) return isSet;
  if (typeof value === "number") return value !== 0;
  return typeof value === "string" && /^[\d\s:.TZ/+-]*$/.test(value) ? /[1-9]/.test(value) : null;
}

/** The end of 9999-12-31, which can stand for "never", in the westernmost zone. */
const latestSeconds = Date.UTC(10_000, 0, 1, 12) / 1000;

/** Reads Unix seconds; 0 is "unset" and becomes null. */
export function instant(value: unknown): Date | null {
  const seconds = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds <= latestSeconds ? new Date(Math.floor(seconds) * 1000) : null;
}

/** Reads a period. Here the empty string has a meaning: charge immediately. */
function period(value: unknown): string | null {
  return typeof value === "string" ? value.trim().toLowerCase() : null;
}

function id(value: unknown): string {
  const found = numericId(value);
  if (found === null) throw new TypeError("an id was expected");
  return found;
}

export interface FunctionResponse {
  /** Three digits. */
  readonly code: string;
  readonly key: string | null;
  readonly message: string | null;
}

/** Reads the envelope of every answer; null where there is none, that is, no response, or one without a code. */
export function readEnvelope(sent: unknown): { readonly responses: readonly FunctionResponse[]; readonly data: unknown } | null {
  if (!isRow(sent) || !Array.isArray(sent["responses"]) || sent["responses"].length === 0) return null;
  const responses: FunctionResponse[] = [];
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

/**
 * The data of a successful answer; null where it has none (code 204, or 201 to a validation). Undefined where code 200 lacks it, which proves
 * nothing: a list is not empty because its rows are missing.
 */
export function dataOf(sent: unknown): unknown {
  const envelope = readEnvelope(sent);
  const lacksData = isRow(sent) && !Object.hasOwn(sent, "data") && envelope?.responses.some(({ code }) => code === "200");
  return lacksData ? undefined : (envelope?.data ?? null);
}

/** The rows of a list. An answer without data (code 204) is an empty list. */
export function readRows(data: unknown): readonly Row[] {
  return data === null ? [] : rowsIn(data);
}

/** The new id, which is all the data of a create. */
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
  // Guess: the column has one of these names; user/signup says customer_phone.
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
  deleted: mark,
});

/** Guide 4.4, transactions/list: id and amount as in its example, the others from its sort keys and from public clients. */
export const transactionRow = recordReader({
  id,
  customer: numericId,
  time: instant,
  description: text,
  amount: decimal,
  amount_excluding_tax: decimal,
  type: text,
});
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
  deleted: mark,
});

export const planRow = recordReader({
  id,
  name: text,
  description: text,
  // Guess: every plan has a currency and a billing period (user guide, "Rate plans" and "How billing works"), in columns named as
  // those of charges.
  currency,
  period: text,
});
