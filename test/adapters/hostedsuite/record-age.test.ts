import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDates } from "../../../src/adapters/hostedsuite/dates.ts";
import { createStamps } from "../../../src/adapters/hostedsuite/notes.ts";
import { present } from "./find-fixture.ts";

/** The backend's clock shows `now`, known to a second. The times in its records are `ahead` of it. */
function world() {
  let now = Date.parse("2026-11-29T12:00:00Z");
  const clock = () => ({ earliest: now - 500, latest: now + 500 });
  const stamps = createStamps(clock, createDates("UTC", "monthFirst"), "UTC", async () => {});
  const written = (ahead: number): string => `${new Date(now + ahead).toISOString().slice(0, 19)}.0000000`;
  return {
    stamps,
    written,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    make: (ahead: number, takes: number, client = "one") => {
      const made = stamps.making(client);
      now += takes;
      const stamp = written(ahead);
      now += takes;
      made(stamp);
      return stamp;
    },
  };
}

const minutes = 60_000;
const hours = 60 * minutes;
const offset = fc.integer({ min: -14 * 60, max: 14 * 60 }).map((by) => by * minutes);
/** Zones are whole quarters of an hour apart. */
const zone = fc.integer({ min: -14 * 4, max: 14 * 4 }).map((quarters) => quarters * 15 * minutes);
const duration = fc.integer({ min: 1, max: 900 });

describe("times in records that differ from the clock", () => {
  test("by a constant: one record shows it, and then new records are new and those of 100 seconds earlier are old", () => {
    fc.assert(
      fc.property(offset, fc.array(duration, { minLength: 1, maxLength: 20 }), (ahead, durations) => {
        const { stamps, make, wait, written } = world();
        for (const takes of durations) {
          make(ahead, takes);
          const byHand = written(ahead);
          wait(100_000);
          const since = present(stamps.momentAtOnce("one") ?? undefined);
          expect(since.certain).toBe(true);
          expect(stamps.age(byHand, since, true)).toBe("older");
          expect(stamps.age(make(ahead, takes), since, true)).toBe("since");
        }
      }),
    );
  });

  test("before a record has shown by how much: one like the sent one, whole quarters of an hour behind, is in doubt", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 100_000 }), (quarters, takes) => {
        const { stamps, written, wait } = world();
        const since = present(stamps.momentAtOnce("one") ?? undefined);
        wait(takes);
        const stamp = written(-quarters * 15 * minutes);
        expect([stamps.age(stamp, since, true), stamps.age(stamp, since, false)]).toEqual(["unknown", "older"]);
      }),
    );
    const { stamps, written, make } = world();
    const first = present(stamps.momentAtOnce("one") ?? undefined);
    const others = [written(-100_000), written(-5 * hours - 5 * minutes), written(-24 * hours)];
    expect(others.map((stamp) => stamps.age(stamp, first, true))).toEqual(["older", "older", "older"]);
    make(0, 1);
    const since = present(stamps.momentAtOnce("one") ?? undefined);
    expect(stamps.age(written(-3 * hours), since, true)).toBe("older");
  });

  test("by a varying amount: new records are never old, and none is certainly new", () => {
    fc.assert(
      fc.property(fc.uniqueArray(offset, { minLength: 2, maxLength: 5 }), duration, (offsets, takes) => {
        const { stamps, make, wait } = world();
        for (const ahead of offsets) make(ahead, takes);
        wait(10_000);
        for (const ahead of offsets) {
          const since = present(stamps.momentAtOnce("one") ?? undefined);
          expect(stamps.age(make(ahead, takes), since, true)).toBe("unknown");
        }
      }),
    );
  });

  test("by so much that a record of this morning is in doubt; one of last month is still old", () => {
    const { stamps, make, written, wait } = world();
    make(0, 1);
    make(-5 * hours, 1);
    const earlier = [written(-3 * hours), written(-30 * 24 * hours)];
    wait(1000);
    const since = present(stamps.momentAtOnce("one") ?? undefined);
    expect(earlier.map((stamp) => stamps.age(stamp, since, true))).toEqual(["unknown", "older"]);
  });

  test("are not judged while the clock is unknown, or if it was set meanwhile", () => {
    let clock: { earliest: number; latest: number } | null = null;
    const stamps = createStamps(
      () => clock,
      createDates("UTC", "monthFirst"),
      "UTC",
      async () => {},
    );
    stamps.making("one")("2026-11-29 05:00:00");
    clock = { earliest: Date.parse("2026-11-29T12:00:00Z"), latest: Date.parse("2026-11-29T12:00:01Z") };
    const made = stamps.making("one");
    clock = { earliest: Date.parse("2026-11-29T11:00:00Z"), latest: Date.parse("2026-11-29T11:00:01Z") };
    made("2026-11-29 11:00:00");
    expect(stamps.momentAtOnce("one")).toMatchObject({ at: Date.parse("2026-11-29T11:00:00Z"), certain: true });
  });

  test("of a client whose center may be in another zone: a new record is never old, and one of another client is judged apart", () => {
    fc.assert(
      fc.property(zone, zone, duration, (learnt, ahead, takes) => {
        const { stamps, make, wait, written } = world();
        make(learnt, takes, "one");
        wait(10_000);
        const since = present(stamps.momentAtOnce("other") ?? undefined);
        wait(1_000);
        expect(stamps.age(written(ahead), since, true)).not.toBe("older");
        make(ahead, takes, "other");
        wait(100_000);
        const [ofOne, ofOther] = ["one", "other"].map((client) => present(stamps.momentAtOnce(client) ?? undefined));
        expect(stamps.age(make(learnt, takes, "one"), present(ofOne), true)).toBe("since");
        expect(stamps.age(make(ahead, takes, "other"), present(ofOther), true)).toBe("since");
      }),
    );
  });

  test.each([
    ["America/New_York", "Europe/London", "2026-10-25T01:00:00Z"],
    ["America/New_York", "Europe/London", "2027-03-14T07:00:00Z"],
    ["America/New_York", "Europe/London", "2027-03-28T01:00:00Z"],
    ["America/New_York", "America/Bogota", "2027-03-14T07:00:00Z"],
    ["America/New_York", "America/New_York", "2026-11-01T06:00:00Z"],
    ["America/New_York", "America/New_York", "2027-03-14T07:00:00Z"],
    ["Europe/Berlin", "Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ])(
    "of a tenant in %s and a center in %s when clocks are set: a new record is never old, an older one never new",
    (tenant, center, when) => {
      const change = Date.parse(when);
      let now = change - 5 * hours;
      const dates = createDates(tenant, "monthFirst");
      const stamps = createStamps(
        () => ({ earliest: now - 500, latest: now + 500 }),
        dates,
        tenant,
        async () => {},
      );
      const written = (at: number): string =>
        Temporal.Instant.fromEpochMilliseconds(at)
          .toZonedDateTimeISO(center)
          .toPlainDateTime()
          .toString({ smallestUnit: "second" });
      const make = (): void => {
        const made = stamps.making("one");
        now += 200;
        made(written(now));
      };
      make();
      for (const after of [hours / 4, 2 * hours, 40 * 24 * hours]) {
        now = change + after;
        const since = present(stamps.momentAtOnce("one") ?? undefined);
        const older = written(now - 30 * minutes);
        now += 2000;
        expect(stamps.age(written(now), since, true)).not.toBe("older");
        expect(stamps.age(older, since, true)).not.toBe("since");
      }
      // The next create teaches the new offset.
      make();
      now += 60_000;
      const since = present(stamps.momentAtOnce("one") ?? undefined);
      const older = written(now - 30 * minutes);
      now += 2000;
      expect([stamps.age(written(now), since, true), stamps.age(older, since, true)]).toEqual(["since", "older"]);
    },
  );
});
