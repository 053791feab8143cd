import type { Address } from "../model/model.ts";
import { comparableText } from "./text.ts";

/** When two customers are in the same place. Pure. */

/** A country or a state that one of the two does not tell is no difference: the rest of the address says which one it is. */
export function isSameAddress(left: Address, right: Address): boolean {
  return (
    comparableText(left.lines.join(" ")) === comparableText(right.lines.join(" ")) &&
    comparableText(left.city ?? "") === comparableText(right.city ?? "") &&
    comparablePostcode(left.postalCode) === comparablePostcode(right.postalCode) &&
    isSameOrUntold(left.state, right.state, comparableText) &&
    isSameCountry(left.country, right.country)
  );
}

/** Codes and English names of the same country are the same; so is one that is not told. */
export function isSameCountry(left: string | null, right: string | null): boolean {
  return isSameOrUntold(left, right, comparableCountry);
}

/** A country's code; what is neither code nor English name of one, as a text. Null for none. */
export function comparableCountry(country: string | null): string | null {
  return country?.trim() ? (countryCode(country) ?? comparableText(country)) : null;
}

/** The code of two letters of a country that is written as a code or by its English name; null for anything else. */
export function countryCode(text: string): string | null {
  const written = text.trim();
  if (/^[A-Za-z]{2}$/.test(written)) return currentCode(written.toUpperCase());
  return countryCodes().get(comparableText(written)) ?? null;
}

function isSameOrUntold(left: string | null, right: string | null, comparable: (text: string) => string | null): boolean {
  return !left?.trim() || !right?.trim() || comparable(left) === comparable(right);
}

/** "EC1A 1BB" and "ec1a1bb": in upper case, letters and digits only. */
export function comparablePostcode(postcode: string | null): string | null {
  const code = (postcode ?? "")
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  return code === "" ? null : code;
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
