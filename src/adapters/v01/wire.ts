import { z } from "zod";
import { memoised } from "../../billing/memoised.ts";
import type { Raw } from "../../billing/model.ts";
import { createRedaction } from "../../billing/redaction.ts";

/**
 * What the backend sends. How JSON renders scalars is not documented (every sample shows ""), so each field takes a number or
 * its text, and whatever is absent, null, empty or of another form is null. Only a record without its id is not understood.
 */

function lenient<T>(read: (sent: string) => T | null) {
  return z.transform((sent: unknown): T | null => {
    const scalar = typeof sent === "number" ? String(sent) : typeof sent === "string" ? sent.trim() : "";
    return scalar === "" ? null : read(scalar);
  });
}

const text = lenient((sent) => sent);
const integer = lenient((sent) => (/^-?\d{1,19}$/.test(sent) ? BigInt(sent) : null));
const reference = lenient((sent) => (isLong(sent) ? sent : null));
const typeCode = lenient((sent) => sent.toUpperCase());
const flag = z.transform((sent: unknown): boolean | null => {
  const word = typeof sent === "string" ? sent.trim().toLowerCase() : sent;
  return word === true || word === "true" ? true : word === false || word === "false" ? false : null;
});
const id = z
  .union([z.string(), z.number()])
  .transform((sent) => String(sent).trim())
  .pipe(z.string().regex(/^\d{1,19}$/));

function record<Shape extends z.core.$ZodShape>(shape: Shape) {
  const fields = z.object(shape);
  return z.custom<Raw>(isRecord).transform((sent) => ({ ...fields.parse(sent), raw: withoutSecrets(sent) }));
}

/** Contract 10.1. Names from `email` on are inferred; the reference breaks off before them. */
export const customerRecord = record({
  id,
  code: text,
  accountId: integer,
  createDate: text,
  firstName: text,
  lastName: text,
  organizationName: text,
  email: text,
  phone: text,
  homePhone: text,
  workPhone: text,
  cellPhone: text,
  street1: text,
  street2: text,
  city: text,
  state: text,
  zipCode: text,
  countryCode: text,
  isActive: flag,
  balance: integer,
});
export type CustomerRecord = z.output<typeof customerRecord>;

/** Contract 10.2, without the fields that nothing is made of. Amounts are whole cents. */
export const transactionRecord = record({
  id,
  code: text,
  customerId: reference,
  createDate: text,
  dueDate: text,
  type: typeCode,
  amount: integer,
  balance: integer,
  taxAmount: integer,
  note: text,
  creatorCode: text,
  subscriptionId: reference,
});
export type TransactionRecord = z.output<typeof transactionRecord>;

/** Contract 10.7. */
export const planRecord = record({
  id,
  code: text,
  accountId: integer,
  name: text,
  billingCycleType: typeCode,
  amount: integer,
});
export type PlanRecord = z.output<typeof planRecord>;

/** Contract 10.8. */
export const taxRecord = record({
  id,
  code: text,
  createDate: text,
  countryCode: typeCode,
  value: integer,
  description: text,
  effectiveDate: text,
  isActive: flag,
});
export type TaxRecord = z.output<typeof taxRecord>;

/** A server-assigned id as the backend writes it. Longs pass the safe integers of a double, so ids are text everywhere (2.6). */
export function isLong(sent: string): boolean {
  return /^[1-9]\d{0,18}$/.test(sent);
}

/**
 * The records of an answer. The JSON shape of lists is not documented (2.5, A3): a bare array, an object whose one array holds
 * them, a lone object, or nothing at all. Throws for what is none of these.
 */
export function rowsOf(json: unknown): readonly unknown[] {
  if (json === undefined || json === null) return [];
  if (Array.isArray(json)) return json;
  // A warning may accompany a success (3.1, W); it is no row.
  const { failureCode: _code, failureMessage: _message, ...sent } = z.record(z.string(), z.unknown()).parse(json);
  if ("id" in sent) return [sent];
  const members = Object.values(sent);
  const lists = members.filter(Array.isArray);
  if (lists.length === 1 && lists[0]) return lists[0];
  if (members.length === 0) return [];
  throw new TypeError("neither a record nor a list of records");
}

/** Whether the answer shows a record or a list, be it an empty one; nothing at all ("", null, {}) shows neither. */
export function showsRows(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  return "id" in json || Array.isArray(json) || Object.values(json).some(Array.isArray);
}

function isRecord(sent: unknown): boolean {
  return typeof sent === "object" && sent !== null && !Array.isArray(sent);
}

/** The calendar date in "yyyy-MM-dd" or "yyyy-MM-dd HH:mm:ss" (2.6, quirk 11: both occur in one field); null for what is none. */
export function calendarDate(sent: string | null): string | null {
  const date = /^(\d{4}-\d{2}-\d{2})(?:[ T]|$)/.exec(sent ?? "")?.[1];
  return date !== undefined && exists(date) ? date : null;
}

/** Whether the calendar has a day that is written yyyy-MM-dd. */
const exists = memoised((date) => {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
});

/**
 * The instant in the same forms, RFC 3339 in UTC; null for what is none.
 * Guess: the server's clock is UTC; the reference names no zone (2.6, A16).
 */
export function instant(sent: string | null): string | null {
  const date = calendarDate(sent);
  if (date === null || sent === null) return null;
  const time = /^.{10}[ T](\d{2}:\d{2}:\d{2})/.exec(sent)?.[1] ?? (sent.length === 10 ? "00:00:00" : null);
  const parsed = new Date(`${date}T${time}Z`);
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString();
}

/** Keys whose values are credentials, payment data or identity documents, wherever in a record they stand (10.1 to 10.5). */
const secretKey =
  /passw|secret|token|auth|api.?key|bank|routing|iban|card|csc|cvv|account.?(number|data|accessory)|holder|expir|licen[cs]e|ssn|social.?security/i;

const withoutSecrets = createRedaction((key) => secretKey.test(key));
