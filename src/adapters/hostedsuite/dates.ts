import { lastMemoised, memoised } from "../../model/memoised.ts";

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
/** What is seen in nearly all records: the day, then the time of day from a fixed place on. Every time of day in it exists. */
const commonForm = /^\d{4}-\d{2}-\d{2}(?:[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?)?$/;
const dayEnd = "yyyy-MM-dd".length;
const minuteEnd = "yyyy-MM-ddTHH:mm".length;
const clockEnd = "yyyy-MM-ddTHH:mm:ss".length;
const americanForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?$/i;
const serviceStackForm = /^\/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)\/$/;

/** The calendar date as written, "yyyy-MM-dd"; null when there is none or it is no date. */
export function calendarDate(text: string | null): string | null {
  if (text === null) return null;
  return dateAsWritten(commonForm.test(text) ? text.slice(0, dayEnd) : text);
}

const dateAsWritten = memoised((text) => readTime(text)?.date.toString() ?? null);

/** The instant in RFC 3339, UTC; times without a zone are taken to be in `timeZone`, bare dates to be its midnight. */
export function instantOf(text: string | null, timeZone: string): string | null {
  return text === null ? null : instantsIn(timeZone)(text);
}

/** Few records change after the second in which they are made: most of their times are the one before, and only that is kept. */
const instantsIn = memoised((timeZone) => lastMemoised((text) => readInstant(text, timeZone)));

function readInstant(text: string, timeZone: string): string | null {
  const day = commonForm.test(text) ? daysIn(timeZone)(text.slice(0, dayEnd)) : null;
  if (day === null) return instantAsWritten(text, timeZone);
  const minutes = text.length === dayEnd ? 0 : twoDigits(text, 11) * 60 + twoDigits(text, 14);
  const utc = minutes - day.offsetMinutes;
  const date = utc < 0 ? day.before : utc < minutesOfDay ? day.date : day.after;
  const seconds = text.slice(minuteEnd, clockEnd) || ":00";
  return `${date}T${clocks[(utc + minutesOfDay) % minutesOfDay]}${seconds}${withoutTrailingZeros(text.slice(clockEnd))}Z`;
}

function twoDigits(text: string, start: number): number {
  return (text.charCodeAt(start) - zeroCode) * 10 + text.charCodeAt(start + 1) - zeroCode;
}

const zeroCode = 0x30;

const minutesOfDay = 24 * 60;
/** "00:00" to "23:59". */
const clocks = Array.from({ length: minutesOfDay }, (_, minute) => new Date(minute * 60_000).toISOString().slice(11, minuteEnd));

/** (".1234500") → ".12345", (".0000000") → "" */
const withoutTrailingZeros = memoised((fraction) => fraction.replace(/\.?0+$/, ""));

function instantAsWritten(text: string, timeZone: string): string | null {
  const read = readTime(text);
  if (read === null) return null;
  const instant = read.instant ?? read.date.toZonedDateTime({ timeZone, plainTime: read.time ?? undefined }).toInstant();
  return instant.toString();
}

/** A day on which the clocks of a zone are not changed. */
interface Day {
  readonly date: string;
  readonly before: string;
  readonly after: string;
  /** How far the clocks are ahead of UTC. */
  readonly offsetMinutes: number;
}

/**
 * Null for a day on which the clocks are changed, and for one that does not exist. Zones are slow to ask, and so are dates to
 * write: records of a list share their days.
 */
const daysIn = memoised((timeZone) =>
  memoised((day): Day | null => {
    const start = readTime(day)?.date.toZonedDateTime(timeZone);
    // A day, or its midnight, may be left out when the clocks are changed.
    if (!start?.toString().startsWith(`${day}T00:00:00`)) return null;
    const change = start.getTimeZoneTransition("next");
    const changes = change !== null && Temporal.ZonedDateTime.compare(change, start.add({ days: 1 })) < 0;
    const offsetMinutes = start.offsetNanoseconds / 60_000_000_000;
    // Until about 1900 clocks went by the sun, to the second.
    if (changes || !Number.isInteger(offsetMinutes)) return null;
    return { date: day, before: shiftDate(day, { days: -1 }), after: shiftDate(day, { days: 1 }), offsetMinutes };
  }),
);

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
  const local = date.toPlainDateTime(time);
  const at = (disambiguation: "earlier" | "later"): number =>
    instant?.epochMilliseconds ?? local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
  return { earliest: at("earlier"), latest: at("later") + resolutionMs - 1 };
}

/** The date on which an instant falls in a zone. */
export function dateIn(timeZone: string, instant: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

export function today(timeZone: string): string {
  return Temporal.Now.plainDateISO(timeZone).toString();
}

/** The later of two dates. */
export function later(left: string, right: string): string {
  return left < right ? right : left;
}

/** ("2026-01-31", { months: 1 }) → "2026-02-28". */
export function shiftDate(date: string, by: { readonly days?: number; readonly months?: number }): string {
  return Temporal.PlainDate.from(date).add(by).toString();
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
