import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueDays, dueIn } from "../../src/accounts/occurrences.ts";
import { statementOf } from "../../src/accounts/statement.ts";
import { type Charge, type ChargeInterval, chargeIntervals } from "../../src/model/model.ts";
import { chargeWith, Exact, euros } from "./records.ts";

/** Due dates of repeating charges, and their effect on statements. */

const never = (): boolean => false;
const monthly = (date: string, more: Partial<NonNullable<Charge["recurrence"]>> = {}, given: Partial<Charge> = {}): Charge =>
  chargeWith({
    kind: "RECURRING",
    amount: euros("10.00"),
    date,
    recurrence: { interval: "MONTHLY", occurrences: null, startsOn: date, endsOn: null, ...more },
    ...given,
  });

describe("a repeating charge falls due", () => {
  it("on the same day of each month, or on its last day if it is shorter", () => {
    expect(dueDays(monthly("2024-01-31"), "2024-05-31")).toEqual([
      "2024-01-31",
      "2024-02-29",
      "2024-03-31",
      "2024-04-30",
      "2024-05-31",
    ]);
  });

  it.each([
    ["WEEKLY", ["2024-02-29", "2024-03-07", "2024-03-14"], "2024-03-20"],
    ["QUARTERLY", ["2024-02-29", "2024-05-29", "2024-08-29"], "2024-11-28"],
    ["SEMIANNUALLY", ["2024-02-29", "2024-08-29", "2025-02-28"], "2025-08-27"],
    ["ANNUALLY", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"], "2029-02-27"],
    ["ONCE", ["2024-02-29"], "2030-01-01"],
    ["IMMEDIATE", ["2024-02-29"], "2030-01-01"],
  ] as const)("%s", (interval, days, last) => {
    expect(dueDays(monthly("2024-02-29", { interval }), last)).toEqual(days);
  });

  it("a limited number of times, and not after its end", () => {
    expect(dueDays(monthly("2024-01-31", { occurrences: 2 }), "2030-01-01")).toEqual(["2024-01-31", "2024-02-29"]);
    expect(dueDays(monthly("2024-01-31", { endsOn: "2024-02-29" }), "2030-01-01")).toEqual(["2024-01-31", "2024-02-29"]);
    expect(dueDays(monthly("2024-01-31", { endsOn: "2024-02-28" }), "2030-01-01")).toEqual(["2024-01-31"]);
  });

  it("on unknown days if its backend does not report them", () => {
    expect(dueDays(chargeWith({ kind: "RECURRING" }), "2030-01-01")).toBeNull();
    expect(dueDays(monthly("", { startsOn: null }, { date: null }), "2030-01-01")).toBeNull();
  });
});

const days = fc.integer({ min: 0, max: 2_000 }).map((number) => isoDay(Date.UTC(2020, 0, 1) + number * 86_400_000));
const series = fc.record({
  id: fc.uuid(),
  date: days,
  interval: fc.constantFrom(...chargeIntervals),
  occurrences: fc.option(fc.integer({ min: 1, max: 12 })),
  endsOn: fc.option(days),
  amount: fc.bigInt({ min: 1n, max: 10n ** 18n }).map((digits) => new Exact(digits.toString()).div(1000).toFixed(3)),
});
/** No two are equal: which records form one repetition is tested elsewhere. */
const worlds = fc
  .uniqueArray(series, { maxLength: 8, selector: ({ amount }) => amount })
  .map((all) =>
    all.map(({ id, date, amount, ...recurrence }) =>
      chargeWith({ id, date, amount: euros(amount), kind: "RECURRING", recurrence: { ...recurrence, startsOn: date } }),
    ),
  );
const spans = fc.tuple(days, days).map(([one, other]) => (one < other ? { from: one, to: other } : { from: other, to: one }));

describe("occurrences in a span of days", () => {
  it("are, day by day, those of a calendar", () => {
    fc.assert(
      fc.property(worlds, spans, (charges, span) => {
        const told = dueIn(charges, span, never).map(({ charge, day }) => `${day} ${charge.id}`);
        expect(told.toSorted()).toEqual(charges.flatMap((charge) => byCalendar(charge, span)).toSorted());
      }),
    );
  });

  it("add up: two adjacent spans have the occurrences of the whole, to the last digit", () => {
    fc.assert(
      fc.property(worlds, spans, days, (charges, { from, to }, between) => {
        const middle = between < from ? from : between > to ? to : between;
        const next = isoDay(Date.parse(middle) + 86_400_000);
        const sums = [{ from, to: middle }, ...(next <= to ? [{ from: next, to }] : []), { from, to }].map((span) =>
          sumOf(charges, span),
        );
        const whole = sums.pop();
        expect(sums.reduce((sum, part) => sum.plus(part), new Exact(0)).toFixed()).toBe(whole?.toFixed());
      }),
    );
  });

  it("are the same for any order of the records", () => {
    fc.assert(
      fc.property(worlds, spans, (charges, span) => {
        const sorted = (all: readonly Charge[]) =>
          dueIn(all, span, never)
            .map(({ charge, day, repeated }) => `${day} ${charge.id} ${repeated}`)
            .toSorted();
        expect(sorted(charges.toReversed())).toEqual(sorted(charges));
      }),
    );
  });

  it("are the same whether or not each repetition becomes a record of its own", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 24 }), spans, (date, records, span) => {
        const one = monthly(date);
        const all = (dueDays(one, "2040-01-01") ?? [])
          .slice(0, records)
          .map((day, index) => monthly(day, {}, { id: String(index) }));
        expect(sumOf(all, span).toFixed()).toBe(sumOf([one], span).toFixed());
      }),
    );
  });

  it("count twice for two equal charges that begin on one day", () => {
    const two = [monthly("2024-01-15", {}, { id: "a" }), monthly("2024-01-15", {}, { id: "b" })];
    expect(dueIn(two, { from: "2024-02-01", to: "2024-03-31" }, never)).toHaveLength(4);
  });

  it("count an unknown recurrence once, and report it; bill each once, and nothing that was voided", () => {
    const span = { from: "2024-01-01", to: "2024-12-31" };
    const unclear = chargeWith({ kind: "RECURRING", date: "2024-05-01" });
    expect(dueIn([unclear], span, never)).toEqual([{ charge: unclear, day: "2024-05-01", repeated: false, unclear: true }]);
    expect(dueIn([unclear], span, () => true)).toMatchObject([{ unclear: false }]);
    expect(dueIn([monthly("2024-05-01")], span, () => true)).toHaveLength(1);
    expect(
      dueIn([monthly("2024-05-01", {}, { status: "VOIDED" }), monthly("2024-05-01", {}, { status: "ARCHIVED" })], span, never),
    ).toEqual([]);
  });

  it("distinguish repetitions whose outstanding amount is unknown", () => {
    const charge = monthly("2024-01-15", {}, { outstanding: euros("4.00"), taxAmount: euros("1.90") });
    const { totals } = statementOf(dueIn([charge], { from: "2024-01-01", to: "2024-03-31" }, never), () => "EUR");
    expect(totals).toMatchObject([
      {
        charges: 3,
        repeated: 2,
        amount: euros("30.00"),
        total: euros("35.70"),
        outstanding: euros("4.00"),
        outstandingUnknown: 2,
      },
    ]);
  });
});

function sumOf(charges: readonly Charge[], span: { from: string; to: string }): InstanceType<typeof Exact> {
  const { totals } = statementOf(dueIn(charges, span, never), () => "EUR");
  return totals.reduce((sum, { amount }) => sum.plus(amount.amount), new Exact(0));
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

const months: Partial<Record<ChargeInterval, number>> = { MONTHLY: 1, QUARTERLY: 3, SEMIANNUALLY: 6, ANNUALLY: 12 };

/** Computed in another way: checks each day of the span. */
function byCalendar({ id, date, recurrence }: Charge, { from, to }: { from: string; to: string }): string[] {
  const start = new Date(date ?? "");
  const found: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const day = new Date(time);
    if (isDue(start, day, recurrence)) found.push(`${isoDay(time)} ${id}`);
  }
  return found;
}

function isDue(start: Date, day: Date, recurrence: Charge["recurrence"]): boolean {
  if (day.getTime() === start.getTime()) return true;
  if (!recurrence || day < start || (recurrence.endsOn !== null && isoDay(day.getTime()) > recurrence.endsOn)) return false;
  const most = recurrence.occurrences ?? Infinity;
  if (recurrence.interval === "WEEKLY") {
    const apart = (day.getTime() - start.getTime()) / 86_400_000;
    return apart % 7 === 0 && apart / 7 < most;
  }
  const each = months[recurrence.interval];
  if (each === undefined) return false;
  const apart = (day.getUTCFullYear() - start.getUTCFullYear()) * 12 + day.getUTCMonth() - start.getUTCMonth();
  const lastOfMonth = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  return apart % each === 0 && apart / each < most && day.getUTCDate() === Math.min(start.getUTCDate(), lastOfMonth);
}
