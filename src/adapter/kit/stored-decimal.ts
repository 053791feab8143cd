import { canonicalDecimal, fromMinorUnits, plainDecimal, toMinorUnits } from "../../billing/money.ts";

/** What is the same amount once a backend has stored it: rounded to fewer decimals, or cut there. Pure. */

/**
 * True when `stored` is what a backend may have made of `sent`.
 *
 * @param leastPlaces so many decimals every backend keeps: those of the currency's minor unit
 */
export function isStoredDecimal(sent: string, stored: string, leastPlaces: number): boolean {
  const shown = canonicalDecimal(stored);
  if (canonicalDecimal(sent) === shown) return true;
  const plain = plainDecimal(sent);
  const places = plain.split(".")[1]?.length ?? 0;
  const units = BigInt(toMinorUnits(plain, places) ?? 0);
  for (let kept = leastPlaces; kept < places; kept += 1) {
    const divisor = 10n ** BigInt(places - kept);
    const cut = units / divisor;
    const rest = units % divisor;
    const rounded = 2n * (rest < 0n ? -rest : rest) >= divisor ? cut + (units < 0n ? -1n : 1n) : cut;
    if ([cut, rounded].some((value) => canonicalDecimal(fromMinorUnits(value, kept)) === shown)) return true;
  }
  return false;
}
