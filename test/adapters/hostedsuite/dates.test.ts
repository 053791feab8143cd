import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDates, isSetDay } from "../../../src/adapters/hostedsuite/dates.ts";
import { jsvObject } from "../../../src/adapters/hostedsuite/v3/call.ts";
import { dateForms, formatDate } from "../../../src/sandbox/hostedsuite/dates.ts";

const zone = "America/New_York";
/** Made anew each time, since they remember contradictions. */
const read = (timeZone = zone) => createDates(timeZone, "monthFirst");
const calendarDate = (text: string | null) => read().day(text);
const instantOf = (text: string | null, timeZone: string) => read(timeZone).instant(text);
const span = (text: string | null) => read().span(text);
const problem = (text: string | null) => read().problem(text);

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
    ["25.05.2026", "2026-05-25", "2026-05-25T04:00:00Z"],
    ["25.05.2026 14:05:09", "2026-05-25", "2026-05-25T18:05:09Z"],
    ["May 25 2026", "2026-05-25", "2026-05-25T04:00:00Z"],
    ["Monday, May 25, 2026 2:05 PM", "2026-05-25", "2026-05-25T18:05:00Z"],
    ["Mon, 25 May 2026 14:05:09 GMT", "2026-05-25", "2026-05-25T14:05:09Z"],
    ["25-Sept-2026", "2026-09-25", "2026-09-25T04:00:00Z"],
    ["20260525", "2026-05-25", "2026-05-25T04:00:00Z"],
    ["2026/05/25", "2026-05-25", "2026-05-25T04:00:00Z"],
    ["2026/5/25 9:05", "2026-05-25", "2026-05-25T13:05:00Z"],
    ["05-25-2026", "2026-05-25", "2026-05-25T04:00:00Z"],
    ["/Date(1769835909000)/", "2026-01-31", "2026-01-31T05:05:09Z"],
    ["/Date(1769835909000-0000)/", "2026-01-31", "2026-01-31T05:05:09Z"],
    ["/Date(1769835909000-0800)/", "2026-01-30", "2026-01-31T05:05:09Z"],
  ])("reads %s", (text, date, instant) => {
    expect(calendarDate(text)).toBe(date);
    expect(instantOf(text, zone)).toBe(instant);
  });

  test.each([null, "", "soon", "2026-02-30", "31/1/2026", "2026-01-31 25:00", "0001-01-01T00:00:00", "/Date(x)/"])(
    "does not understand %s",
    (text) => {
      expect(calendarDate(text)).toBeNull();
      expect(instantOf(text, zone)).toBeNull();
    },
  );

  test("converts times of any zone as its clocks show them, even on days when clocks change", () => {
    const zones = ["America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "UTC"];
    // In these years clocks were changed in all zones but one; Apia skipped a day.
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

  test("reports exactly what is there but not understood", () => {
    for (const text of [null, "", "0001-01-01T00:00:00", "1/1/0001 12:00:00 AM", "2026-05-25", "May 25 2026"]) {
      expect(problem(text)).toBeNull();
    }
    expect(problem("soon")).toBe('has no form that is understood: "xxxx"');
    expect(problem("2026-02-30")).toBe('has no form that is understood: "0000-00-00"');
    for (const text of [
      "2026-02-30 12:00:00",
      "25/05/26",
      "31.02.2026",
      "Smarch 25 2026",
      "1764547200",
      "a value of type object",
    ]) {
      expect([text, problem(text)]).toEqual([text, expect.any(String)]);
    }
  });

  test("uses the configured order; after a contradiction, ambiguous dates are no longer trusted", () => {
    const dayFirst = createDates(zone, "dayFirst");
    expect(dayFirst.day("05/11/2026")).toBe("2026-11-05");
    expect(dayFirst.day("25/05/2026 14:05")).toBe("2026-05-25");
    const dates = createDates(zone, "monthFirst");
    expect([dates.day("05/11/2026"), dates.problem("05/11/2026")]).toEqual(["2026-05-11", null]);
    expect(dates.problem("25/05/2026")).toBe("has a month above 12 where dateOrder is monthFirst: set dateOrder: dayFirst");
    expect([dates.day("05/11/2026"), dates.span("05/11/2026"), dates.instant("05/11/2026")]).toEqual([null, null, null]);
    expect(dates.problem("05/11/2026")).toContain("set dateOrder: dayFirst");
    // These are the same day in both orders, or cannot be read in the other order.
    expect([dates.day("05/05/2026"), dates.day("05/25/2026"), dates.day("2026-05-11")]).toEqual([
      "2026-05-05",
      "2026-05-25",
      "2026-05-11",
    ]);
  });

  test("give the day as written, in every form of every day", () => {
    const anyDay = fc.date({ min: new Date("1990-01-01T00:00:00Z"), max: new Date("2090-12-31T23:59:59Z"), noInvalidDate: true });
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...dateForms), (date, form) => {
        const order = form === "dayFirst" ? "dayFirst" : "monthFirst";
        const dates = createDates("UTC", order);
        const written = formatDate(date.getTime(), form);
        expect([dates.problem(written), dates.day(written)]).toEqual([null, date.toISOString().slice(0, 10)]);
        const [earliest, latest] = [dates.span(written)?.earliest ?? 0, dates.span(written)?.latest ?? 0];
        expect(earliest <= date.getTime() && date.getTime() <= latest + 1).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        instantOf(text, zone);
        problem(text);
        span(text);
        return isSetDay(text) === (calendarDate(text) === text);
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
])("%s means some time between %s and %s", (text, earliest, latest) => {
  expect(span(text)).toEqual({ earliest: Date.parse(earliest), latest: Date.parse(latest) });
});

test.each(["no time", "0001-01-01 00:00:00", "", null])("%s means no time", (text) => {
  expect(span(text)).toBeNull();
});
