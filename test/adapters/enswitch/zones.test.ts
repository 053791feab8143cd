import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { recordsOf, statementOf } from "../../../src/accounts/statement.ts";
import { differences } from "../../../src/adapters/enswitch/compared.ts";
import { chargeFields } from "../../../src/adapters/enswitch/fields.ts";
import { chargeChangeParameters, chargeFrom, chargeParameters } from "../../../src/adapters/enswitch/map-charge.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { dayOf, endOfDay, shiftDate, startOfDay } from "../../../src/model/zones.ts";
import { adapterFor, perform, type Run, start, stop } from "./sandbox.ts";

/** Days of the API are days in the backend's zone. */

const zones = ["Pacific/Kiritimati", "Pacific/Apia", "Asia/Tokyo", "Europe/Berlin", "UTC", "America/Havana", "America/New_York"];
const anyZone = fc.oneof(
  fc.constantFrom(...zones, "America/St_Johns", "Africa/Cairo"),
  fc.constantFrom(...Intl.supportedValuesOf("timeZone")),
);
const days = fc.integer({ min: 400, max: 27_000 }).map((count) => shiftDate("1970-01-01", { days: count }));
const placed = fc.tuple(anyZone, days).filter(([zone, day]) => startOfDay(day, zone) !== null);

const intent = { stepId: "0198f3c2-0000-7000-8000-000000000000-0", createdAt: "2026-11-21T06:00:00.789Z" };
const origin = (timeZone: string) => ({ backend: "pbx", currency: "EUR", timeZone, unlimitedNumber: "zero" as const });
const input = { customerId: "1", name: "Line", amount: "1" };

describe("days of charges", () => {
  it("are unchanged after a round trip to the backend", () => {
    fc.assert(
      fc.property(placed, fc.string(), fc.nat({ max: 400 }), ([timeZone, day], stepId, later) => {
        const endsOn = shiftDate(day, { days: later });
        fc.pre(startOfDay(endsOn, timeZone) !== null);
        const recurrence = { interval: "MONTHLY", endsOn } as const;
        for (const sent of [
          chargeParameters({ ...input, date: day, recurrence }, origin(timeZone), { ...intent, stepId }),
          chargeChangeParameters({ recurrence: { ...recurrence, startsOn: day } }, origin(timeZone)),
        ]) {
          const { date, recurrence: shown } = chargeFrom({ id: 1, period: "monthly", ...sent }, origin(timeZone));
          expect([date, shown?.startsOn, shown?.endsOn]).toEqual([day, day, endsOn]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("reach to the last day of the calendar, which sometimes means never", () => {
    for (const timeZone of Intl.supportedValuesOf("timeZone")) {
      const recurrence = { interval: "MONTHLY", endsOn: "9999-12-31" } as const;
      const sent = chargeParameters({ ...input, date: "9999-12-31", recurrence }, origin(timeZone), intent);
      const { date, recurrence: shown } = chargeFrom({ id: 1, ...sent }, origin(timeZone));
      expect([timeZone, date, shown?.endsOn]).toEqual([timeZone, "9999-12-31", "9999-12-31"]);
      const elsewhere = chargeFrom({ id: 1, start: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 }, origin(timeZone));
      expect(elsewhere.date).toMatch(/^9999-12-3[01]$/);
    }
  });

  it("are compared as days: another second of the day agrees, the next day does not", () => {
    fc.assert(
      fc.property(placed, fc.double({ min: 0, max: 1, noNaN: true }), ([timeZone, day], part) => {
        const { start: second = "" } = chargeParameters({ ...input, date: day }, origin(timeZone), intent);
        const [from, to] = [startOfDay(day, timeZone) ?? 0, endOfDay(day, timeZone) ?? 0];
        const differs = (instant: number) =>
          differences({ start: second }, { start: Math.floor(instant / 1000) }, chargeFields, timeZone);
        expect(differs(from + part * (to - from))).toEqual([]);
        expect(differs(to + 1000 + part * 3_600_000)).toEqual(["date"]);
        expect(differs(from - 1000)).toEqual(["date"]);
      }),
      { numRuns: 500 },
    );
  });

  it("of an instant are those of the zone's clocks", () => {
    const row = { id: 1, start: Date.parse("2026-12-31T23:30:00Z") / 1000 };
    const dateIn = (timeZone: string) => chargeFrom(row, origin(timeZone)).date;
    expect(["Pacific/Kiritimati", "Europe/Berlin", "UTC", "America/New_York"].map(dateIn)).toEqual([
      "2027-01-01",
      "2027-01-01",
      "2026-12-31",
      "2026-12-31",
    ]);
  });

  it.each([
    [{ date: "2011-12-30" }, "date"],
    [{ recurrence: { interval: "MONTHLY", startsOn: "2011-12-30" } }, "recurrence.startsOn"],
    [{ date: "2011-12-01", recurrence: { interval: "MONTHLY", endsOn: "2011-12-30" } }, "recurrence.endsOn"],
  ] as const)("that a zone skipped are refused: %j", (given, field) => {
    const refused = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return error instanceof BillingError && [error.code, error.field?.join(".")];
      }
    };
    const expected = ["INVALID_INPUT", field];
    expect(refused(() => chargeParameters({ ...input, ...given }, origin("Pacific/Apia"), intent))).toEqual(expected);
    expect(refused(() => chargeChangeParameters(given, origin("Pacific/Apia")))).toEqual(expected);
  });
});

describe.each(zones)("a simulated Enswitch in %s", (timeZone) => {
  let run: Run;
  afterEach(() => stop(run));

  const window = { first: 1_000, after: null };

  it("has charges on the requested days, in its lists and statements too", async () => {
    run = await start({ timeZone });
    const adapter = adapterFor(run, { timeZone });
    const customerId = "101";
    const on = async (from: string, to: string = from) => {
      const [set] = await adapter.charges.listByCustomers([customerId], { from, to }, window, {});
      return set instanceof BillingError || set === undefined ? [] : set.charges;
    };
    // Also the days on which New York, Havana and Berlin change their clocks.
    for (const date of ["2027-01-01", "2027-02-01", "2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07"]) {
      const recurrence = { interval: "MONTHLY", endsOn: "2027-12-31" } as const;
      const made = await perform(adapter.charges.create?.({ ...input, customerId, date, recurrence }));
      expect([made.date, made.recurrence?.endsOn]).toEqual([date, "2027-12-31"]);
      const { start: first = 0, end = 0 } = run.simulated.state.charges.get(Number(made.id)) ?? {};
      expect([first, first + 3_599, end].map((second) => dayOf(second * 1000, timeZone))).toEqual([date, date, "2027-12-31"]);
      expect(Math.abs(end * 1000 + 999 - (endOfDay("2027-12-31", timeZone) ?? 0))).toBeLessThan(1_000);
      expect((await on(date)).map(({ id }) => id)).toContain(made.id);
      expect((await on(shiftDate(date, { days: -1 }))).map(({ id }) => id)).not.toContain(made.id);
      expect((await on(shiftDate(date, { days: 1 }))).map(({ id }) => id)).not.toContain(made.id);
      const { rows } = statementOf(
        recordsOf(await on(`${date.slice(0, 7)}-01`, shiftDate(`${date.slice(0, 7)}-01`, { months: 1 }))),
        () => "EUR",
      );
      expect(rows.map(({ month }) => month)).toContain(date.slice(0, 7));
      const moved = await perform(adapter.charges.update?.(made.id, { date: shiftDate(date, { days: 1 }) }), made.id);
      expect(moved.date).toBe(shiftDate(date, { days: 1 }));
    }
  });

  it("dates and lists a credit by the day of its clock", async () => {
    for (const at of ["2026-12-31T23:30:00Z", "2027-01-01T04:30:00Z", "2026-12-31T10:30:00Z"]) {
      run = await start({ timeZone, now: () => new Date(at) });
      const adapter = adapterFor(run, { timeZone, functions: { balanceAdd: true } });
      const { id } = (await perform(adapter.charges.createCredit?.({ customerId: "101", amount: "5.00" }))) ?? {};
      const day = dayOf(Date.parse(at), timeZone);
      const on = async (date: string) => {
        const [set] = await adapter.charges.listByCustomers(["101"], { from: date, to: date, kind: ["CREDIT"] }, window, {});
        if (!set || set instanceof BillingError) throw set;
        return set.charges.map((each) => [each.id, each.date]);
      };
      expect(await on(day)).toContainEqual([id, day]);
      expect((await on(shiftDate(day, { days: -1 }))).map(([each]) => each)).not.toContain(id);
      expect((await on(shiftDate(day, { days: 1 }))).map(([each]) => each)).not.toContain(id);
      if (at !== "2026-12-31T10:30:00Z") await stop(run);
    }
  });

  it("shows a charge that people entered at midnight on that day", async () => {
    run = await start({ timeZone });
    const adapter = adapterFor(run, { timeZone });
    const stored = [...run.simulated.state.charges.values()].filter(({ start: begins }) => begins > 0);
    expect(stored.length).toBeGreaterThan(50);
    const loaded = await adapter.charges.getMany(
      stored.map(({ id }) => String(id)),
      {},
    );
    for (const [index, { start: begins }] of stored.entries()) {
      const charge = loaded[index];
      const day = charge instanceof BillingError || !charge ? null : charge.date;
      expect(startOfDay(day ?? "", timeZone)).toBe(begins * 1000);
    }
  });

  it("is found to have made a charge whose answer was lost, although it stores only the day's midnight", async () => {
    run = await start({ timeZone });
    const adapter = adapterFor(run, { timeZone });
    const [step] = adapter.charges.create?.({ ...input, customerId: "101", date: "2027-02-01" }).steps ?? [];
    if (!step?.note) throw new Error("it notes what it sends");
    const noted = { stepId: "step-1", createdAt: "2026-11-21T12:00:00Z", note: null };
    const note = await step.note(null, noted, {});
    const { id } = await step.send(null, { ...noted, note }, {});
    const found = await step.find(null, { ...noted, note }, {});
    expect(found.ours.map((each) => each.id)).toEqual([id]);
    run.server.setConditions({ storedAs: { start: (startOfDay("2027-02-01", timeZone) ?? 0) / 1000 } });
    const other = await step.send(null, { ...noted, note }, {});
    const { candidates } = await step.find(null, { ...noted, note }, {});
    expect(candidates).toEqual([{ id: other.id, claim: other.id, differs: [] }]);
  });
});
