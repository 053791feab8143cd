import type { ChargeRunTotalDetailsFragment, CurrencyCode, Decimal } from "../../client/index.ts";
import { sumDecimals } from "../charges/by-month.ts";

/** Exact sums of runs. */

export interface CurrencySum {
  readonly currency: CurrencyCode;
  readonly amount: Decimal;
}

/** Sums over all backends, by currency, in the order of the currencies. */
export function byCurrency(totals: readonly ChargeRunTotalDetailsFragment[]): readonly CurrencySum[] {
  return [...Map.groupBy(totals, ({ currency }) => currency)]
    .map(([currency, of]) => ({ currency: currency as CurrencyCode, amount: sumDecimals(of.map(({ amount }) => amount)) }))
    .sort((left, right) => (left.currency < right.currency ? -1 : 1));
}

/** Subtracts exactly: "12.50" and "10" → "2.50". */
export function differenceOf(later: Decimal, earlier: Decimal): Decimal {
  const negative = earlier.startsWith("-") ? earlier.slice(1) : `-${earlier}`;
  return sumDecimals([later, negative as Decimal]);
}

/** True if the text is this amount, with or without separators: "1,240.5" for "1240.50". */
export function isTyped(text: string, amount: Decimal): boolean {
  const typed = text.replace(/[\s'’_]/g, "");
  return [typed.replaceAll(",", ""), typed.replaceAll(".", "").replace(",", ".")].some(
    (each) => /^-?\d+(\.\d+)?$/.test(each) && isZero(differenceOf(each as Decimal, amount)),
  );
}

const isZero = (amount: Decimal): boolean => /^-?[0.]+$/.test(amount);

/** The month of a run: from its name, or else the month in which it was made. "Copier 2026-11" → "2026-11". */
export function monthOf({ name, createdAt }: { readonly name: string; readonly createdAt: string }): string {
  return /(?<!\d)\d{4}-(0[1-9]|1[0-2])(?!\d)/.exec(name)?.[0] ?? createdAt.slice(0, 7);
}
