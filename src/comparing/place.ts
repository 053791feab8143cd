import type { Address } from "../model/model.ts";
import { comparableText } from "./text.ts";

/** Compares addresses and countries of customers. Pure. */

/** A missing country or state is no difference: the rest of the address says which one it is. */
export function isSameAddress(left: Address, right: Address): boolean {
  return (
    comparableText(left.lines.join(" ")) === comparableText(right.lines.join(" ")) &&
    comparableText(left.city ?? "") === comparableText(right.city ?? "") &&
    comparablePostcode(left.postalCode) === comparablePostcode(right.postalCode) &&
    isSameOrUntold(left.state, right.state, comparableText) &&
    isSameCountry(left.country, right.country)
  );
}

/** A code and an English name of one country are the same. A missing country equals any. */
export function isSameCountry(left: string | null, right: string | null): boolean {
  return isSameOrUntold(left, right, comparableCountry);
}

/** The code of a country; anything that is neither a code nor an English name is kept as a text. Null for none. */
export function comparableCountry(country: string | null): string | null {
  return country?.trim() ? (countryCode(country) ?? comparableText(country)) : null;
}

/** The two-letter code of a country that is given by its code or English name; null for anything else. */
export function countryCode(text: string): string | null {
  const written = text.trim();
  if (/^[A-Za-z]{2}$/.test(written)) return currentCode(written.toUpperCase());
  return countryCodes().get(comparableText(written)) ?? null;
}

function isSameOrUntold(left: string | null, right: string | null, comparable: (text: string) => string | null): boolean {
  return !left?.trim() || !right?.trim() || comparable(left) === comparable(right);
}

/** Upper case, letters and digits only: "ec1a 1bb" becomes "EC1A1BB". */
export function comparablePostcode(postcode: string | null): string | null {
  const code = (postcode ?? "")
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  return code === "" ? null : code;
}

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
let codesByName: ReadonlyMap<string, string> | null = null;

/** Codes by English name, for every code that the platform's CLDR data names. */
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

/** Replaces withdrawn codes and aliases by the current code: "UK" by "GB", and "DD", which is also called Germany, by "DE". */
function currentCode(code: string): string {
  return new Intl.Locale(`und-${code}`).region ?? code;
}
