import { canonicalDecimal, compareDecimals, currencyPlaces, isDecimal, toPlaces } from "../../model/money.ts";

/**
 * Whether a backend may store one amount as another: the same value, or rounded or cut at the currency's minor unit, or behind it where the
 * backend's column ends. Pure, without floating point.
 *
 * @param stored null where the backend shows none
 * @param currency ISO 4217
 */
export function isStoredAmount(sent: string, stored: string | null | undefined, currency: string): boolean {
  return isStoredDecimal(sent, stored, currencyPlaces(currency));
}

/** The same for a number without a currency (a rate, a quantity), of which a backend keeps at least `fewestPlaces` decimals. */
export function isStoredDecimal(sent: string, stored: string | null | undefined, fewestPlaces: number): boolean {
  if (stored == null || !isDecimal(sent) || !isDecimal(stored)) return false;
  if (compareDecimals(sent, stored) === 0) return true;
  // Rounding half to even, or half down, gives one of these two as well.
  for (let places = fewestPlaces; places < placesOf(sent); places += 1) {
    if ((["round", "cut"] as const).some((how) => compareDecimals(toPlaces(sent, places, how), stored) === 0)) return true;
  }
  return false;
}

/** The number of decimals, without trailing zeros. */
function placesOf(amount: string): number {
  return canonicalDecimal(amount).split(".")[1]?.length ?? 0;
}
