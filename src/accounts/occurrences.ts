import { chargeDate } from "../adapter/charge-order.ts";
import type { Charge, ChargeInterval, ChargeStatus } from "../model/model.ts";
import { shiftDate } from "../model/zones.ts";

/** When charges that repeat fall due: days of their backend's zone, worked out from what it tells of them. Pure. */

/** A charge as often as it counts in a statement: on its own day, and again on each day that it falls due. */
export interface Due {
  readonly charge: Charge;
  /** yyyy-MM-dd; "" = it has none. */
  readonly day: string;
  /** It was worked out, and is no record of the backend. */
  readonly repeated: boolean;
  /** It repeats, and how is not told: it counts once. */
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
 * The days on which a charge falls due, its own first, none behind `last`; null where the backend does not tell how it repeats. Each is
 * counted from the first, so that what falls due on the 31st does so again after a short month.
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

/** What was taken back is no part of what is owed. */
export const leftOut: ReadonlySet<ChargeStatus> = new Set(["VOIDED", "ARCHIVED"]);

/**
 * All that falls due in these days. `charges` holds those that repeat from before these days as well.
 *
 * Not every contract tells whether each repetition becomes a record of its own. Where it does, such a record lies on a day on which an earlier one like it falls due again: it is that repetition, and counts once.
 *
 * @param isBill whether a backend's records of what repeats are its bills: each then counts by itself
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
    // Its own record counts on its own day, whatever its series says.
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

/** What two records of one repetition have in common. */
function occasionOf({ backend, customer, service, name, amount, quantity, recurrence }: Charge, day: string): string {
  const what = [backend, customer?.id, service?.id ?? name, amount?.amount, amount?.currency, quantity, recurrence?.interval];
  return day + JSON.stringify(what);
}

const keyOf = (charge: Charge): string => `${chargeDate(charge)}\0${charge.backend}\0${charge.id}`;
const compare = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);
