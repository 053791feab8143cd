/**
 * The schema's scalars as TypeScript types. All are strings on the wire. They are template-literal types, not branded ones: the
 * compiler checks a value written in code ("19.99", "2026-11-21", "EUR") without a call, and refuses an unchecked string, for
 * example from a form, until a guard of this file has checked it. The server validates every value.
 */

/**
 * An exact decimal number: "19.99". Intl.NumberFormat.format takes the string and stays exact, with `maximumFractionDigits: 20`: a
 * currency's usual digits would round "0.0125".
 */
export type Decimal = `${number}`;

/** A calendar day: "2026-11-21". */
export type CalendarDate = `${number}-${number}-${number}`;

/** An RFC 3339 time: "2026-11-21T09:30:00.000Z". The gateway always writes UTC. */
export type Instant = `${CalendarDate}T${string}`;

/**
 * An ISO 4217 code: "EUR". Not a union of today's codes: ISO changes its list, and a front end built last year has to show what
 * the gateway sends this year.
 */
export type CurrencyCode = Uppercase<string>;

/** An ISO 3166-1 alpha-2 code: "DE". */
export type CountryCode = Uppercase<string>;

/** True if the gateway takes the text as an exact decimal number. */
export function isDecimal(text: string): text is Decimal {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** True for a day that exists: not "2026-02-30". */
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
