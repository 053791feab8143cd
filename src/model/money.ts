import { Decimal } from "decimal.js";
import type { Money } from "./model.ts";

// A private constructor: enough digits that no sum or product of billing amounts is ever rounded, and no exponents in output.
const Exact = Decimal.clone({ precision: 300, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15 });

const decimalPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * How nearly all amounts are written. What is asked of one can then be read off its digits, which is many times faster than
 * computing; not of a negative zero, which has no sign in plain notation.
 */
const commonPattern = /^(?!-[0.]+$)-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** True for text that is a finite decimal number, e.g. "19.99", "-1e-3". */
export function isDecimal(text: string): boolean {
  return decimalPattern.test(text.trim());
}

/** Plain notation without changing the value or the number of decimals the source wrote: "1e1" → "10", "12.50" → "12.50". */
export function plainDecimal(text: string): string {
  const trimmed = text.trim();
  if (commonPattern.test(trimmed)) return trimmed;
  if (!decimalPattern.test(trimmed)) throw new RangeError("not a decimal number");
  return new Exact(trimmed).toFixed(writtenPlaces(trimmed));
}

/** Value without trailing zeros: "12.50" → "12.5", "-0.00" → "0". The canonical form for comparing and hashing. */
export function canonicalDecimal(text: string): string {
  const trimmed = text.trim();
  const common = withPlaces(trimmed, 0);
  if (common !== null) return common;
  const value = new Exact(trimmed);
  return value.isZero() ? "0" : value.toFixed();
}

/** At least `places` decimals, never fewer than the value has: ("12.5", 2) → "12.50", ("0.005", 2) → "0.005". */
export function atLeastPlaces(text: string, places: number): string {
  const common = withPlaces(text, places);
  if (common !== null) return common;
  const value = new Exact(text);
  return value.toFixed(Math.max(places, value.decimalPlaces()));
}

/** As atLeastPlaces, of a number that is written as usual; null for any other text. */
function withPlaces(text: string, places: number): string | null {
  if (!commonPattern.test(text)) return null;
  const dot = text.indexOf(".");
  if (dot === -1) return places === 0 ? text : `${text}.${"0".repeat(places)}`;
  let end = text.length;
  while (text.charCodeAt(end - 1) === zeroCode && end - dot - 1 > places) end -= 1;
  // Of a whole number without any decimals, the dot goes too.
  return end === dot + 1 ? text.slice(0, dot) : text.slice(0, end).padEnd(dot + 1 + places, "0");
}

const zeroCode = 0x30;

/**
 * A JSON double as decimal text. Backends that compute with IEEE doubles answer 59.849999999999994 for 59.85; a double holds
 * 15 significant digits for certain, so whatever stands behind them is noise of the representation.
 */
export function decimalFromDouble(text: string): string {
  const common = text.length <= doubleDigits ? withPlaces(text, 0) : null;
  if (common !== null) return common;
  const value = new Exact(text);
  return (value.precision() > doubleDigits ? value.toSignificantDigits(doubleDigits) : value).toFixed();
}

const doubleDigits = 15;

/** Integer minor units → decimal: (1999, 2) → "19.99". `minor` may be a number, bigint or integer text of either sign. */
export function fromMinorUnits(minor: string | number | bigint, scale: number): string {
  const written = String(minor);
  if (/^(?:0|-?[1-9]\d*)$/.test(written)) return placed(written, scale);
  const value = new Exact(minor);
  if (!value.isInteger()) throw new RangeError("minor units must be an integer");
  return value.div(new Exact(10).pow(scale)).toFixed(scale);
}

/** ("-5", 2) → "-0.05" */
function placed(integer: string, scale: number): string {
  if (scale === 0) return integer;
  const [sign, size] = integer.startsWith("-") ? ["-", integer.slice(1)] : ["", integer];
  const digits = size.padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Decimal → integer minor units as text: ("19.99", 2) → "1999"; null when the value has more decimals than fit. */
export function toMinorUnits(amount: string, scale: number): string | null {
  const value = new Exact(amount.trim()).times(new Exact(10).pow(scale));
  return value.isInteger() ? value.toFixed() : null;
}

/** Exact sum, with as many decimals as the most precise addend was written with: ("12.50", "1") → "13.50". */
export function addDecimals(...amounts: readonly string[]): string {
  const sum = amounts.reduce((total, amount) => total.plus(amount), new Exact(0));
  return sum.toFixed(Math.max(0, ...amounts.map(writtenPlaces)));
}

export function subtractDecimals(left: string, right: string): string {
  return addDecimals(left, negate(right));
}

export function multiplyDecimals(left: string, right: string): string {
  return new Exact(left).times(right).toFixed();
}

/** "12.50" → "-12.50"; zero has no sign. */
export function negate(amount: string): string {
  const value = new Exact(amount);
  return (value.isZero() ? value.abs() : value.negated()).toFixed(writtenPlaces(amount));
}

/** -1, 0 or 1. */
export function compareDecimals(left: string, right: string): number {
  return new Exact(left).comparedTo(right);
}

/** To that many decimals, half away from zero or cut off: ("19.995", 2, "round") → "20.00", ("19.999", 2, "cut") → "19.99". */
export function toPlaces(amount: string, places: number, how: "round" | "cut"): string {
  return new Exact(amount).toFixed(places, how === "round" ? Decimal.ROUND_HALF_UP : Decimal.ROUND_DOWN);
}

/** An amount in a currency, written with at least that currency's usual decimals: ("19.5", "EUR") → "19.50", ("5", "JPY") → "5". */
export function money(amount: string, currency: string): Money {
  return { amount: atLeastPlaces(amount, currencyPlaces(currency)), currency };
}

/** Adds two amounts of one currency; null when either is null or the currencies differ. */
export function addMoney(left: Money | null, right: Money | null): Money | null {
  if (left === null || right === null || left.currency !== right.currency) return null;
  return { amount: addDecimals(left.amount, right.amount), currency: left.currency };
}

const placesByCurrency = new Map<string, number>();

/** Usual decimals of a currency, from the platform's ISO 4217 data; 2 for codes that it does not know. */
export function currencyPlaces(currency: string): number {
  let places = placesByCurrency.get(currency);
  if (places === undefined) {
    places = /^[A-Z]{3}$/.test(currency)
      ? (new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2)
      : 2;
    placesByCurrency.set(currency, places);
  }
  return places;
}

function writtenPlaces(text: string): number {
  return Math.max(/\.(\d*)$/.exec(text.trim())?.[1]?.length ?? 0, new Exact(text).decimalPlaces());
}
