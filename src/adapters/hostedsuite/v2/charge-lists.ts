import type { CallScope, ChargePosition } from "../../../adapter/adapter.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { BillingError, invalidInput, named, settle } from "../../../model/errors.ts";
import type { ChargeQuery } from "../../../model/queries.ts";
import { shiftDate, today } from "../../../model/zones.ts";
import { isSetDay } from "../dates.ts";
import { recordsWith } from "../reading.ts";
import type { Call } from "./call.ts";

export interface ListedRows {
  readonly rows: Row[];
  /** Whether the list certainly contains memorized charges. */
  readonly hasMemorized: boolean;
}

/** A missing route is tried again after this time: an update of the backend may bring it. */
const isMissingForMs = 60 * 60_000;

/** Before HostedSuite existed. */
const emptyWindow: DateWindow = { StartDate: "1990-01-01", EndDate: "1990-01-02", DateSelector: "DateOfCharge" };

const records = recordsWith("id");

/**
 * Lists the charges of one client, or of all. POST /charges/all has everything, if both of its switches are set (contract 5.3), but is known of
 * one host only (contract 15). Where it does not exist, POST /charges is called, which has no charges of reservations and may omit memorized ones
 * (contract 5.2).
 */
export function createChargeLists(call: Call) {
  let missingSince: number | null = null;

  /**
   * Whether the route does not exist, where an envelope says that something was not found: that may be the client. So the charges of all
   * clients are asked for, of a window that is empty.
   */
  async function isMissingForAll(clientId: string | undefined, scope: CallScope): Promise<boolean> {
    if (clientId === undefined) return true;
    const members = { ...emptyWindow, IncludeManualCharges: true, IncludeSchedulingCharges: true };
    const rows = await settle(call({ route: "charges/all", members, read: records }, scope));
    return rows instanceof BillingError && rows.code === "NOT_FOUND";
  }

  return async (clientId: string | undefined, window: DateWindow, scope: CallScope): Promise<ListedRows> => {
    const members = { ClientId: clientId, ...window };
    if (missingSince === null || performance.now() - missingSince > isMissingForMs) {
      const everything = { ...members, IncludeManualCharges: true, IncludeSchedulingCharges: true };
      const rows = await settle(call({ route: "charges/all", members: everything, read: records }, scope));
      if (!(rows instanceof BillingError)) {
        missingSince = null;
        return { rows, hasMemorized: true };
      }
      if (!isMissing(rows) && !(rows.code === "NOT_FOUND" && (await isMissingForAll(clientId, scope)))) throw rows;
      missingSince = performance.now();
    }
    return { rows: await call({ route: "charges", members, read: records }, scope), hasMemorized: false };
  };
}

/** Whether the route does not exist: status 405 says so, and a bare 404. In an envelope, something else may not have been found. */
function isMissing({ code, backendCode }: BillingError): boolean {
  return code === "UNSUPPORTED" || (code === "NOT_FOUND" && backendCode === "404");
}

/** UNSUPPORTED for a charge that is missing in a list that may be incomplete. */
export function unseen(backend: string): BillingError {
  const message = `${named(backend)} has no POST /charges/all, and POST /charges may leave out charges that repeat and those of reservations.`;
  return new BillingError("UNSUPPORTED", message, { backend, retryable: false });
}

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
    if (date != null && !isSetDay(date)) throw invalidInput(["filter", bound], "must be a calendar date");
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

/** The window of dates of charge that charges created on these days most probably have. */
export function chargeDateWindow(days: readonly string[], months: number): DateWindow {
  const sorted = [...days].sort();
  const first = shiftDate(sorted[0] ?? "", { months: -months });
  return window("DateOfCharge", first, shiftDate(sorted.at(-1) ?? "", { months }));
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
  if (date !== "" && !isSetDay(date)) throw invalidInput("after", "is not a cursor of this list");
  return date;
}

function earlier(left: string, right: string): string {
  return left < right ? left : right;
}
