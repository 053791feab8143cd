import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayOf,
  endOfDay,
  instantAt,
  instantsAt,
  isCalendarDate,
  isTimeZone,
  shiftDate,
  spanAt,
  startOfDay,
} from "../../src/model/zones.ts";
import { depth, seed } from "../support/sample.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** Zones with days that begin late, begin twice or are left out, with half and whole hours, and at both ends of the world. */
const peculiar = [
  "Pacific/Kiritimati",
  "America/New_York",
  "Pacific/Apia",
  "Pacific/Kwajalein",
  "Pacific/Pago_Pago",
  "Pacific/Chatham",
  "Pacific/Honolulu",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Europe/Berlin",
  "Europe/Dublin",
  "Australia/Lord_Howe",
  "Antarctica/Troll",
  "UTC",
];
const zones = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...peculiar) },
  { weight: 1, arbitrary: fc.constantFrom(...Intl.supportedValuesOf("timeZone")) },
);

const first = Date.UTC(1972, 0, 1);
const last = Date.UTC(2045, 0, 1);
const anyInstants = fc.integer({ min: first, max: last });

/** Mostly around the zone's clock changes. */
const placed = fc
  .tuple(zones, anyInstants, fc.integer({ min: -2 * day, max: 2 * day }), fc.boolean())
  .map(([zone, instant, away, nearChange]) => {
    const change = nearChange
      ? Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).getTimeZoneTransition("next")
      : null;
    return { zone, instant: change === null || change.epochMilliseconds > last ? instant : change.epochMilliseconds + away };
  });

/** The day as another implementation of zones gives it. */
function shownDay(instant: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    calendar: "iso8601",
  });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
}

describe("days of the calendar", () => {
  const calendarHas = (text: string): boolean => {
    try {
      return Temporal.PlainDate.from(text, { overflow: "reject" }).toString() === text;
    } catch {
      return false;
    }
  };

  it("are those of Temporal, in every year", () => {
    const twoDigits = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, "0"));
    const years = fc.integer({ min: 0, max: 9_999 }).map((year) => String(year).padStart(4, "0"));
    fc.assert(
      fc.property(fc.tuple(years, twoDigits(14), twoDigits(33)), (parts) => {
        const text = parts.join("-");
        expect(isCalendarDate(text)).toBe(calendarHas(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("have a 29 February in leap years only", () => {
    const years = Array.from({ length: 801 }, (_, index) => String(1_600 + index));
    for (const year of years) expect(isCalendarDate(`${year}-02-29`)).toBe(calendarHas(`${year}-02-29`));
  });
});

describe("days in a zone", () => {
  it("are those that clocks in the zone show", () => {
    fc.assert(
      fc.property(placed, ({ zone, instant }) => {
        expect(dayOf(instant, zone)).toBe(shownDay(instant, zone));
      }),
      { numRuns: 500 * depth, seed },
    );
  });

  it("begin and end when the zone's clocks say so", () => {
    fc.assert(
      fc.property(placed, fc.integer({ min: 0, max: hour - 1 }), ({ zone, instant }, later) => {
        const its = shownDay(instant, zone);
        const [start, end] = [startOfDay(its, zone), endOfDay(its, zone)];
        if (start === null || end === null) throw new Error(`${zone} has ${its}`);
        expect([start, start + later, end].map((each) => shownDay(each, zone))).toEqual([its, its, its]);
        expect(shownDay(start - 1, zone) < its).toBe(true);
        expect(shownDay(end + 1, zone) > its).toBe(true);
      }),
      { numRuns: 500 * depth, seed },
    );
  });

  it("are null only if no clock ever showed them", () => {
    fc.assert(
      fc.property(zones, anyInstants, (zone, instant) => {
        const its = dayOf(instant, "UTC");
        const noon = Date.parse(`${its}T12:00:00Z`);
        const isShown = Array.from({ length: 97 }, (_, half) => noon + (half - 48) * (hour / 2)).some(
          (each) => shownDay(each, zone) === its,
        );
        expect([startOfDay(its, zone) !== null, endOfDay(its, zone) !== null]).toEqual([isShown, isShown]);
      }),
      { numRuns: 50 * depth, seed },
    );
    expect(startOfDay("2011-12-30", "Pacific/Apia")).toBeNull();
    expect(endOfDay("2011-12-30", "Pacific/Apia")).toBeNull();
    expect(startOfDay("1993-08-21", "Pacific/Kwajalein")).toBeNull();
  });

  it.each([
    ["Pacific/Kiritimati", "2027-01-01", "2026-12-31T10:00:00.000Z", "2027-01-01T09:59:59.999Z"],
    ["America/New_York", "2027-01-01", "2027-01-01T05:00:00.000Z", "2027-01-02T04:59:59.999Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z", "2026-03-09T03:59:59.999Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"],
    // Midnight was left out.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"],
    // At one minute past midnight the clocks were set back by an hour: the day began twice.
    ["America/St_Johns", "2006-10-29", "2006-10-29T03:30:00.000Z", "2006-10-30T03:29:59.999Z"],
  ])("in %s: %s", (zone, its, start, end) => {
    expect([startOfDay(its, zone), endOfDay(its, zone)]).toEqual([Date.parse(start), Date.parse(end)]);
  });

  it("are moved by the calendar", () => {
    expect(shiftDate("2026-01-31", { months: 1 })).toBe("2026-02-28");
    expect(shiftDate("2026-03-01", { days: -1 })).toBe("2026-02-28");
  });
});

describe("what clocks show", () => {
  const quarters = fc.integer({ min: 0, max: 4 * 365 * 24 * 4 });
  // In these years clocks were changed in most zones; Apia left out a day.
  const times = quarters.map((count) => Temporal.PlainDateTime.from("2009-01-01").add({ minutes: 15 * count }));

  it("is an instant, the first if there are two", () => {
    fc.assert(
      fc.property(times, zones, (time, zone) => {
        const instant = time.toZonedDateTime(zone).toInstant().toString();
        expect(instantAt(time.toString({ smallestUnit: "second" }), zone)).toBe(instant);
        expect(instantAt(time.toPlainDate().toString(), zone)).toBe(
          time.toPlainDate().toZonedDateTime(zone).toInstant().toString(),
        );
      }),
      { numRuns: 500 * depth, seed },
    );
    expect(instantAt("2026-02-30", "UTC")).toBeNull();
    expect(instantAt("2026-11-01 01:30:00.1230000", "America/New_York")).toBe("2026-11-01T05:30:00.123Z");
  });

  it("is two instants in a repeated hour", () => {
    fc.assert(
      fc.property(placed, ({ zone, instant }) => {
        const at = Math.floor(instant / 1000) * 1000;
        const text = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
        const span = spanAt(text.toString({ smallestUnit: "second" }), zone);
        expect(span).toEqual(instantsAt(text, zone));
        expect([span?.first, span?.last]).toContain(at);
      }),
      { numRuns: 500 * depth, seed },
    );
    // Clocks were set back at 00:01: the last hour of the day before came twice.
    expect(spanAt("1987-10-24 23:01:00", "America/St_Johns")).toEqual({ first: 562123860000, last: 562127460000 });
    const half = Temporal.PlainDateTime.from("2026-11-01T01:30");
    const { first: one, last: other } = instantsAt(half, "America/New_York");
    expect([one, other]).toEqual([Date.parse("2026-11-01T05:30:00Z"), Date.parse("2026-11-01T06:30:00Z")]);
  });
});

it("knows the names of zones", () => {
  expect(["Europe/Berlin", "UTC", "Pacific/Kiritimati"].every(isTimeZone)).toBe(true);
  expect(["", "Berlin", "Mars/Olympus"].some(isTimeZone)).toBe(false);
});
