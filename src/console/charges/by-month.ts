import type { ChargeStatus, CurrencyCode, Decimal } from "../../client/index.ts";
import { isZero } from "../format.ts";

/** Sums charges by month and currency. Exact: whole numbers of the smallest unit, never floating point. */

interface Amount {
  readonly amount: Decimal;
  readonly currency: CurrencyCode;
}

export interface SummableCharge {
  readonly date: string | null;
  readonly status: ChargeStatus;
  readonly amount: Amount | null;
  readonly total: Amount | null;
}

export interface ChargesByMonth {
  /** In the order of their first appearance. */
  readonly currencies: readonly CurrencyCode[];
  /** Each with one sum for each currency, in the same order. */
  readonly months: readonly Month[];
}

/** One month of a chart. */
export interface Month {
  /** "2026-11" */
  readonly month: string;
  /** One for each series of bars, in the same order. */
  readonly sums: readonly Amount[];
}

/**
 * Sums what was charged in each month, with taxes where they are known. Leaves out charges without a day or a price, and charges
 * that were voided or archived.
 * @param months "2026-11" each; months without charges get sums of 0
 */
export function sumByMonth(charges: readonly SummableCharge[], months: readonly string[]): ChargesByMonth {
  const counted = charges.flatMap(({ date, status, amount, total }) => {
    const charged = total ?? amount;
    const month = date?.slice(0, 7);
    if (!charged || month === undefined || !months.includes(month) || status === "VOIDED" || status === "ARCHIVED") return [];
    return [{ month, ...charged }];
  });
  const currencies = [...new Set(counted.map(({ currency }) => currency))];
  const sumOf = (month: string, currency: CurrencyCode): Amount => {
    const amounts = counted.filter((each) => each.month === month && each.currency === currency).map(({ amount }) => amount);
    return { amount: sumDecimals(amounts), currency };
  };
  return { currencies, months: months.map((month) => ({ month, sums: currencies.map((currency) => sumOf(month, currency)) })) };
}

/** The exact sum: "0.1" and "0.2" → "0.3". The sum of nothing is "0". */
export function sumDecimals(values: readonly Decimal[]): Decimal {
  const digits = Math.max(0, ...values.map((value) => value.split(".")[1]?.length ?? 0));
  const total = values.reduce((sum, value) => sum + unitsOf(value, digits), 0n);
  const sign = total < 0n ? "-" : "";
  const text = String(total < 0n ? -total : total).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${sign}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ""}` as Decimal;
}

/** Compares exactly, for sorting: negative when `left` is less. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const difference = sumDecimals([left, (right.startsWith("-") ? right.slice(1) : `-${right}`) as Decimal]);
  return isZero(difference) ? 0 : difference.startsWith("-") ? -1 : 1;
}

/** "-1.5" with 2 digits → -150n. */
function unitsOf(value: Decimal, digits: number): bigint {
  const [whole = "0", fraction = ""] = value.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(digits, "0"));
  return value.startsWith("-") ? -units : units;
}

/**
 * The last `count` months, oldest first, ending with the month of `today`.
 * @param today "2026-11-21"
 */
export function lastMonths(today: string, count: number): string[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - count + index, 1)).toISOString().slice(0, 7),
  );
}
