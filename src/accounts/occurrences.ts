import { chargeDate } from "../adapter/charge-order.ts";
import type { Charge, ChargeInterval, ChargeStatus } from "../model/model.ts";
import { shiftDate } from "../model/zones.ts";

/** The days on which repeating charges fall due, in their backend's zone, computed from their recurrence. Pure. */

/** One occurrence of a charge in a statement: on its own day, or on a later day on which it falls due again. */
export interface Due {
  readonly charge: Charge;
  /** yyyy-MM-dd; "" = it has none. */
  readonly day: string;
  /** It was computed, and is not a record of the backend. */
  readonly repeated: boolean;
  /** It repeats, but its backend does not say how: it counts once. */
  readonly unclear: boolean;
}

/** The days of a statement, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

interface Step {
  readonly days?: number;
  readonly months?: number;
}

const steps: Readonly<Record<ChargeInterval, Step | null>> = {
  IMMEDIATE: null,
  ONCE: null,
  WEEKLY: { days: 7 },
  MONTHLY: { months: 1 },
  QUARTERLY: { months: 3 },
  SEMIANNUALLY: { months: 6 },
  ANNUALLY: { months: 12 },
};

/**
 * The days on which a charge falls due, its own first, none after `last`. Null if the backend does not say how it repeats. Each day is
 * counted from the first one, so a charge due on the 31st returns to the 31st after a short month.
 */
export function dueDays(charge: Charge, last: string): readonly string[] | null {
  const { recurrence, kind } = charge;
  const start = chargeDate(charge);
  if (recurrence === null) return kind === "RECURRING" ? null : [start];
  const step = steps[recurrence.interval];
  if (step === null) return [start];
  const first = recurrence.startsOn ?? start;
  if (first === "") return null;
  const end = recurrence.endsOn !== null && recurrence.endsOn < last ? recurrence.endsOn : last;
  const days: string[] = [];
  for (let count = 0; count < (recurrence.occurrences ?? Infinity); count++) {
    const day = shiftDate(first, { days: (step.days ?? 0) * count, months: (step.months ?? 0) * count });
    if (day > end) break;
    days.push(day);
  }
  return days;
}

/** Charges that were taken back are not owed. */
export const leftOut: ReadonlySet<ChargeStatus> = new Set(["VOIDED", "ARCHIVED"]);

/**
 * All occurrences in these days. `charges` also holds the repeating ones from before these days.
 *
 * Not every contract says whether each repetition becomes a record of its own. If it does, the record lies on a day on which an earlier,
 * similar charge falls due again: it is that repetition, and counts once.
 *
 * @param isBill whether a backend's repeating records are its bills: each then counts by itself
 */
export function dueIn(charges: readonly Charge[], { from, to }: Days, isBill: (backend: string) => boolean): readonly Due[] {
  const expected = new Map<string, Charge[]>();
  const due: Due[] = [];
  const sorted = charges
    .filter(({ status }) => !leftOut.has(status))
    .toSorted((left, right) => compare(keyOf(left), keyOf(right)));
  for (const charge of sorted) {
    const day = chargeDate(charge);
    const days = isBill(charge.backend) ? [day] : dueDays(charge, to);
    const repeats = days !== null && charge.recurrence !== null && steps[charge.recurrence.interval] !== null;
    // The record itself counts on its own day, whatever its series says.
    if (day >= from && day <= to) due.push({ charge, day, repeated: false, unclear: days === null });
    if (!repeats || expected.get(occasionOf(charge, day))?.shift()) continue;
    for (const next of days) {
      if (next <= day) continue;
      const occasion = occasionOf(charge, next);
      const others = expected.get(occasion);
      if (others) others.push(charge);
      else expected.set(occasion, [charge]);
    }
  }
  for (const [occasion, series] of expected) {
    const day = occasion.slice(0, dayLength);
    if (day >= from && day <= to) due.push(...series.map((charge) => ({ charge, day, repeated: true, unclear: false })));
  }
  return due;
}

const dayLength = "yyyy-MM-dd".length;

/** The members that two records of one repetition share. */
function occasionOf({ backend, customer, service, name, amount, quantity, recurrence }: Charge, day: string): string {
  const what = [backend, customer?.id, service?.id ?? name, amount?.amount, amount?.currency, quantity, recurrence?.interval];
  return day + JSON.stringify(what);
}

const keyOf = (charge: Charge): string => `${chargeDate(charge)}\0${charge.backend}\0${charge.id}`;
const compare = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);
