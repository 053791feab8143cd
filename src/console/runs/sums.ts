import type { ChargeRunSummaryFragment, ChargeRunTotalDetailsFragment, CurrencyCode, Decimal } from "../../client/index.ts";
import { type Month, sumDecimals } from "../charges/by-month.ts";

/** Exact sums of runs. */

interface CurrencySum {
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
function differenceOf(later: Decimal, earlier: Decimal): Decimal {
  const negative = earlier.startsWith("-") ? earlier.slice(1) : `-${earlier}`;
  return sumDecimals([later, negative as Decimal]);
}

/** An amount as people write it. Separators stand before groups of three, so that 1.50 is never 150. */
const writtenForms: readonly (readonly [form: RegExp, group: RegExp, decimal: string])[] = [
  [/^-?(?:\d+|\d{1,3}(?:[ ,'’_]\d{3})+)(?:\.\d+)?$/, /[ ,'’_]/g, "."],
  [/^-?(?:\d+|\d{1,3}(?:[ .'’_]\d{3})+)(?:,\d+)?$/, /[ .'’_]/g, ","],
];

/** True if the text is this amount, with or without separators: "1,240.5" and "1.240,50" for "1240.50". */
export function isTyped(text: string, amount: Decimal): boolean {
  const typed = text.trim().replace(/\s/g, " ");
  return writtenForms.some(([form, group, decimal]) => {
    const plain = typed.replace(group, "").replace(decimal, ".");
    return form.test(typed) && isZero(differenceOf(plain as Decimal, amount));
  });
}

const isZero = (amount: Decimal): boolean => /^-?[0.]+$/.test(amount);

const months = [
  ["january", "jan"],
  ["february", "feb"],
  ["march", "mar"],
  ["april", "apr"],
  ["may", "may"],
  ["june", "jun"],
  ["july", "jul"],
  ["august", "aug"],
  ["september", "sept?"],
  ["october", "oct"],
  ["november", "nov"],
  ["december", "dec"],
] as const;
const named = months.map((names) => `(${names.join("|")})`).join("|");
const inWords = new RegExp(`(?<!\\p{L})(?:${named})\\.?[-_ ,]*(?:\\d{1,2},? )?['’]?(?<year>\\d{4}|\\d{2})(?!\\d)`, "iu");
const atEnd = new RegExp(`(?<!\\p{L})(?:${months.map(([full]) => `(${full})`).join("|")})\\)?$`, "iu");
const yearFirst = /(?<!\d)(?<year>\d{4})[-/. ]?(?<month>0[1-9]|1[0-2])(?:[-/.]?(?:0[1-9]|[12]\d|3[01]))?(?!\d)/;
const yearLast = /(?<!\d)(?<month>0?[1-9]|1[0-2])[-/.](?<year>\d{4})(?!\d)/;

/**
 * The month of a run: from its name, written as the gateway knows it for the run's series, or else the month in which it was made.
 * "Copier 2026-11", "Copier Nov. 2026" → "2026-11".
 */
export function monthOf({ name, createdAt }: { readonly name: string; readonly createdAt: string }): string {
  const numbers = (yearFirst.exec(name) ?? yearLast.exec(name))?.groups;
  if (numbers) return written(numbers["year"], numbers["month"]);
  const words = inWords.exec(name);
  if (words) return written(words.groups?.["year"], String(placeOf(words)));
  const month = atEnd.exec(name.trim());
  const made = createdAt.slice(0, 7);
  return month ? nearest(placeOf(month), made) : made;
}

/** 1 = January. */
function placeOf(found: RegExpExecArray): number {
  return found.slice(1, months.length + 1).findIndex((each) => each !== undefined) + 1;
}

function written(year = "", month = ""): string {
  return `${year.padStart(4, "20")}-${month.padStart(2, "0")}`;
}

/** Adds the year to a month without one: the month nearest to the one in which the run was made. */
function nearest(month: number, made: string): string {
  const [year = 0, madeMonth = 0] = made.split("-").map(Number);
  const distance = month - madeMonth;
  return written(String(distance > 6 ? year - 1 : distance < -6 ? year + 1 : year), String(month));
}

/** The totals of a series, month by month. */
interface SeriesHistory {
  readonly currencies: readonly CurrencyCode[];
  /** Oldest first, without gaps. */
  readonly months: readonly Month[];
}

type Charged = Pick<ChargeRunSummaryFragment, "name" | "createdAt" | "charged">;

export function historyOf(runs: readonly Charged[], most: number): SeriesHistory {
  const sums = runs.flatMap((run) =>
    byCurrency(run.charged ?? []).map(({ currency, amount }) => ({ month: monthOf(run), currency, amount })),
  );
  const currencies = [...new Set(sums.map(({ currency }) => currency))].sort();
  const months = monthsBetween(sums.map(({ month }) => month)).slice(-most);
  return {
    currencies,
    months: months.map((month) => ({
      month,
      sums: currencies.map((currency) => ({
        currency,
        amount: sumDecimals(sums.filter((sum) => sum.month === month && sum.currency === currency).map(({ amount }) => amount)),
      })),
    })),
  };
}

function monthsBetween(months: readonly string[]): string[] {
  const [first, last] = [months.toSorted()[0], months.toSorted().at(-1)];
  const all: string[] = [];
  for (let month = first; month !== undefined && last !== undefined && month <= last; month = after(month)) all.push(month);
  return all;
}

/** "2026-12" → "2027-01". */
function after(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

interface Difference {
  readonly currency: CurrencyCode;
  readonly amount: Decimal;
  /** Change in whole percent; null when the earlier month was zero. */
  readonly percent: number | null;
}

/** The difference between a month and the one before, by currency. */
export function differences(month: Month, before: Month): readonly Difference[] {
  return month.sums.map(({ currency, amount }, index) => {
    const earlier = before.sums[index]?.amount ?? ("0" as Decimal);
    const difference = differenceOf(amount, earlier);
    // Only the percentage is a floating-point number: it is approximate anyway.
    const percent = Number(earlier) === 0 ? null : Math.round((100 * Number(difference)) / Number(earlier));
    return { currency, amount: difference, percent };
  });
}
