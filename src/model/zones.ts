import { lastMemoised, memoised } from "./memoised.ts";

/**
 * Days, clock times and instants in a time zone. This is the one place where a day of the API becomes an instant of a backend,
 * and back. Zones are IANA names, days are yyyy-MM-dd, instants are milliseconds since 1970 or RFC 3339 in UTC.
 */

export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Whether a text is a day that exists, written yyyy-MM-dd. */
export function isCalendarDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isInCalendar(text);
}

/** Counted instead of asked of Temporal: records have several dates each. @param day in the form yyyy-MM-dd */
function isInCalendar(day: string): boolean {
  const [year, month, date] = [twoDigits(day, 0) * 100 + twoDigits(day, 2), twoDigits(day, 5), twoDigits(day, 8)];
  if (month < 1 || month > 12 || date < 1) return false;
  if (month === 2) return date <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
  return date <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** The day of an instant. */
export function dayOf(instant: number, timeZone: string): string {
  const offsetMs = steadyOffsets(timeZone)(Math.floor(instant / dayMs));
  if (offsetMs !== null) return writtenDay(Math.floor((instant + offsetMs) / dayMs));
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetOf(instant: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000;
}

export function today(timeZone: string): string {
  return dayOf(Date.now(), timeZone);
}

/**
 * The instant at which a day begins. If clocks are set back over midnight, a day begins twice: the second time counts, because
 * from then on it stays this day. Null for a day that the zone left out, as Samoa did with 2011-12-30.
 */
export function startOfDay(day: string, timeZone: string): number | null {
  const start = beginning(Temporal.PlainDate.from(day), timeZone);
  return dayOf(start, timeZone) === day ? start : null;
}

/** The last millisecond of the day; null for a day that the zone left out. */
export function endOfDay(day: string, timeZone: string): number | null {
  const end = beginning(Temporal.PlainDate.from(day).add({ days: 1 }), timeZone) - 1;
  return dayOf(end, timeZone) === day ? end : null;
}

/** ("2026-01-31", { months: 1 }) → "2026-02-28". */
export function shiftDate(day: string, by: { readonly days?: number; readonly months?: number }): string {
  return Temporal.PlainDate.from(day).add(by).toString();
}

/**
 * The first and the last instant at which the clocks of a zone show this time. They differ if clocks are set back over it. A
 * time that the clocks skip lies between the two.
 */
export function instantsAt(local: Temporal.PlainDateTime, timeZone: string): { readonly first: number; readonly last: number } {
  const at = (disambiguation: "earlier" | "later"): number =>
    local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
  return { first: at("earlier"), last: at("later") };
}

/** A change of clocks. */
export interface Shift {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By how much at most, in milliseconds. */
  readonly byMs: number;
}

export interface Shifts {
  readonly back: Shift | null;
  readonly forward: Shift | null;
}

/**
 * When clocks are set back and forward next in any zone that is so far ahead of UTC: what a zone that nobody knows may do. Null where none will be.
 * The first question about an offset asks all zones, which takes some milliseconds.
 *
 * @param offsetMs rounded to a quarter of an hour, as offsets of zones are
 * @param after milliseconds since 1970
 */
export function nextShifts(offsetMs: number, after: number): Shifts {
  const offset = Math.round(offsetMs / quarterMs) * quarterMs;
  const known = periodsOf.get(offset) ?? [];
  const period = known.find(({ from, until }) => from <= after && after < until);
  if (period) return period.shifts;
  const found = periodAt(offset, after);
  periodsOf.set(offset, [...known, found]);
  return found.shifts;
}

/** A period in which no zone comes to the offset or leaves it. */
interface Period {
  readonly from: number;
  readonly until: number;
  readonly shifts: Shifts;
}

const periodsOf = new Map<number, readonly Period[]>();
const quarterMs = 900_000;

function periodAt(offset: number, at: number): Period {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(at));
  const isOffset = ({ offsetNanoseconds }: Temporal.ZonedDateTime): boolean =>
    Math.abs(offsetNanoseconds / 1_000_000 - offset) <= quarterMs / 2;
  const next: { back: Shift | null; forward: Shift | null } = { back: null, forward: null };
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const name of Intl.supportedValuesOf("timeZone")) {
    const now = instant.toZonedDateTimeISO(name);
    const last = now.getTimeZoneTransition("previous");
    if (last !== null && (isOffset(now) || isOffset(last.subtract({ nanoseconds: 1 }))))
      from = Math.max(from, last.epochMilliseconds);
    const change = now.getTimeZoneTransition("next");
    if (change === null || !(isOffset(now) || isOffset(change))) continue;
    until = Math.min(until, change.epochMilliseconds);
    const byMs = (change.offsetNanoseconds - now.offsetNanoseconds) / 1_000_000;
    if (!isOffset(now) || byMs === 0) continue;
    const way = byMs < 0 ? "back" : "forward";
    next[way] = sooner(next[way], { at: change.epochMilliseconds, byMs: Math.abs(byMs) });
  }
  return { from, until, shifts: next };
}

/** The earlier one; of two at once the larger. */
function sooner(one: Shift | null, other: Shift): Shift {
  if (one === null || other.at < one.at) return other;
  return other.at === one.at && other.byMs > one.byMs ? other : one;
}

/** A day, optionally with a time of day at a fixed place. Every time of day that matches exists. */
const clockForm = /^\d{4}-\d{2}-\d{2}(?:[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?)?$/;
const dayEnd = "yyyy-MM-dd".length;
const minuteEnd = "yyyy-MM-ddTHH:mm".length;
const clockEnd = "yyyy-MM-ddTHH:mm:ss".length;

/** Whether `instantAt` can read the text: a day, or a day with a time of day to the second or finer. */
export function isClockForm(text: string): boolean {
  return clockForm.test(text);
}

/**
 * A clock time of a zone ("2026-07-31 14:05:09", see isClockForm) as an instant; a bare day gives its beginning. A time that
 * clocks show twice gives the first instant. A time that they skip gives the instant as long after the change. Null if the
 * calendar has no such day.
 */
export function instantAt(text: string, timeZone: string): string | null {
  return instantsIn(timeZone)(text);
}

/** Like instantsAt, for a text in clock form, to the second. Null if the calendar has no such day. */
export function spanAt(text: string, timeZone: string): { readonly first: number; readonly last: number } | null {
  const day = daysIn(timeZone)(text.slice(0, dayEnd));
  if (day === null) return null;
  if (day === "changing") return instantsAt(Temporal.PlainDateTime.from(text), timeZone);
  const seconds = text.length === dayEnd ? 0 : (twoDigits(text, 11) * 60 + twoDigits(text, 14)) * 60 + twoDigits(text, 17);
  return { first: day.start + seconds * 1000, last: day.start + seconds * 1000 };
}

/** Keeps only the last result: in most records the time of the change equals that of the creation. */
const instantsIn = memoised((timeZone) => lastMemoised((text) => readInstant(text, timeZone)));

function readInstant(text: string, timeZone: string): string | null {
  const written = text.slice(0, dayEnd);
  const day = daysIn(timeZone)(written);
  if (day === "changing") {
    const time = text.length === dayEnd ? undefined : Temporal.PlainTime.from(text.slice(dayEnd + 1));
    return Temporal.PlainDate.from(written).toZonedDateTime({ timeZone, plainTime: time }).toInstant().toString();
  }
  if (day === null) return null;
  const minutes = text.length === dayEnd ? 0 : twoDigits(text, 11) * 60 + twoDigits(text, 14);
  const utc = minutes - day.offsetMinutes;
  const date = utc < 0 ? day.before : utc < minutesOfDay ? written : day.after;
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

const dayMs = 86_400_000;

/** The instant at which a date begins; for a date that the zone left out, the first instant after it. */
function beginning(date: Temporal.PlainDate, timeZone: string): number {
  const start = date.toZonedDateTime(timeZone).epochMilliseconds;
  const { last } = instantsAt(date.toPlainDateTime(), timeZone);
  // Midnight comes twice. If clocks go back over it, the previous day comes again in between.
  return last > start && dayOf(last - 1, timeZone) < date.toString() ? last : start;
}

/** The offset of a zone from UTC in milliseconds during one UTC day, counted from 1970; null if the clocks change on it. */
const steadyOffsets = memoised((timeZone) =>
  memoised<number | null, number>((utcDay) => {
    const start = Temporal.Instant.fromEpochMilliseconds(utcDay * dayMs).toZonedDateTimeISO(timeZone);
    return changesBefore(start, (utcDay + 1) * dayMs) ? null : start.offsetNanoseconds / 1_000_000;
  }),
);

function changesBefore(start: Temporal.ZonedDateTime, end: number): boolean {
  const change = start.getTimeZoneTransition("next");
  return change !== null && change.epochMilliseconds < end;
}

/** Cached: formatting dates is slow, and records of a list share their days. Days are counted from 1970. */
const writtenDay = memoised((day: number) => new Date(day * dayMs).toISOString().slice(0, dayEnd));

/** A day without a clock change in its zone. */
interface SteadyDay {
  readonly start: number;
  readonly before: string;
  readonly after: string;
  /** The offset from UTC. */
  readonly offsetMinutes: number;
}

/**
 * Cached: zones and dates are slow, and records of a list share their days. "changing" = the clocks change on or near the day;
 * null = the calendar has no such day.
 */
const daysIn = memoised((timeZone) =>
  memoised((day): SteadyDay | "changing" | null => {
    const date = calendarDay(day);
    if (date === null) return null;
    const start = date.toZonedDateTime(timeZone);
    const offsetMinutes = start.offsetNanoseconds / 60_000_000_000;
    const atMidnight = start.toPlainDateTime().equals(date.toPlainDateTime());
    // Until about 1900 clocks followed the sun, to the second: such offsets are no whole minutes.
    // Clocks that are set back at the end of the day or soon after (St John's: a minute) repeat its last hour.
    const isSteady = atMidnight && Number.isInteger(offsetMinutes) && !changesBefore(start, start.epochMilliseconds + 2 * dayMs);
    return isSteady
      ? {
          start: start.epochMilliseconds,
          before: shiftDate(day, { days: -1 }),
          after: shiftDate(day, { days: 1 }),
          offsetMinutes,
        }
      : "changing";
  }),
);

function calendarDay(day: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(day);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
