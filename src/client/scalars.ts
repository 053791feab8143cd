/**
 * The schema's scalars as TypeScript sees them. All are strings on the wire. Template-literal types, and not branded ones: a value
 * written in the code ("19.99", "2026-11-21", "EUR") is checked by the compiler and needs no call, while an unchecked string, say
 * of a form's field, is refused until a guard of this file has looked at it. The server has the last word on every value.
 */

/** An exact decimal number: "19.99". Intl.NumberFormat.format takes it as it is, without a detour over floating point. */
export type Decimal = `${number}`;

/** A calendar day: "2026-11-21". */
export type CalendarDate = `${number}-${number}-${number}`;

/** An instant as an RFC 3339 time, in UTC when the gateway wrote it: "2026-11-21T09:30:00.000Z". */
export type Instant = `${CalendarDate}T${string}`;

/**
 * An ISO 4217 code: "EUR". Not a union of today's codes: ISO amends its lists, and a front end built last year has to show what
 * the gateway sends this year.
 */
export type CurrencyCode = Uppercase<string>;

/** An ISO 3166-1 alpha-2 code: "DE". */
export type CountryCode = Uppercase<string>;

/** True for what the gateway takes as an exact decimal number. */
export function isDecimal(text: string): text is Decimal {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** True for a day of the calendar: "2026-02-30" is none. */
export function isCalendarDate(text: string): text is CalendarDate {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

/** True for three capital letters. */
export function isCurrencyCode(text: string): text is CurrencyCode {
  return /^[A-Z]{3}$/.test(text);
}

/** True for two capital letters. */
export function isCountryCode(text: string): text is CountryCode {
  return /^[A-Z]{2}$/.test(text);
}

/** The instant of a Date. Throws a RangeError for an invalid one. */
export function instantOf(date: Date): Instant {
  return date.toISOString() as Instant;
}
