import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ageOfRecord, createRecordClock } from "../../../src/adapters/v01/notes.ts";
import { instant, spanOf } from "../../../src/adapters/v01/wire.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { dayOf } from "../../../src/model/zones.ts";
import { findingOf, lose, type Simulated, simulated, written } from "./simulated.ts";

/** Times come from clocks in the backend's zone, without its name (contract 2.6). */

const peculiar = [
  "Pacific/Kiritimati",
  "America/New_York",
  "America/Havana",
  "Australia/Lord_Howe",
  "Africa/Cairo",
  "Pacific/Apia",
];
const zones = fc.oneof(fc.constantFrom(...peculiar), fc.constantFrom(...Intl.supportedValuesOf("timeZone")));
const hour = 3_600_000;

/** Mostly around changes of the zone's clocks, at whole seconds. */
const placed = fc
  .tuple(
    zones,
    fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) }),
    fc.integer({ min: -3 * hour, max: 3 * hour }),
    fc.boolean(),
  )
  .map(([zone, at, away, nearChange]) => {
    const next = nearChange ? zoned(at, zone).getTimeZoneTransition("next") : null;
    return { zone, at: Math.floor((next === null ? at : next.epochMilliseconds + away) / 1000) * 1000 };
  });

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** A time as a backend in the zone writes it. */
function writtenAt(at: number, zone: string): string {
  return zoned(at, zone).toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
}

describe("times of a zone", () => {
  it("are read as the instants at which they were written, or as both if they occur twice", () => {
    fc.assert(
      fc.property(placed, ({ zone, at }) => {
        const text = writtenAt(at, zone);
        const span = spanOf(text, zone);
        if (span === null) throw new Error(text);
        expect(span.earliest <= at && at <= span.latest).toBe(true);
        const read = Date.parse(instant(text, zone) ?? "");
        expect(
          text.endsWith("00:00:00") ? read <= at : read === at || (span.earliest < span.latest && read === span.earliest),
        ).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("show ages across clock changes, learnt from one record", () => {
    fc.assert(
      fc.property(placed, fc.integer({ min: 1, max: 400 * 24 }), fc.nat({ max: 200_000 }), ({ zone, at }, earlier, skew) => {
        let now = at - earlier * hour;
        const clock = createRecordClock(() => ({ earliest: now - 1_000, latest: now + 500 }), zone);
        const before = { moment: { at: 0, certain: true }, highestId: null, whole: false, timeZone: zone };
        const dated = (when: number) => ({ id: "901", createDate: writtenAt(when + skew, zone) });
        clock.created(dated(now), before);
        now = at;
        const noted = { ...before, moment: clock.atOnce() ?? { at: 0, certain: false } };
        // A new record is never taken for older, or it would be sent again. An old one is never taken for ours.
        expect(ageOfRecord(dated(at + 2_000), noted)).not.toBe("older");
        expect(ageOfRecord(dated(at - 20_000), noted)).not.toBe("since");
        const isPlain = [at - 20_000, at + 2_000, now].every((when) => {
          const span = spanOf(dated(when).createDate, zone);
          return span !== null && span.earliest === span.latest;
        });
        fc.pre(isPlain && noted.moment.certain);
        expect([ageOfRecord(dated(at + 2_000), noted), ageOfRecord(dated(at - 20_000), noted)]).toEqual(["since", "older"]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("are interpreted in the noted zone, whatever is configured now", () => {
    const noted = { moment: { at: Date.parse("2026-11-21T12:00:00Z"), certain: true }, highestId: null, whole: false };
    const record = { id: "901", createDate: "2026-11-21 12:00:05" };
    expect(ageOfRecord(record, { ...noted, timeZone: "UTC" })).toBe("since");
    expect(ageOfRecord(record, { ...noted, timeZone: "Asia/Tokyo" })).toBe("older");
  });
});

describe.each(["Pacific/Kiritimati", "Europe/Berlin", "UTC", "America/New_York", "Pacific/Pago_Pago"])(
  "a simulated v01 in %s",
  (timeZone) => {
    let run: Simulated;
    afterEach(() => run.close());

    it("reports when charges were made, uses its own today, and lists by its days", async () => {
      run = await simulated({ timeZone }, { timeZone });
      run.pass(1_234);
      const { customers, charges } = run.adapter;
      const { items } = await customers.list({}, { first: 1, after: null }, {});
      const customerId = items[0]?.value.id ?? "";
      const intent = run.intent();
      const id = await written(charges.create?.({ customerId, name: "Line", amount: "1" }), intent);
      const [charge] = await charges.getMany([id], {});
      if (!charge || charge instanceof BillingError) throw charge;
      expect(Math.abs(Date.parse(charge.createdAt ?? "") - Date.parse(intent.createdAt))).toBeLessThan(2_000);
      const today = dayOf(Date.parse(intent.createdAt), timeZone);
      expect(charge.date).toBe(today);
      const [set] = await charges.listByCustomers([customerId], { from: today, to: today }, { first: 100, after: null }, {});
      if (!set || set instanceof BillingError) throw set;
      expect(set.charges.map((each) => each.id)).toContain(id);
    });

    it("is found to have made a charge whose answer was lost", async () => {
      run = await simulated({ timeZone }, { timeZone });
      const { customers, charges } = run.adapter;
      const { items } = await customers.list({}, { first: 2, after: null }, {});
      const [first = "", second = ""] = items.map(({ value }) => value.id);
      await written(charges.create?.({ customerId: first, name: "Teaches", amount: "1" }), run.intent());
      for (const reference of [null, "own-1"]) {
        const plan = charges.create?.({ customerId: second, name: "Line", amount: "2", reference });
        const intent = await lose(run, { kind: "dropAfter", function: "transactions/~create" }, plan, run.intent());
        const { ours, candidates } = await findingOf(plan, intent);
        expect([ours.length, candidates.length]).toEqual([1, 0]);
      }
    });
  },
);
