import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageOfRecord,
  createRecordClock,
  type PriorState,
  priorStateAtOnce,
  priorStateOf,
} from "../../../src/adapters/v01/notes.ts";

const noon = Date.parse("2026-11-21T12:00:00Z");
const hour = 3_600_000;
const written = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

const beside = (changes: Partial<PriorState> = {}): PriorState => ({
  moment: { at: noon, certain: true },
  highestId: "900",
  whole: false,
  timeZone: "UTC",
  ...changes,
});

describe("the age of a record", () => {
  it.each<[string, string | null, Partial<PriorState>, string]>([
    ["901", "2026-11-21 12:00:01", {}, "since"],
    ["901", "2026-11-21 11:59:57", {}, "unknown"],
    ["901", "2026-11-21 11:59:00", {}, "older"],
    ["901", "2026-11-21", {}, "unknown"],
    ["901", "2026-11-21 00:00:00", {}, "unknown"],
    ["901", "2026-11-20", {}, "older"],
    ["901", "2026-11-22", {}, "since"],
    ["901", null, {}, "unknown"],
    ["901", "yesterday", {}, "unknown"],
    // Longer is higher.
    ["1000", "2026-11-21 12:00:01", {}, "since"],
    ["9223372036854775807", "2026-11-21 12:00:01", { highestId: "9223372036854775806" }, "since"],
    ["9223372036854775806", "2026-11-21 11:00:00", { highestId: "9223372036854775807" }, "older"],
    ["900", null, {}, "older"],
    ["99", "2026-11-21 11:59:00", {}, "older"],
    ["99", "2026-11-21 12:00:01", {}, "unknown"],
    ["99", "2026-11-21 12:00:01", { highestId: null }, "since"],
    ["901", "2026-11-21 11:00:00", { whole: true }, "since"],
    ["900", "2026-11-21 13:00:00", { whole: true }, "older"],
    ["1", null, { whole: true, highestId: null }, "since"],
    ["901", "2026-11-21 12:00:01", { moment: { at: noon, certain: false } }, "unknown"],
    ["901", "2026-11-21 11:00:00", { moment: { at: noon, certain: false } }, "older"],
  ])("of id %s, made %s, beside %j: %s", (id, createDate, changes, age) => {
    expect(ageOfRecord({ id, createDate }, beside(changes))).toBe(age);
  });
});

describe("the clock of creation dates", () => {
  const zone = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15 * 60_000);
  const skew = fc.integer({ min: -200_000, max: 200_000 });
  const nothingSeen = beside({ highestId: null });

  it("learns the dates' offset from a create, and then knows ages exactly, in every zone", () => {
    fc.assert(
      fc.property(
        zone,
        skew,
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 10, max: 100_000 }),
        (apart, wrong, slow, later) => {
          let now = noon;
          const clock = createRecordClock(() => ({ earliest: now - 1000, latest: now + 500 }), "UTC");
          const dateAt = (at: number) => written(at + apart + wrong);
          // Until then nothing is taken for ours, and a record made now is not taken for an older one.
          const unsure = beside({ moment: clock.atOnce() ?? { at: 0, certain: false } });
          expect(ageOfRecord({ id: "901", createDate: dateAt(now) }, unsure)).toBe("unknown");
          const made = { id: "5", createDate: dateAt(now) };
          // Midnight means a day without its time.
          const looked = now + slow + later * 1000;
          fc.pre(
            [now, looked, looked + 1000, looked - 100_000, looked - hour - 100_000].every(
              (at) => !dateAt(at).endsWith("00:00:00"),
            ),
          );
          now += slow;
          clock.created(made, nothingSeen);
          now += later * 1000;
          const sure = beside({ moment: clock.atOnce() ?? { at: 0, certain: false } });
          expect(sure.moment.certain).toBe(true);
          const age = (at: number) => ageOfRecord({ id: "901", createDate: dateAt(at) }, sure);
          expect([age(now), age(now + 1000), age(now - 100_000)]).toEqual(["since", "since", "older"]);
        },
      ),
    );
  });

  it.each([undefined, "UTC", "Etc/GMT+5"])(
    "never takes a record of the hour after summer time for an older one, configured %s",
    (zone) => {
      const change = Date.parse("2026-10-25T01:00:00Z");
      const inBerlin = (at: number): string => written(at + (at < change ? 2 : 1) * hour);
      for (const after of [-60, -1, 1, 59]) {
        let now = change - 2 * hour;
        const clock = createRecordClock(() => ({ earliest: now, latest: now + 500 }), zone);
        clock.created({ id: "5", createDate: inBerlin(now) }, nothingSeen);
        now = change + after * 60_000;
        const noted = beside({ moment: clock.atOnce() ?? { at: 0, certain: false }, timeZone: clock.timeZone });
        expect(ageOfRecord({ id: "901", createDate: inBerlin(now + 2000) }, noted)).toBe(after < 0 ? "since" : "unknown");
        expect(ageOfRecord({ id: "900", createDate: inBerlin(now + 2000) }, noted)).not.toBe("since");
      }
    },
  );

  it.each([undefined, "UTC", "Etc/GMT+5"])(
    "never takes a record of the hour before for a new one when summer time has begun, configured %s",
    (zone) => {
      const change = Date.parse("2027-03-28T01:00:00Z");
      const inBerlin = (at: number): string => written(at + (at < change ? 1 : 2) * hour);
      for (const after of [-1, 1, 59, 24 * 60]) {
        let now = change - 3 * hour;
        const clock = createRecordClock(() => ({ earliest: now, latest: now + 500 }), zone);
        clock.created({ id: "5", createDate: inBerlin(now) }, nothingSeen);
        now = change + after * 60_000;
        const noted = beside({ moment: clock.atOnce() ?? { at: 0, certain: false }, timeZone: clock.timeZone });
        const age = (at: number) => ageOfRecord({ id: "901", createDate: inBerlin(at) }, noted);
        expect(age(now - 60_000)).not.toBe("since");
        expect(age(now - hour / 2)).not.toBe("since");
        expect(age(now + 5000)).toBe("since");
        expect(age(now - 2 * hour)).toBe("older");
        // The first create afterwards teaches the new offset.
        now += hour;
        clock.created({ id: "902", createDate: inBerlin(now) }, nothingSeen);
        const taught = beside({ moment: clock.atOnce() ?? { at: 0, certain: false }, timeZone: clock.timeZone });
        expect(ageOfRecord({ id: "903", createDate: inBerlin(now - hour / 2) }, taught)).toBe("older");
      }
    },
  );

  it.each<[string, string | null, number]>([
    ["a day only", "2026-11-21", 500],
    ["midnight for a day", "2026-11-21 00:00:00", 500],
    ["no date", null, 500],
    ["the date of a record that was there before", written(noon - 20 * hour), 500],
    ["a date while the backend's time is known loosely", written(noon), 60_000],
  ])("learns nothing from %s", (_title, createDate, width) => {
    const clock = createRecordClock(() => ({ earliest: noon, latest: noon + width }), "UTC");
    clock.created({ id: "5", createDate }, nothingSeen);
    expect(clock.atOnce()?.certain).toBe(false);
  });

  it("learns nothing from a record that was seen earlier", () => {
    const clock = createRecordClock(() => ({ earliest: noon, latest: noon }), "UTC");
    clock.created({ id: "900", createDate: written(noon - hour) }, beside());
    expect(clock.atOnce()?.certain).toBe(false);
  });

  it("is probed if no answer has shown the time yet, and unknown if none does", async () => {
    let told: { earliest: number; latest: number } | null = null;
    const clock = createRecordClock(() => told, "UTC");
    expect(clock.atOnce()).toBeNull();
    const silent = await clock.now(async () => {}, {});
    expect(silent.certain).toBe(false);
    expect(silent.at).toBeLessThan(Date.now() - 24 * hour);
    const probe = async () => {
      told = { earliest: noon, latest: noon };
    };
    expect(await clock.now(probe, {})).toEqual({ at: noon - 15 * hour, certain: false });
  });
});

describe("the state before a request", () => {
  const clock = createRecordClock(() => ({ earliest: noon, latest: noon }), "UTC");
  const noted = async (ids: readonly string[], whole: boolean) => {
    const { highestId, whole: all } = await priorStateOf({ rows: ids.map((id) => ({ id })), whole }, "7000", clock, {});
    return { highestId, whole: all };
  };

  it("is known at once if an id was seen or dates can be compared", () => {
    const told = createRecordClock(() => ({ earliest: noon, latest: noon }), "UTC");
    const silent = createRecordClock(() => null, "UTC");
    expect(priorStateAtOnce("900", told, false)).toMatchObject({ highestId: "900", whole: false });
    expect([
      priorStateAtOnce(null, told, false),
      priorStateAtOnce("900", silent, false),
      priorStateAtOnce("900", told, true),
    ]).toEqual([null, null, null]);
    told.created({ id: "5", createDate: written(noon) }, beside({ highestId: null }));
    expect(priorStateAtOnce("900", told, true)).toMatchObject({ moment: { at: noon, certain: true } });
  });

  it("is the highest id of the owner's records, if any; else the highest seen", async () => {
    expect(await noted(["99", "100", "9"], true)).toEqual({ highestId: "100", whole: true });
    expect(await noted([], true)).toEqual({ highestId: null, whole: true });
    expect(await noted([], false)).toEqual({ highestId: "7000", whole: false });
    expect(await noted(["99"], false)).toEqual({ highestId: "99", whole: false });
  });
});
