import { memoised } from "../../billing/memoised.ts";

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
}

const isoForm = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** What is seen in nearly all records. Every time of day in it exists. */
const commonForm = /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d{1,9})?)?$/;
const americanForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?$/i;
const serviceStackForm = /^\/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)\/$/;

/** The calendar date as written, "yyyy-MM-dd"; null when there is none or it is no date. */
export function calendarDate(text: string | null): string | null {
  if (text === null) return null;
  const day = commonForm.exec(text)?.[1];
  return day === undefined ? dateAsWritten(text) : dateAsWritten(day);
}

const dateAsWritten = memoised((text) => readTime(text)?.date.toString() ?? null);

/** The instant in RFC 3339, UTC; times without a zone are taken to be in `timeZone`, bare dates to be its midnight. */
export function instantOf(text: string | null, timeZone: string): string | null {
  if (text === null) return null;
  const [, day, clock = "00:00:00", fraction = ""] = commonForm.exec(text) ?? [];
  const offset = day === undefined ? null : offsetsIn(timeZone)(day);
  if (offset === null) return instantAsWritten(text, timeZone);
  const seconds = new Date(Date.parse(`${day}T${clock}Z`) - offset).toISOString().slice(0, -".000Z".length);
  return `${seconds}${fraction.replace(/\.?0+$/, "")}Z`;
}

function instantAsWritten(text: string, timeZone: string): string | null {
  const read = readTime(text);
  if (read === null) return null;
  const instant = read.instant ?? read.date.toZonedDateTime({ timeZone, plainTime: read.time ?? undefined }).toInstant();
  return instant.toString();
}

/**
 * How far the clocks of a zone are ahead of UTC on a day, in milliseconds; null for a day on which they are changed, and for one
 * that does not exist. Zones are slow to ask, and records of a list share their days.
 */
const offsetsIn = memoised((timeZone) =>
  memoised((day): number | null => {
    const start = readTime(day)?.date.toZonedDateTime(timeZone);
    // A day, or its midnight, may be left out when the clocks are changed.
    if (!start?.toString().startsWith(`${day}T00:00:00`)) return null;
    const change = start.getTimeZoneTransition("next");
    const changes = change !== null && Temporal.ZonedDateTime.compare(change, start.add({ days: 1 })) < 0;
    return changes ? null : start.offsetNanoseconds / 1_000_000;
  }),
);

/**
 * Whether a time that the backend wrote may lie at or behind an instant (RFC 3339); null when it is no time. Where the text
 * leaves that open, it may: a bare date stands for its whole day, an hour that the clock shows twice for the later one.
 */
export function mayBeSince(text: string | null, instant: string, timeZone: string): boolean | null {
  const read = readTime(text);
  if (read === null) return null;
  if (read.time === null) return read.date.toString() >= dateIn(timeZone, instant);
  const local = read.date.toPlainDateTime(read.time);
  const latest = read.instant ?? local.toZonedDateTime(timeZone, { disambiguation: "later" }).toInstant();
  return Temporal.Instant.compare(latest, instant) >= 0;
}

/** The date on which an instant falls in a zone. */
export function dateIn(timeZone: string, instant: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

export function today(timeZone: string): string {
  return Temporal.Now.plainDateISO(timeZone).toString();
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
  if (clock === undefined) return { date, time: null, instant: null };
  const time = Temporal.PlainTime.from(clock.padStart(clock.indexOf(":") === 1 ? clock.length + 1 : clock.length, "0"));
  const instant = zone === undefined ? null : Temporal.Instant.from(`${date}T${time}${zone.toUpperCase()}`);
  return { date, time, instant };
}

function readAmerican(text: string): BackendTime | null {
  const [, month, day, year, hour, minute, second, half] = americanForm.exec(text) ?? [];
  if (month === undefined) return null;
  const date = Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: "reject" });
  if (hour === undefined) return { date, time: null, instant: null };
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const clock = { hour: hours, minute: Number(minute), second: Number(second ?? 0) };
  return { date, time: Temporal.PlainTime.from(clock, { overflow: "reject" }), instant: null };
}

/** ServiceStack's own form: milliseconds since 1970 in UTC; the suffix tells the zone the date was written in. */
function readServiceStack(text: string): BackendTime | null {
  const [, milliseconds, sign, hours, minutes] = serviceStackForm.exec(text) ?? [];
  if (milliseconds === undefined) return null;
  const instant = Temporal.Instant.fromEpochMilliseconds(Number(milliseconds));
  const zone = sign === undefined || `${hours}${minutes}` === "0000" ? "UTC" : `${sign}${hours}:${minutes}`;
  const local = instant.toZonedDateTimeISO(zone);
  return { date: local.toPlainDate(), time: local.toPlainTime(), instant };
}
