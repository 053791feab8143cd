/**
 * Milliseconds since 1970-01-01 00:00 on the tenant's wall clock. HostedSuite's dates are local and have no zone (contract
 * 2.7), so they are stored as wall-clock times, not as instants.
 */
export type LocalTime = number;

export interface ParsedDate {
  readonly time: LocalTime;
  /** Written without a time of day. */
  readonly bare: boolean;
}

/** Forms in which a date is written; "plain" is the only one seen on v2 (contract 2.7). */
export const dateForms = ["plain", "iso", "american", "dotnet", "dayFirst", "dots", "words", "compact", "slashes"] as const;
export type DateForm = (typeof dateForms)[number];

export interface Calendar {
  /** The wall clock now, in whole seconds: "yyyy-MM-dd HH:mm:ss" shows no more, and ranges compare what is shown. */
  readonly now: () => LocalTime;
  readonly local: (instant: Date) => LocalTime;
  /** Reads every form of contract 2.7; null for anything else. Dates with an offset become the tenant's wall clock. */
  readonly parse: (text: string) => ParsedDate | null;
}

export const day = 24 * 60 * 60 * 1000;

const longestDate = 64;
const isoForm =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/i;
const americanForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?(AM|PM))?)?$/i;
const dotnetForm = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** @param timeZone the tenant's, an IANA name; @param now the instant at which records are created */
export function createCalendar(timeZone: string, now: () => Date): Calendar {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  const local = (instant: Date): LocalTime => {
    const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  };

  const parse = (text: string): ParsedDate | null => {
    const trimmed = text.trim();
    if (trimmed.length > longestDate) return null;
    const milliseconds = dotnetForm.exec(trimmed)?.[1];
    if (milliseconds !== undefined) return fromInstant(Number(milliseconds), local);
    const american = americanForm.exec(trimmed);
    if (american !== null) return parseAmerican(american);
    const iso = isoForm.exec(trimmed);
    return iso === null ? null : parseIso(iso, local);
  };

  return { now: () => local(now()), local, parse };
}

function fromInstant(milliseconds: number, local: (instant: Date) => LocalTime): ParsedDate | null {
  const instant = new Date(milliseconds);
  return Number.isNaN(instant.getTime()) ? null : { time: local(instant), bare: false };
}

function parseIso(match: RegExpExecArray, local: (instant: Date) => LocalTime): ParsedDate | null {
  const [, year, month, dayOfMonth, hour, minute, second, fraction, zone] = match;
  const time = wallClock(
    Number(year),
    Number(month),
    Number(dayOfMonth),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  if (time === null) return null;
  const exact = time + Math.floor(Number(`0.${fraction ?? "0"}`) * 1000);
  if (zone === undefined) return { time: exact, bare: hour === undefined };
  return fromInstant(exact - offsetOf(zone), local);
}

function parseAmerican(match: RegExpExecArray): ParsedDate | null {
  const [, month, dayOfMonth, year, hour, minute, second, half] = match;
  const hours = half === undefined ? Number(hour ?? 0) : twentyFourHours(Number(hour), half.toUpperCase());
  const time = wallClock(Number(year), Number(month), Number(dayOfMonth), hours, Number(minute ?? 0), Number(second ?? 0));
  return time === null ? null : { time, bare: hour === undefined };
}

function twentyFourHours(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half === "PM" ? 12 : 0);
}

function offsetOf(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

/** Null for dates that do not exist (2026-02-30). Years below 100 are taken literally: .NET's smallest date is 0001-01-01. */
function wallClock(
  year: number,
  month: number,
  dayOfMonth: number,
  hour: number,
  minute: number,
  second: number,
): LocalTime | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  date.setUTCHours(hour, minute, second);
  const exists =
    year >= 1 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === dayOfMonth &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return exists ? date.getTime() : null;
}

/** Each of the nine forms is shown for 14:05 on the first day of 2026. */
export function formatDate(time: LocalTime, form: DateForm): string {
  const date = new Date(time);
  switch (form) {
    case "plain": // 2026-01-01 14:05:00
      return date.toISOString().slice(0, 19).replace("T", " ");
    case "iso": // 2026-01-01T14:05:00.0000000
      // .NET's round-trip form of a date of unspecified kind: seven decimals, no zone.
      return `${date.toISOString().slice(0, 23)}0000`;
    case "american": // 1/1/2026 2:05:00 PM
      return formatAmerican(date);
    case "dotnet": // /Date(1767276300000)/
      return `/Date(${time})/`;
    case "dayFirst": // 01/01/2026 14:05:00
      return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()} ${clockOf(date)}`;
    case "dots": // 01.01.2026 14:05:00
      return `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${date.getUTCFullYear()} ${clockOf(date)}`;
    case "words": // January 1 2026
      return `${date.toLocaleString("en-US", { month: "long", timeZone: "UTC" })} ${date.getUTCDate()} ${date.getUTCFullYear()}`;
    case "compact": // 20260101
      return date.toISOString().slice(0, 10).replaceAll("-", "");
    case "slashes": // 2026/01/01
      return date.toISOString().slice(0, 10).replaceAll("-", "/");
  }
}

const two = (value: number): string => String(value).padStart(2, "0");

const clockOf = (date: Date): string => date.toISOString().slice(11, 19);

function formatAmerican(date: Date): string {
  const hour = date.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock} ${hour < 12 ? "AM" : "PM"}`;
}

/** A range of dates, inclusive at both ends; null = open. */
export interface DateRange {
  readonly start: LocalTime | null;
  readonly end: LocalTime | null;
}

/** How an end of range without a time of day is read. The contracts do not say; midnight is the default (contract 2.7). */
export type BareEndDate = "midnight" | "wholeDay";

export function dateRange(start: ParsedDate | null, end: ParsedDate | null, bareEndDate: BareEndDate): DateRange {
  const wholeDay = end?.bare === true && bareEndDate === "wholeDay";
  return { start: start?.time ?? null, end: end === null ? null : end.time + (wholeDay ? day - 1 : 0) };
}

export function isWithin(time: LocalTime, { start, end }: DateRange): boolean {
  return (start === null || time >= start) && (end === null || time <= end);
}
