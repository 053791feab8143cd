import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import {
  type AddressDetailsFragment,
  type CalendarDate,
  type CurrencyCode,
  type Decimal,
  type Instant,
  instantOf,
  type TaxSummaryFragment,
} from "../client/index.ts";

/** Formats amounts, days, instants and codes in the language of the browser. */

/** Formats are cached: making one costs more than a thousand uses. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(undefined, options);
  numberFormats.set(key, format);
  return format;
}

/** Scripts from right to left, and the signs that turn text around (Unicode Standard Annex 9, 2). */
const turning = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A text of a record, for a place beside figures in one line: what it holds turns only itself around. Otherwise a name could end with a
 * sign that shows "12.50" as "05.21". Texts without such signs stay as they are.
 */
export const isolated = (text: string): string =>
  turning.test(text) ? `\u2068${text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069` : text;

/** True for "0", "0.00", "-0.0". */
export const isZero = (amount: Decimal): boolean => /^-?[0.]+$/.test(amount);

const decimalsOf = (amount: string): number => amount.split(".")[1]?.length ?? 0;

/**
 * "19.99" and "EUR" → "€19.99". Exact: Intl reads the string, and no floating-point number is involved. A price with more digits
 * than its currency ("0.0125") keeps them all.
 */
export function formatMoney({ amount, currency }: { readonly amount: Decimal; readonly currency: CurrencyCode }): string {
  const usual = numberFormat(currency, { style: "currency", currency });
  const digits = decimalsOf(amount);
  if (digits <= (usual.resolvedOptions().maximumFractionDigits ?? 0)) return usual.format(amount);
  return numberFormat(`${currency} ${digits}`, { style: "currency", currency, maximumFractionDigits: digits }).format(amount);
}

/** The same with exactly the currency's digits, rounded half away from zero. */
export const formatAccounting = ({ amount, currency }: { readonly amount: Decimal; readonly currency: CurrencyCode }): string =>
  numberFormat(currency, { style: "currency", currency }).format(amount);

/** "1234.5" → "1,234.5". */
export const formatDecimal = (value: Decimal): string => numberFormat("decimal", { maximumFractionDigits: 20 }).format(value);

/** A short label for a chart's axis: 12500 and "EUR" → "€12.5K". */
export const formatCompactMoney = (value: number, currency: CurrencyCode): string =>
  numberFormat(`${currency} compact`, {
    style: "currency",
    currency,
    notation: "compact",
    // Labels between round ones must differ: 1250 is not "€1.3K".
    minimumSignificantDigits: 1,
    maximumSignificantDigits: 4,
  }).format(value);

/** Formats an amount without a currency, with its own digits: "1234.50" → "1,234.50, unknown currency". */
export function formatUnnamed(amount: Decimal): string {
  const digits = decimalsOf(amount);
  const format = numberFormat(`unnamed ${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(amount)}, unknown currency`;
}

/** The API has percent: "20" is 20 %. The sign is appended, which avoids a division by 100. */
export const formatPercent = (rate: Decimal): string => `${formatDecimal(rate)} %`;

/** A day has no time zone. It is parsed and formatted in UTC, so that nobody sees the day before. */
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const monthFormat = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });
const instantFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

/** "2026-11-21" → "Nov 21, 2026". */
export const formatDay = (day: CalendarDate): string => dayFormat.format(new Date(`${day}T00:00:00Z`));

/** "2026-11" → "Nov 2026". */
export const formatMonth = (month: string): string => monthFormat.format(new Date(`${month}-01T00:00:00Z`));

/** An instant in the reader's time zone: "Nov 21, 2026, 9:30 AM". */
export const formatInstant = (instant: Instant): string => instantFormat.format(new Date(instant));

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/**
 * How long ago: "12 sec. ago", "yesterday".
 * @param now milliseconds since 1970
 */
export function formatAge(instant: Instant, now: number): string {
  const seconds = Math.min(0, Math.round((Date.parse(instant) - now) / 1000));
  const [unit, size] = units.find(([, each]) => -seconds >= each) ?? (["second", 1] as const);
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}

/** An enum's value in words: "PARTLY_PAID" → "Partly paid". */
export function wordsOf(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One part on each line, as on a letter. */
export function addressLines({ lines, postalCode, city, state, country }: AddressDetailsFragment): string {
  const town = [postalCode, city].filter(Boolean).join(" ");
  return [...lines, town, state, country].filter(Boolean).join("\n");
}

/** Milliseconds since 1970, updated each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  return now;
}

/** Today in the reader's time zone. */
export function today(): CalendarDate {
  const now = new Date();
  return instantOf(new Date(now.getTime() - now.getTimezoneOffset() * 60_000)).slice(0, 10) as CalendarDate;
}

/** "20 %", "€0.50", or both. Leaves out a zero part unless there is no other. */
export function taxRate({ rate, fixedAmount }: Pick<TaxSummaryFragment, "rate" | "fixedAmount">): string {
  const parts = [
    ...(rate === null ? [] : [{ amount: rate, text: formatPercent(rate) }]),
    ...(fixedAmount === null ? [] : [{ amount: fixedAmount.amount, text: formatMoney(fixedAmount) }]),
  ];
  const telling = parts.filter(({ amount }) => !isZero(amount));
  return telling.map(({ text }) => text).join(" + ") || (parts[0]?.text ?? "—");
}
