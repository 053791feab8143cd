import type { ChargePosition } from "../../../adapter/adapter.ts";
import { invalidInput } from "../../../model/errors.ts";
import type { ChargeQuery } from "../../../model/queries.ts";
import { shiftDate, today } from "../../../model/zones.ts";
import { isCalendarDate } from "../dates.ts";

/** A window of dates: v2 lists charges over one only (contract 5.2). Dates are yyyy-MM-dd. */
export interface DateWindow {
  readonly DateSelector: "DateOfCharge" | "DateCreated";
  readonly StartDate: string;
  readonly EndDate: string;
}

/**
 * The window that a list covers, both ends inclusive, and the one to send: `wire` is null where nothing can match. Without `from` it starts
 * `months` before today or `to`, whichever is earlier; without `to` it ends a month ahead, as memorized charges lie there. Nothing behind `after`
 * is newer than it, so its date ends the window too. Throws INVALID_INPUT where `to` lies before `from`.
 */
export function listWindow(
  query: ChargeQuery,
  after: ChargePosition | null,
  timeZone: string,
  months: number,
): { readonly wire: DateWindow | null; readonly from: string; readonly to: string } {
  const now = today(timeZone);
  for (const bound of ["from", "to"] as const) {
    const date = query[bound];
    if (date != null && !isCalendarDate(date)) throw invalidInput(["filter", bound], "must be a calendar date");
  }
  const from = query.from ?? shiftDate(earlier(now, query.to ?? now), { months: -months });
  const to = query.to ?? shiftDate(earlier(now, from) === now ? from : now, { months: 1 });
  if (to < from) throw invalidInput(["filter", "to"], "must not be before from");
  const last = after === null ? to : earlier(to, positionDate(after));
  return { wire: last < from ? null : window("DateOfCharge", from, last), from, to };
}

/** The window to look for charges of unknown date. */
export function defaultWindow(timeZone: string, months: number): DateWindow {
  const now = today(timeZone);
  return window("DateOfCharge", shiftDate(now, { months: -months }), shiftDate(now, { months: 1 }));
}

/** The window to look for charges created on these days: a day wider at both ends, as the zone of dates is not certain. */
export function creationWindow(days: readonly string[]): DateWindow {
  const sorted = [...days].sort();
  return window("DateCreated", shiftDate(sorted[0] ?? "", { days: -1 }), shiftDate(sorted.at(-1) ?? "", { days: 1 }));
}

/** The window to look for a charge of that day: a day wider at both ends. */
export function chargeDayWindow(day: string): DateWindow {
  return window("DateOfCharge", shiftDate(day, { days: -1 }), shiftDate(day, { days: 1 }));
}

/** A window that ends one day later: a bare date may mean its midnight (contract 2.7). Callers check the dates of the answer. */
function window(DateSelector: DateWindow["DateSelector"], from: string, to: string): DateWindow {
  return { DateSelector, StartDate: from, EndDate: shiftDate(to, { days: 1 }) };
}

/** Whether a date may lie in the window: a day more at both ends, as its zone is not certain. */
export function mayLieIn({ StartDate, EndDate }: DateWindow, date: string): boolean {
  return date >= shiftDate(StartDate, { days: -1 }) && date <= shiftDate(EndDate, { days: 1 });
}

function positionDate({ date }: ChargePosition): string {
  if (date !== "" && !isCalendarDate(date)) throw invalidInput("after", "is not a cursor of this list");
  return date;
}

function earlier(left: string, right: string): string {
  return left < right ? left : right;
}
