import {
  flag,
  isNothing,
  isRow,
  oncePerRow,
  type ReadField,
  type Row,
  recordReader,
  rowIn,
  text,
} from "../../adapter/kit/reading.ts";
import { instantAt, isCalendarDate, isClockForm, shiftDate, spanAt } from "../../model/zones.ts";
import { publishable } from "./fields.ts";
import { type ListedRecords, recordsIn } from "./list-shapes.ts";

/**
 * Decodes v01's answers. The JSON form of scalars is not documented (every sample shows ""), so each field takes a number or its text,
 * and is null where it is absent, empty or of another form. Only a record without an id is not understood.
 */

function integer(sent: unknown): bigint | null {
  if (Number.isSafeInteger(sent)) return BigInt(sent as number);
  const written = text(sent);
  return written !== null && /^-?\d{1,19}$/.test(written) ? BigInt(written) : null;
}

function reference(sent: unknown): string | null {
  const written = text(sent);
  return written !== null && isLong(written) ? written : null;
}

function typeCode(sent: unknown): string | null {
  return text(sent)?.toUpperCase() ?? null;
}

function id(sent: unknown): string {
  const written = text(sent);
  if (written === null || !/^\d{1,19}$/.test(written)) throw new TypeError("an id was expected");
  return written;
}

/** Decodes a record. Throws for any other value. */
export interface Reader<Row> {
  readonly parse: (sent: unknown) => Row;
}

/** Decodes the fields of a record, and keeps it without secrets as `raw`. */
function record<Shape extends Readonly<Record<string, ReadField<unknown>>>>(shape: Shape) {
  const fields = recordReader(shape);
  const parsed = oncePerRow((row: Row) => ({ ...fields.parse(row), raw: publishable(row) }));
  return { parse: (sent: unknown) => parsed(rowIn(sent)) };
}

/** Contract 10.1. Names from `email` on are inferred: the reference breaks off before them. */
export const customerRow = record({
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
export type CustomerRow = ReturnType<typeof customerRow.parse>;

/** Contract 10.2, the fields that the mapping uses. Amounts are whole cents. */
export const transactionRow = record({
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
export type TransactionRow = ReturnType<typeof transactionRow.parse>;

/** Contract 10.7. */
export const planRow = record({
  id,
  code: text,
  accountId: integer,
  name: text,
  billingCycleType: typeCode,
  amount: integer,
  isActive: flag,
});
export type PlanRow = ReturnType<typeof planRow.parse>;

/** Contract 10.8. */
export const taxRow = record({
  id,
  code: text,
  createDate: text,
  countryCode: typeCode,
  value: integer,
  description: text,
  effectiveDate: text,
  isActive: flag,
});
export type TaxRow = ReturnType<typeof taxRow.parse>;

/** Whether a text is a server-assigned id. Longs exceed the safe integers of a double, so ids are text everywhere (2.6). */
export function isLong(sent: string): boolean {
  return /^[1-9]\d{0,18}$/.test(sent);
}

/** The records of an answer, in any of the shapes of list-shapes.ts (2.5, A3, 18). Throws for any other. */
export function rowsOf(json: unknown, offset = 0): ListedRecords {
  // A warning may accompany a success (3.1, W); it is not a row.
  const { failureCode: _code, failureMessage: _message, ...sent } = isRow(json) ? json : {};
  return recordsIn(isRow(json) ? sent : json, (row) => "id" in row, offset);
}

/** The day of "yyyy-MM-dd" or "yyyy-MM-dd HH:mm:ss" (2.6, quirk 11: both occur in one field); null for any other text. */
export function calendarDate(sent: string | null): string | null {
  if (sent === null || !/^\d{4}-\d{2}-\d{2}(?:[ T]|$)/.test(sent)) return null;
  const date = sent.slice(0, dayEnd);
  return isCalendarDate(date) ? date : null;
}

const dayEnd = "yyyy-MM-dd".length;
const clockEnd = "yyyy-MM-dd HH:mm:ss".length;

/** Whether a date is understood or empty. Any other text is reported as not understood. */
export function isDateOrNothing(sent: string | null): boolean {
  return clockOf(sent) !== null || isNothing(sent);
}

/** The instant of the same forms, RFC 3339 in UTC; null for any other text. @param timeZone configured, as the reference names none (2.6) */
export function instant(sent: string | null, timeZone: string): string | null {
  const written = clockOf(sent);
  return written && instantAt(written, timeZone);
}

/**
 * The first and last instant (milliseconds since 1970) that a date may mean; null for any other text. A date without a time (quirk 11), or
 * at midnight, means its whole day; an hour that comes twice, when clocks are set back, means both.
 */
export function spanOf(sent: string | null, timeZone: string): { readonly earliest: number; readonly latest: number } | null {
  const written = clockOf(sent);
  if (written === null) return null;
  const span = spanAt(written, timeZone);
  const latest = tellsDayOnly(written) ? spanAt(`${written.slice(0, dayEnd)} 23:59:59`, timeZone) : span;
  return span && latest && { earliest: span.first, latest: latest.last };
}

/** Whether a date has no time, or midnight in its place (quirk 11). */
function tellsDayOnly(sent: string): boolean {
  return sent.length === dayEnd || sent.slice(dayEnd + 1, clockEnd) === "00:00:00";
}

/** A day with its time to the second, or the day alone; null for any other text. */
function clockOf(sent: string | null): string | null {
  const date = calendarDate(sent);
  if (date === null || sent === null || sent.length === dayEnd) return date;
  if (sent.length === clockEnd && sent.charAt(dayEnd) === " " && isClockForm(sent)) return sent;
  const clock = sent.slice(dayEnd + 1, clockEnd);
  if (clock === "24:00:00") return shiftDate(date, { days: 1 });
  return isClockForm(`${date} ${clock}`) ? `${date} ${clock}` : null;
}
