import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarDate, instantOf, isCalendarDate, spanOf } from "../../../src/adapters/hostedsuite/dates.ts";
import { jsvObject } from "../../../src/adapters/hostedsuite/jsv.ts";

const zone = "America/New_York";

describe("dates of HostedSuite", () => {
  test.each([
    ["2026-01-31", "2026-01-31", "2026-01-31T05:00:00Z"],
    ["2026-07-31 14:05:09", "2026-07-31", "2026-07-31T18:05:09Z"],
    ["2026-01-31T14:05:09.1234567", "2026-01-31", "2026-01-31T19:05:09.1234567Z"],
    ["2026-01-31T00:00:00Z", "2026-01-31", "2026-01-31T00:00:00Z"],
    ["2026-01-31T23:30:00+02:00", "2026-01-31", "2026-01-31T21:30:00Z"],
    ["1/31/2026", "2026-01-31", "2026-01-31T05:00:00Z"],
    ["1/31/2026 9:05", "2026-01-31", "2026-01-31T14:05:00Z"],
    ["12/1/2026 12:05:01 AM", "2026-12-01", "2026-12-01T05:05:01Z"],
    ["12/1/2026 12:05 PM", "2026-12-01", "2026-12-01T17:05:00Z"],
    ["/Date(1769835909000)/", "2026-01-31", "2026-01-31T05:05:09Z"],
    ["/Date(1769835909000-0000)/", "2026-01-31", "2026-01-31T05:05:09Z"],
    ["/Date(1769835909000-0800)/", "2026-01-30", "2026-01-31T05:05:09Z"],
  ])("reads %s", (text, date, instant) => {
    expect(calendarDate(text)).toBe(date);
    expect(instantOf(text, zone)).toBe(instant);
  });

  test.each([null, "", "soon", "2026-02-30", "31/1/2026", "2026-01-31 25:00", "0001-01-01T00:00:00", "/Date(x)/"])(
    "makes nothing of %s",
    (text) => {
      expect(calendarDate(text)).toBeNull();
      expect(instantOf(text, zone)).toBeNull();
    },
  );

  test("places times of any zone as its clocks show them, also on the days on which they are changed", () => {
    const zones = ["America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "UTC"];
    // In these years clocks were changed in all of them but one; Apia left out a day.
    const start = Temporal.PlainDateTime.from("2009-01-01");
    const times = fc.integer({ min: 0, max: 4 * 365 * 24 * 4 }).map((quarters) => start.add({ minutes: 15 * quarters }));
    fc.assert(
      fc.property(times, fc.constantFrom(...zones), (time, timeZone) => {
        const text = time.toString({ smallestUnit: "second" });
        expect(instantOf(text, timeZone)).toBe(time.toZonedDateTime(timeZone).toInstant().toString());
      }),
      { numRuns: 3_000 },
    );
    expect(instantOf("2011-12-30T12:00:00", "Pacific/Apia")).toBe("2011-12-30T22:00:00Z");
    expect(instantOf("2018-11-04", "America/Sao_Paulo")).toBe("2018-11-04T03:00:00Z");
    expect(instantOf("2018-11-04T00:30:00", "America/Sao_Paulo")).toBe("2018-11-04T03:30:00Z");
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        instantOf(text, zone);
        return isCalendarDate(text) === (calendarDate(text) === text);
      }),
    );
  });
});

describe("JSV", () => {
  test.each([
    [{ start: "2026-01-01", end: "2026-01-31" }, "{start:2026-01-01,end:2026-01-31}"],
    [{ start: undefined, end: "2026-01-31" }, "{end:2026-01-31}"],
    [{ start: "1/1/2026 00:00" }, '{start:"1/1/2026 00:00"}'],
    [{ name: 'say "hi"' }, '{name:"say ""hi"""}'],
  ])("writes %j", (object, jsv) => {
    expect(jsvObject(object)).toBe(jsv);
  });
});

test.each([
  // The clock shows 01:30 twice on this day: at 05:30Z and at 06:30Z.
  ["2026-11-01 01:30:00", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00.999Z"],
  // It never shows 02:30 on this one.
  ["2026-03-08 02:30:00", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00.999Z"],
  // A day of 25 hours.
  ["2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T04:59:59.999Z"],
  ["2026-11-01T05:00:00Z", "2026-11-01T05:00:00Z", "2026-11-01T05:00:00.999Z"],
  ["2026-01-31T14:05:09.1234567", "2026-01-31T19:05:09.123Z", "2026-01-31T19:05:09.123Z"],
  ["2026-01-31T14:05:09.0000000", "2026-01-31T19:05:09Z", "2026-01-31T19:05:09.999Z"],
  ["12/1/2026 12:05 PM", "2026-12-01T17:05:00Z", "2026-12-01T17:05:59.999Z"],
  ["2026-12-01 12:05", "2026-12-01T17:05:00Z", "2026-12-01T17:05:59.999Z"],
  ["/Date(1769835909000-0800)/", "2026-01-31T05:05:09Z", "2026-01-31T05:05:09Z"],
])("%s stands for some time between %s and %s", (text, earliest, latest) => {
  expect(spanOf(text, zone)).toEqual({ earliest: Date.parse(earliest), latest: Date.parse(latest) });
});

test.each(["no time", "0001-01-01 00:00:00", "", null])("%s stands for no time", (text) => {
  expect(spanOf(text, zone)).toBeNull();
});
