import { foldText } from "../adapter/charge-order.ts";
import type { Address, Tax } from "../model/model.ts";
import { canonicalDecimal } from "../model/money.ts";

/** Whether two backends mean the same by what they write: spelling, case, white space and punctuation do not count. */

export function isSameText(left: string, right: string): boolean {
  return comparableText(left) === comparableText(right);
}

/** "Ada's  Bakery" and "ADA’S BAKERY": case, white space and the form of apostrophes and commas do not count. */
export function comparableText(text: string): string {
  return foldText(text)
    .replace(/[’‘`´]/g, "'")
    .replace(/[\s,;]+/g, " ")
    .trim();
}

/**
 * Digits alone count. A number without a country code is the same as one with it: country codes have one to three digits (ITU-T
 * E.164), and in most countries a zero takes their place at home (ITU-T E.123).
 */
export function isSamePhone(left: string, right: string): boolean {
  const [one, other] = [internationalDigits(left), internationalDigits(right)];
  if (one.digits === other.digits) return true;
  if (one.isInternational === other.isInternational) return false;
  const [abroad, home] = one.isInternational ? [one.digits, other.digits] : [other.digits, one.digits];
  return [home, home.replace(/^0/, "")].some((national) => {
    const code = abroad.length - national.length;
    return national.length >= shortestNational && code >= 1 && code <= 3 && abroad.endsWith(national);
  });
}

/** Fewer digits are an extension or a short code, which many numbers end with. */
const shortestNational = 6;

function internationalDigits(phone: string): { readonly digits: string; readonly isInternational: boolean } {
  // "+44 (0)20 …": the zero in parentheses is the one for calls at home.
  const written = phone.normalize("NFKC").trim();
  const digits = written.replace(/^(\+|00)(.*?)\(0\)/, "$1$2").replace(/\D/g, "");
  if (written.startsWith("+")) return { digits, isInternational: true };
  return digits.startsWith("00") ? { digits: digits.slice(2), isInternational: true } : { digits, isInternational: false };
}

/** A country or a state that one of the two does not tell is no difference: the rest of the address says which one it is. */
export function isSameAddress(left: Address, right: Address): boolean {
  return (
    comparableText(left.lines.join(" ")) === comparableText(right.lines.join(" ")) &&
    comparableText(left.city ?? "") === comparableText(right.city ?? "") &&
    comparablePostalCode(left.postalCode) === comparablePostalCode(right.postalCode) &&
    isSameOrUntold(left.state, right.state, comparableText) &&
    isSameCountry(left.country, right.country)
  );
}

/** Codes and English names of the same country are the same; so is one that is not told. */
export function isSameCountry(left: string | null, right: string | null): boolean {
  return isSameOrUntold(left, right, (text) => countryCode(text) ?? comparableText(text));
}

/** The code of two letters of a country that is written as a code or by its English name; null for anything else. */
export function countryCode(text: string): string | null {
  const written = text.trim();
  if (/^[A-Za-z]{2}$/.test(written)) return currentCode(written.toUpperCase());
  return countryCodes().get(comparableText(written)) ?? null;
}

function isSameOrUntold(left: string | null, right: string | null, comparable: (text: string) => string): boolean {
  return !left?.trim() || !right?.trim() || comparable(left) === comparable(right);
}

/** "EC1A 1BB" and "ec1a1bb" */
function comparablePostalCode(code: string | null): string {
  return foldText(code ?? "").replace(/[\s-]/g, "");
}

/** Taxes of two backends are the same when they are called the same and take the same. */
export function isSameTaxes(left: readonly Tax[], right: readonly Tax[]): boolean {
  return comparableTaxes(left) === comparableTaxes(right);
}

function comparableTaxes(taxes: readonly Tax[]): string {
  const each = taxes.map(({ name, rate, fixedAmount }) => [
    comparableText(name),
    rate === null ? null : canonicalDecimal(rate),
    fixedAmount === null ? null : [canonicalDecimal(fixedAmount.amount), fixedAmount.currency],
  ]);
  return JSON.stringify(each.map((tax) => JSON.stringify(tax)).sort());
}

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
let codesByName: ReadonlyMap<string, string> | null = null;

/** The platform's CLDR data: every code that it has a name for. */
function countryCodes(): ReadonlyMap<string, string> {
  codesByName ??= new Map(
    letters.flatMap((first) =>
      letters.flatMap((second): [string, string][] => {
        const name = regionNames.of(first + second);
        return name === undefined ? [] : [[comparableText(name), currentCode(first + second)]];
      }),
    ),
  );
  return codesByName;
}

const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** Withdrawn and other codes stand for the country of today: "UK" is "GB", and "DD", which is called Germany as well, is "DE". */
function currentCode(code: string): string {
  return new Intl.Locale(`und-${code}`).region ?? code;
}
