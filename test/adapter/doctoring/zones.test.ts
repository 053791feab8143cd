import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneCheck } from "../../../src/adapter/doctoring/common.ts";
import type { Patient } from "../../../src/adapter/doctoring/diagnosis.ts";
import { endOfDay, shiftDate, startOfDay } from "../../../src/model/zones.ts";

/** Finds the zone of days from the times at which charges begin and end. */

interface Zoned {
  readonly timeZone?: string;
}
const patient = (settings: Zoned): Patient<Zoned> => ({
  settings,
  takes: (key) => key === "timeZone",
  ask: () => Promise.reject(new Error("nothing is asked")),
  replies: [],
  now: Date.now,
  clockOffsetMs: () => 0,
});

const zones = fc.constantFrom("Pacific/Kiritimati", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kathmandu");
const days = fc.uniqueArray(fc.integer({ min: 0, max: 720 }), { minLength: 12, maxLength: 60 });
const started = (zone: string, day: number) => startOfDay(shiftDate("2025-01-01", { days: day }), zone) ?? 0;
const ended = (zone: string, day: number) => (endOfDay(shiftDate("2025-01-01", { days: day }), zone) ?? 0) - 999;
/** Starts as the gateway makes them: at some second of the day's first hour. */
const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 720 }), fc.integer({ min: 1, max: 3_599 })), { maxLength: 500 });

describe("the zone of days", () => {
  it("is found from midnights and last seconds, however many charges the gateway has made", () => {
    fc.assert(
      fc.property(zones, days, days, marks, (zone, starts, ends, made) => {
        const instants = [
          ...starts.map((day) => started(zone, day)),
          ...ends.map((day) => ended(zone, day)),
          ...made.map(([day, second]) => started(zone, day) + second * 1_000),
        ];
        const groups = new Map([["101", instants]]);
        expect(zoneCheck(patient({ timeZone: zone }), groups).verdict).toBe("AGREES");
        const other = zone === "Asia/Tokyo" ? "America/New_York" : "Asia/Tokyo";
        for (const settings of [{}, { timeZone: other }]) {
          const { verdict, setting } = zoneCheck(patient(settings), groups);
          expect(verdict).toBe("DANGER");
          // The zone found has the same midnights.
          const named = /^timeZone: (.+)$/.exec(setting ?? "")?.[1] ?? "";
          expect(zoneCheck(patient({ timeZone: named }), groups).verdict).toBe("AGREES");
        }
      }),
      { numRuns: 6 },
    );
  });

  it("is not found from the gateway's charges alone, which begin within the first hour of its configured zone", () => {
    const made = Array.from({ length: 300 }, (_, index) => started("Asia/Tokyo", index) + (1 + ((index * 7) % 890)) * 1_000);
    expect(zoneCheck(patient({ timeZone: "Asia/Tokyo" }), new Map([["101", made]])).verdict).toBe("UNTOLD");
  });
});
