import { memoised } from "../../model/memoised.ts";
import { instantAt, instantsAt, isClockForm } from "../../model/zones.ts";

/**
 * HostedSuite writes dates as text without a zone, in no documented format (contract 2.7). Everything that was seen or is
 * plausible there is read; days are written as yyyy-MM-dd.
 */

interface BackendTime {
  readonly date: Temporal.PlainDate;
  /** Null for a bare date. */
  readonly time: Temporal.PlainTime | null;
  /** Null = local to the tenant, which is the rule. */
  readonly instant: Temporal.Instant | null;
  /** What is written no more exactly than this. */
  readonly resolutionMs: number;
}

const isoForm = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const americanForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?$/i;
const serviceStackForm = /^\/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)\/$/;

/** The calendar date as written, "yyyy-MM-dd"; null when there is none or it is no date. */
export function calendarDate(text: string | null): string | null {
  if (text === null) return null;
  return dateAsWritten(isClockForm(text) ? text.slice(0, dayEnd) : text);
}

const dayEnd = "yyyy-MM-dd".length;
const dateAsWritten = memoised((text) => readTime(text)?.date.toString() ?? null);

/** The instant in RFC 3339, UTC; times without a zone are taken to be in `timeZone`, bare dates to be its midnight. */
export function instantOf(text: string | null, timeZone: string): string | null {
  if (text === null) return null;
  // Year 1 is read below.
  if (isClockForm(text) && !text.startsWith("0001")) return instantAt(text, timeZone);
  const read = readTime(text);
  if (read === null) return null;
  const instant = read.instant ?? read.date.toZonedDateTime({ timeZone, plainTime: read.time ?? undefined }).toInstant();
  return instant.toString();
}

/**
 * The first and the last instant (milliseconds since 1970) that a time may stand for, null when it is no time: a bare date is its
 * whole day, a time without seconds its whole minute, and an hour that the clock shows twice both of them.
 */
export function spanOf(text: string | null, timeZone: string): { readonly earliest: number; readonly latest: number } | null {
  const read = readTime(text);
  if (read === null) return null;
  const { date, time, instant, resolutionMs } = read;
  if (time === null) {
    const start = date.toZonedDateTime(timeZone);
    return { earliest: start.epochMilliseconds, latest: start.add({ days: 1 }).epochMilliseconds - 1 };
  }
  const told = instant?.epochMilliseconds;
  const { first, last } = told === undefined ? instantsAt(date.toPlainDateTime(time), timeZone) : { first: told, last: told };
  return { earliest: first, latest: last + resolutionMs - 1 };
}

/** The later of two dates. */
export function later(left: string, right: string): string {
  return left < right ? right : left;
}

/** True for a day that exists, written yyyy-MM-dd. */
export function isCalendarDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && calendarDate(text) === text;
}

function readTime(text: string | null): BackendTime | null {
  if (text === null) return null;
  try {
    const read = readIso(text.trim()) ?? readAmerican(text.trim()) ?? readServiceStack(text.trim());
    // Year 1 is .NET's DateTime.MinValue: a date that was never set.
    return read === null || read.date.year === 1 ? null : read;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readIso(text: string): BackendTime | null {
  const [, day, clock, zone] = isoForm.exec(text) ?? [];
  if (day === undefined) return null;
  const date = Temporal.PlainDate.from(day);
  if (clock === undefined) return { date, time: null, instant: null, resolutionMs: 1 };
  const time = Temporal.PlainTime.from(clock.padStart(clock.indexOf(":") === 1 ? clock.length + 1 : clock.length, "0"));
  const instant = zone === undefined ? null : Temporal.Instant.from(`${date}T${time}${zone.toUpperCase()}`);
  return { date, time, instant, resolutionMs: resolutionOf(clock) };
}

/** .NET's round-trip format has seven decimals, whether they are kept or not. */
function resolutionOf(clock: string): number {
  if (/\.\d*[1-9]/.test(clock)) return 1;
  return /:.+:/.test(clock) ? 1000 : 60_000;
}

function readAmerican(text: string): BackendTime | null {
  const [, month, day, year, hour, minute, second, half] = americanForm.exec(text) ?? [];
  if (month === undefined) return null;
  const date = Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: "reject" });
  if (hour === undefined) return { date, time: null, instant: null, resolutionMs: 1 };
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const clock = { hour: hours, minute: Number(minute), second: Number(second ?? 0) };
  const time = Temporal.PlainTime.from(clock, { overflow: "reject" });
  return { date, time, instant: null, resolutionMs: second === undefined ? 60_000 : 1000 };
}

/** ServiceStack's own form: milliseconds since 1970 in UTC; the suffix tells the zone the date was written in. */
function readServiceStack(text: string): BackendTime | null {
  const [, milliseconds, sign, hours, minutes] = serviceStackForm.exec(text) ?? [];
  if (milliseconds === undefined) return null;
  const instant = Temporal.Instant.fromEpochMilliseconds(Number(milliseconds));
  const zone = sign === undefined || `${hours}${minutes}` === "0000" ? "UTC" : `${sign}${hours}:${minutes}`;
  const local = instant.toZonedDateTimeISO(zone);
  return { date: local.toPlainDate(), time: local.toPlainTime(), instant, resolutionMs: 1 };
}
