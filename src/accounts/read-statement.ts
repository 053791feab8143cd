import type { Backends } from "../adapter/backends.ts";
import { type AllCharges, allCharges } from "../adapter/charge-order.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import type { ChargeQuery } from "../model/queries.ts";
import { shiftDate } from "../model/zones.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import { type Days, dueIn } from "./occurrences.ts";
import { recordsOf, type Statement, statementOf } from "./statement.ts";

export interface StatementRange extends Days {
  /** Counts a repeating charge as often as it falls due, instead of once. */
  readonly occurrences?: boolean | null | undefined;
}

const mostYears = 5;
/** No charge that still repeats is older. */
const firstDay = "1970-01-01";

/** Charges of a customer read at once. Most backends give all of them anyhow. */
const chargesAtOnce = 1000;

/**
 * Reads all charges of these customers in the range, one batch for each backend, and sums them up. A backend that fails for
 * some of them is named in `unavailable`, and the rest of its charges count. INVALID_INPUT at "to" for a range that ends before
 * it begins or is longer than five years. limits.maxBackendCalls bounds these reads like any others.
 */
export async function readStatement(
  members: readonly Ref[],
  range: StatementRange,
  { reads, backends }: { readonly reads: Reads; readonly backends: Backends },
): Promise<Statement> {
  checkRange(range);
  const found = await Promise.all(
    members.map(async (member) => ({ member, charges: await settle(chargesFor(member, range, { reads, backends })) })),
  );
  const unavailable = new Map<string, BackendFailure>();
  for (const { member, charges } of found) {
    const error = charges instanceof BillingError ? charges : charges.incomplete;
    if (error && !unavailable.has(member.backend)) unavailable.set(member.backend, { backend: member.backend, error });
  }
  const read = found.flatMap(({ charges }) => (charges instanceof BillingError ? [] : charges.charges));
  // A charge that two of the customers share counts once.
  const each = new Map(read.map((charge) => [`${charge.backend}:${charge.id}`, charge]));
  const currencyOf = (key: string): string => backends.get(key)?.adapter.currency ?? "";
  const isBill = (key: string): boolean => backends.get(key)?.adapter.billsRepetitions === true;
  const dues = range.occurrences ? dueIn([...each.values()], range, isBill) : recordsOf([...each.values()]);
  return { ...statementOf(dues, currencyOf), unavailable: [...unavailable.values()] };
}

/** The charges of the range, and earlier ones that may still repeat in it. */
async function chargesFor(
  member: Ref,
  { from, to, occurrences }: StatementRange,
  { reads, backends }: { readonly reads: Reads; readonly backends: Backends },
): Promise<AllCharges> {
  const chargesOf = (query: ChargeQuery): Promise<AllCharges> =>
    allCharges((window) => reads.load.chargesOfCustomers.load({ ...member, query, window }), chargesAtOnce);
  const inRange = chargesOf({ from, to });
  if (!occurrences || from <= firstDay || backends.get(member.backend)?.adapter.billsRepetitions) return inRange;
  const before = { from: firstDay, to: shiftDate(from, { days: -1 }), kind: ["RECURRING"] } as const;
  const [earlier, own] = await Promise.all([chargesOf(before), inRange]);
  const incomplete = own.incomplete ?? earlier.incomplete;
  return { charges: [...earlier.charges, ...own.charges], ...(incomplete && { incomplete }) };
}

function checkRange({ from, to }: StatementRange): void {
  if (to < from) throw invalidInput("to", "lies before from");
  const [year = "", ...day] = from.split("-");
  const last = [String(Number(year) + mostYears).padStart(4, "0"), ...day].join("-");
  if (to > last) throw invalidInput("to", `must not be more than ${mostYears} years after from`);
}
