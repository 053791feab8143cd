import { lastMemoised, memoised } from "../../model/memoised.ts";
import { instantAt, instantsAt, isCalendarDate, isClockForm } from "../../model/zones.ts";

/**
 * Decodes dates. HostedSuite writes them as text without a zone, in no documented format (contract 2.7), so all seen and plausible forms are
 * read; the gateway writes days as yyyy-MM-dd. A date that is not understood never counts as absent, see `problem`.
 */

export const dateOrders = ["monthFirst", "dayFirst"] as const;
/** The order of the two numbers before a year. */
export type DateOrder = (typeof dateOrders)[number];

/** Decodes the dates of one tenant. */
export interface Dates {
  /** The day as written, "yyyy-MM-dd"; null where there is none, or it is not understood. */
  readonly day: (text: string | null) => string | null;
  /** The instant, RFC 3339 in UTC. A time without a zone is in the tenant's, a bare date is its midnight there. Null as for `day`. */
  readonly instant: (text: string | null) => string | null;
  /**
   * The first and last instant (milliseconds since 1970) that a time may mean: a bare date means its whole day, a time without seconds its whole
   * minute, an hour that the clock shows twice both. Null as for `day`.
   */
  readonly span: (text: string | null) => { readonly earliest: number; readonly latest: number } | null;
  /** Why a date is not understood, as the end of a sentence; null for a date that is understood or absent. */
  readonly problem: (text: string | null) => string | null;
  /** Whether a date of this tenant had the other order: from then on, dates with two possible orders are not understood. */
  readonly isContradicted: () => boolean;
}

/** Whether a date means "never": .NET's first day. */
export const isNeverSet = (text: string): boolean => !isClock(text) && readTime(text, "monthFirst") === "absent";

/** @param order for dates with slashes or dashes and the year at the end */
export function createDates(timeZone: string, order: DateOrder): Dates {
  let isContradicted = false;

  const written = memoised((text) => readTime(text, order));
  const read = (text: string | null): BackendTime | null => {
    const time = text === null ? "absent" : written(text);
    if (typeof time === "string") {
      if (time === "otherOrder") isContradicted = true;
      return null;
    }
    return time.isAmbiguous && isContradicted ? null : time;
  };

  return {
    day: (text) => {
      const usual = text === null ? undefined : usualDay(text);
      return usual === undefined ? (read(text)?.day ?? null) : usual;
    },
    instant: (text) => {
      if (text !== null && isClock(text)) return instantAt(text, timeZone);
      const time = read(text);
      if (time === null) return null;
      const instant = time.instant ?? time.date.toZonedDateTime({ timeZone, plainTime: time.time ?? undefined }).toInstant();
      return instant.toString();
    },
    isContradicted: () => isContradicted,
    span: (text) => {
      const time = read(text);
      return time && spanOf(time, timeZone);
    },
    problem: (text) => {
      if (text === null || (isClock(text) && dayIn(text) !== null)) return null;
      const time = written(text);
      const other = dateOrders.find((each) => each !== order);
      if (time === "absent" || read(text) !== null) return null;
      const hint = `set dateOrder: ${other}`;
      if (time === "otherOrder") return `has a month above 12 where dateOrder is ${order}: ${hint}`;
      if (time === "unknown") return `has no form that is understood: ${shapeOf(text)}`;
      return `may be read in two orders, and another date of this backend contradicts dateOrder ${order}: ${hint}`;
    },
  };
}

/** Whether a date has the usual form: a day, and a time at a fixed place. Year 1 is .NET's DateTime.MinValue: never set. */
const isClock = lastMemoised((text) => isClockForm(text) && !text.startsWith("0001"));
const dayEnd = "yyyy-MM-dd".length;

/** The day of a date in the usual form, null where it does not exist; undefined for any other date. Many charges have the same. */
const usualDay = memoised((text) => (isClock(text) ? dayIn(text) : undefined));

function dayIn(text: string): string | null {
  const day = text.slice(0, dayEnd);
  return isCalendarDate(day) ? day : null;
}

/** The form of a date for a message, without its digits and letters, which are somebody's data. */
export function shapeOf(text: string): string {
  const shape = text
    .slice(0, 30)
    .replace(/\d/g, "0")
    .replace(/\p{L}/gu, "x")
    .replace(/[^\w:/., +-]/g, "?");
  return `"${shape}"`;
}

interface BackendTime {
  readonly date: Temporal.PlainDate;
  readonly day: string;
  /** Null for a bare date. */
  readonly time: Temporal.PlainTime | null;
  /** Null = local to the tenant, which is usual. */
  readonly instant: Temporal.Instant | null;
  /** How exact the written time is. */
  readonly resolutionMs: number;
  /** In the other order it would be another day. */
  readonly isAmbiguous: boolean;
}

/** "absent": never set. "otherOrder": it is a date only in the other order. */
type Unread = "absent" | "unknown" | "otherOrder";

const clockForm =
  "(?:[T ,]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(\\.\\d{1,9})?)?\\s*([AP]\\.?M\\.?)?\\s*(Z|GMT|UTC|[+-]\\d{2}:?\\d{2})?)?";
const form = (day: string): RegExp => new RegExp(`^${day}${clockForm}$`, "i");
const yearFirst = form("(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})");
const compact = form("(\\d{4})()(\\d{2})(\\d{2})");
/** Dates with dots always have the day first. */
const yearLast = form("(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})");
const monthNamed = form("(?:[a-z]{3,9},? +)?([a-z]{3,9})\\.? +(\\d{1,2})(?:st|nd|rd|th)?,? +(\\d{4})");
const dayThenName = form("(?:[a-z]{3,9},? +)?(\\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\\.?,?[ -]+(\\d{4})");
const serviceStackForm = /^\/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)\/$/;
const months = "january february march april may june july august september october november december".split(" ");

function readTime(text: string, order: DateOrder): BackendTime | Unread {
  const trimmed = text.trim();
  const time = trimmed === "" ? "absent" : (readServiceStack(trimmed) ?? readWritten(trimmed, order));
  return typeof time === "string" || time.date.year !== 1 ? time : "absent";
}

function readWritten(text: string, order: DateOrder): BackendTime | Unread {
  const [, year, , month, day, ...clock] = yearFirst.exec(text) ?? compact.exec(text) ?? [];
  if (year !== undefined) return timeOf(year, month, day, clock) ?? "unknown";
  const [, one, separator, two, lastYear, ...time] = yearLast.exec(text) ?? [];
  if (one !== undefined && lastYear !== undefined) {
    const dayFirst = timeOf(lastYear, two, one, time);
    const monthFirst = timeOf(lastYear, one, two, time);
    if (separator === ".") return dayFirst ?? "unknown";
    const [read, other] = order === "dayFirst" ? [dayFirst, monthFirst] : [monthFirst, dayFirst];
    if (read === null) return other === null ? "unknown" : "otherOrder";
    return { ...read, isAmbiguous: other !== null && other.day !== read.day };
  }
  const [, name, dayOfName, yearOfName, ...clockOfName] = monthNamed.exec(text) ?? [];
  if (name !== undefined) return timeOf(yearOfName, monthCalled(name), dayOfName, clockOfName) ?? "unknown";
  const [, dayBefore, nameAfter, yearAfter, ...clockAfter] = dayThenName.exec(text) ?? [];
  if (nameAfter !== undefined) return timeOf(yearAfter, monthCalled(nameAfter), dayBefore, clockAfter) ?? "unknown";
  return "unknown";
}

/** The number of a month by its English name, whole or shortened; undefined for any other text. */
function monthCalled(name: string): string | undefined {
  const number = months.findIndex((month) => month.startsWith(name.toLowerCase())) + 1;
  return number === 0 ? undefined : String(number);
}

/** Null for a day or time that does not exist. */
function timeOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  [hour, minute, second, fraction, half, zone]: readonly (string | undefined)[],
): BackendTime | null {
  if (year === undefined || month === undefined || day === undefined) return null;
  try {
    const date = Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: "reject" });
    const known = { date, day: date.toString(), isAmbiguous: false };
    if (hour === undefined || minute === undefined) return { ...known, time: null, instant: null, resolutionMs: 1 };
    if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return null;
    const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
    const time = Temporal.PlainTime.from(`${String(hours).padStart(2, "0")}:${minute}:${second ?? "00"}${fraction ?? ""}`);
    const instant = zone === undefined ? null : Temporal.Instant.from(`${date}T${time}${/^[a-z]/i.test(zone) ? "Z" : zone}`);
    return { ...known, time, instant, resolutionMs: resolutionOf(second, fraction) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The exactness of a time in milliseconds: .NET's round-trip format always has seven decimals, which may all be 0. */
function resolutionOf(second: string | undefined, fraction: string | undefined): number {
  if (/[1-9]/.test(fraction ?? "")) return 1;
  return second === undefined ? 60_000 : 1000;
}

/** Reads ServiceStack's own form: milliseconds since 1970 in UTC, with the writer's zone as suffix. */
function readServiceStack(text: string): BackendTime | Unread | null {
  const [, milliseconds, sign, hours, minutes] = serviceStackForm.exec(text) ?? [];
  if (milliseconds === undefined) return null;
  try {
    const instant = Temporal.Instant.fromEpochMilliseconds(Number(milliseconds));
    const zone = sign === undefined || `${hours}${minutes}` === "0000" ? "UTC" : `${sign}${hours}:${minutes}`;
    const local = instant.toZonedDateTimeISO(zone);
    const date = local.toPlainDate();
    return { date, day: date.toString(), time: local.toPlainTime(), instant, resolutionMs: 1, isAmbiguous: false };
  } catch (error) {
    if (error instanceof RangeError) return "unknown";
    throw error;
  }
}

function spanOf({ date, time, instant, resolutionMs }: BackendTime, timeZone: string) {
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

/** Whether a text is a day that exists, written yyyy-MM-dd, and not one of the year 1. */
export function isSetDay(text: string): boolean {
  return !text.startsWith("0001") && isCalendarDate(text);
}
