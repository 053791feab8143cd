import { Decimal } from "decimal.js";
import type { Money } from "./model.ts";

// A Decimal of our own: enough digits that no sum or product of billing amounts is ever rounded, and no exponents in output.
const Exact = Decimal.clone({ precision: 300, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15 });

/** The parts of a decimal number: its sign, the digits before and after the dot, and a power of ten. */
const decimalPattern = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The usual amount: what a match of the other pattern allocates is most of what reading it costs. */
const plainPattern = /^\d+(?:\.\d+)?$/;

/** A number without its dot: ±digits × 10^-places. */
interface Notation {
  readonly isNegative: boolean;
  /** At least one more digit than `places`. */
  readonly digits: string;
  /** The decimals as written; of a number with an exponent, those that its value needs. */
  readonly places: number;
}

/** True for text that is a finite decimal number, e.g. "19.99", "-1e-3". */
export function isDecimal(text: string): boolean {
  return decimalPattern.test(text.trim());
}

/** Throws RangeError if it is no decimal number. It reads digits instead of computing, which is many times faster. */
function read(text: string): Notation {
  if (plainPattern.test(text)) {
    const dot = text.indexOf(".");
    if (dot === -1) return { isNegative: false, digits: text, places: 0 };
    return { isNegative: false, digits: text.slice(0, dot) + text.slice(dot + 1), places: text.length - dot - 1 };
  }
  const found = decimalPattern.exec(text.trim());
  if (!found) throw new RangeError("not a decimal number");
  const [, sign, whole = "", decimals = "", exponent] = found;
  const notation = { isNegative: sign === "-", digits: whole + decimals, places: decimals.length };
  if (exponent === undefined) return whole === "" ? { ...notation, digits: `0${decimals}` } : notation;
  const shifted = shift(notation, Number(exponent));
  return shift(shifted, 0, neededPlaces(shifted));
}

/** The number times a power of ten. @param kept the decimals that it then has; dropped ones must be zeros */
function shift({ isNegative, digits, places }: Notation, exponent: number, kept = Math.max(0, places - exponent)): Notation {
  const length = digits.length - places + exponent + kept;
  const shifted = digits.padEnd(length, "0").slice(0, length);
  return { isNegative, digits: shifted.padStart(kept + 1, "0"), places: kept };
}

/** The number of decimals without trailing zeros. */
function neededPlaces({ digits, places }: Notation): number {
  let needed = places;
  while (needed > 0 && digits.charCodeAt(digits.length - 1 - places + needed) === zeroCode) needed -= 1;
  return needed;
}

const zeroCode = 0x30;

/** Plain notation with at least `leastPlaces` decimals, and never fewer than the value needs. Zero has no sign. */
function print(notation: Notation, leastPlaces: number): string {
  const { isNegative, digits, places } = notation;
  const shown = Math.max(leastPlaces, neededPlaces(notation));
  const split = digits.length - places;
  const whole =
    digits.charCodeAt(0) === zeroCode && split > 1 ? digits.slice(0, split).replace(/^0+(?=\d)/, "") : digits.slice(0, split);
  const decimals = digits.slice(split, split + shown).padEnd(shown, "0");
  const text = shown === 0 ? whole : `${whole}.${decimals}`;
  return isNegative && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Plain notation with the same value and the decimals as written: "1e1" → "10", "12.50" → "12.50". */
export function plainDecimal(text: string): string {
  const notation = read(text);
  return print(notation, notation.places);
}

/** The value without trailing zeros: "12.50" → "12.5", "-0.00" → "0". The canonical form for comparing and hashing. */
export function canonicalDecimal(text: string): string {
  return /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(text) ? text : print(read(text), 0);
}

/** At least `places` decimals, never fewer than the value has: ("12.5", 2) → "12.50", ("0.005", 2) → "0.005". */
export function atLeastPlaces(text: string, places: number): string {
  // The usual amounts, "19.99" and "20", need neither reading nor printing.
  if (/^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) {
    const dot = text.indexOf(".");
    const missing = places - (dot === -1 ? 0 : text.length - dot - 1);
    if (missing === 0) return text;
    if (missing > 0) return `${text}${dot === -1 ? "." : ""}${"0".repeat(missing)}`;
  }
  return print(read(text), places);
}

/**
 * A JSON double as decimal text. Backends that compute with IEEE doubles answer 59.849999999999994 for 59.85. A double holds 15
 * significant digits reliably; digits after those are noise.
 */
export function decimalFromDouble(text: string): string {
  return text.length <= doubleDigits ? canonicalDecimal(text) : new Exact(text).toSignificantDigits(doubleDigits).toFixed();
}

const doubleDigits = 15;

/** Integer minor units → decimal: (1999, 2) → "19.99". `minor` is a number, bigint or integer text of either sign. */
export function fromMinorUnits(minor: string | number | bigint, scale: number): string {
  const written = String(minor);
  if (scale > 0 && /^(?:0|[1-9]\d*)$/.test(written)) {
    const digits = written.padStart(scale + 1, "0");
    return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  }
  const notation = read(written);
  if (neededPlaces(notation) > 0) throw new RangeError("minor units must be an integer");
  return print(shift(notation, -scale), scale);
}

/** Decimal → integer minor units as text: ("19.99", 2) → "1999"; null if the value has more decimals than that. */
export function toMinorUnits(amount: string, scale: number): string | null {
  const notation = read(amount);
  return neededPlaces(notation) > scale ? null : print(shift(notation, scale), 0);
}

/** The exact sum, with the decimals of the most precise addend as written: ("12.50", "1") → "13.50". */
export function addDecimals(...amounts: readonly string[]): string {
  const sum = amounts.reduce((total, amount) => total.plus(amount), new Exact(0));
  return sum.toFixed(Math.max(0, ...amounts.map((amount) => read(amount).places)));
}

export function subtractDecimals(left: string, right: string): string {
  return addDecimals(left, negate(right));
}

export function multiplyDecimals(left: string, right: string): string {
  return new Exact(left).times(right).toFixed();
}

/** "12.50" → "-12.50"; zero has no sign. */
export function negate(amount: string): string {
  const notation = read(amount);
  return print({ ...notation, isNegative: !notation.isNegative }, notation.places);
}

/** The same as `compareDecimals(amount, "0") < 0`, without making objects: it is asked of each charge of a list. */
export function isBelowZero(amount: string): boolean {
  if (plainPattern.test(amount)) return false;
  const { isNegative, digits } = read(amount);
  return isNegative && /[1-9]/.test(digits);
}

/** -1, 0 or 1. */
export function compareDecimals(left: string, right: string): number {
  return new Exact(left).comparedTo(right);
}

/** Rounds half away from zero, or cuts off: ("19.995", 2, "round") → "20.00", ("19.999", 2, "cut") → "19.99". */
export function toPlaces(amount: string, places: number, how: "round" | "cut"): string {
  return new Exact(amount).toFixed(places, how === "round" ? Decimal.ROUND_HALF_UP : Decimal.ROUND_DOWN);
}

/** An amount with at least the usual decimals of its currency: ("19.5", "EUR") → "19.50", ("5", "JPY") → "5". */
export function money(amount: string, currency: string): Money {
  return { amount: atLeastPlaces(amount, currencyPlaces(currency)), currency };
}

/** Adds two amounts of one currency; null if either is null or the currencies differ. */
export function addMoney(left: Money | null, right: Money | null): Money | null {
  if (left === null || right === null || left.currency !== right.currency) return null;
  return { amount: addDecimals(left.amount, right.amount), currency: left.currency };
}

/** ISO 4217 codes of funds, metals and tests, which the platform leaves out. */
const otherCodes = "BOV CHE CHW CLF COU MXV USN UYI UYW XAG XAU XBA XBB XBC XBD XPD XPT XTS XUA XXX";
const currencyCodes: ReadonlySet<string> = new Set([...Intl.supportedValuesOf("currency"), ...otherCodes.split(" ")]);

/** Whether a text is an ISO 4217 code in capitals: those that the scalar CurrencyCode takes. */
export function isCurrencyCode(text: string): boolean {
  return currencyCodes.has(text);
}

const placesByCurrency = new Map<string, number>();

/** The usual decimals of a currency, from the platform's ISO 4217 data; 2 for unknown codes. */
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
