import { stringify } from "csv-stringify/sync";
import type { Backends } from "../adapter/backends.ts";
import { type AllCharges, allCharges, chargeDate } from "../adapter/charge-order.ts";
import { csvFormat, textCell } from "../model/csv.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import type { Charge, Money, Ref } from "../model/model.ts";
import { addMoney, money } from "../model/money.ts";
import type { ChargeQuery } from "../model/queries.ts";
import { shiftDate } from "../model/zones.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import { type Days, type Due, dueIn, leftOut } from "./occurrences.ts";

/** An account's charges: exact sums by month, backend and currency. */
export interface Statement extends Sums {
  /** Backends that failed for some or all charges. */
  readonly unavailable: readonly BackendFailure[];
}

interface Sums {
  /** Sorted by month, backend and currency. */
  readonly rows: readonly StatementRow[];
  /** The rows' sums, sorted by currency. */
  readonly totals: readonly StatementTotal[];
}

/**
 * Each sum covers the known values, and a count says how many charges it lacks. Of a charge without a price, only the
 * outstanding amount may be known, in some backends.
 */
export interface StatementTotal {
  readonly currency: string;
  readonly charges: number;
  /** Without taxes; of the charges that have a price. */
  readonly amount: Money;
  /** Sum over the charges with a known tax; null = none has one. */
  readonly taxAmount: Money | null;
  /** amount + taxAmount. An unknown tax counts as zero. */
  readonly total: Money;
  /** Sum over the charges with a known outstanding amount; null = none has one. */
  readonly outstanding: Money | null;
  readonly unpriced: number;
  readonly taxUnknown: number;
  readonly outstandingUnknown: number;
  /** How many of the charges are computed repetitions, and no records of the backend. */
  readonly repeated: number;
  /** How many of the charges repeat in an unknown way. */
  readonly unclear: number;
}

export interface StatementRow extends StatementTotal {
  readonly backend: string;
  /** yyyy-MM */
  readonly month: string;
}

/** Each charge once, on its own day. */
export function recordsOf(charges: readonly Charge[]): readonly Due[] {
  return charges
    .filter(({ status }) => !leftOut.has(status))
    .map((charge) => ({ charge, day: chargeDate(charge), repeated: false, unclear: false }));
}

/**
 * Sums what is due, in any order. The month is that of Charge.date, or of the creation if there is no date. A charge without either is
 * left out. `currencyOf` gives a backend's currency, for charges without any amount.
 */
export function statementOf(dues: readonly Due[], currencyOf: (backend: string) => string): Sums {
  const groups = new Map<string, StatementRow>();
  for (const due of dues) {
    const { charge } = due;
    const month = due.day.slice(0, 7);
    if (month === "") continue;
    const counted = countedOnce(due, currencyOf);
    const key = JSON.stringify([month, charge.backend, counted.currency]);
    const row = groups.get(key);
    const sum = row ? added(row, counted) : counted;
    groups.set(key, { backend: charge.backend, month, ...sum });
  }
  const rows = [...groups.values()].sort(
    (left, right) =>
      compareTexts(left.month, right.month) ||
      compareTexts(left.backend, right.backend) ||
      compareTexts(left.currency, right.currency),
  );
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  const totals = [...byCurrency.values()].map((its) => its.map(totalOf).reduce(added));
  return { rows, totals: totals.sort((left, right) => compareTexts(left.currency, right.currency)) };
}

function totalOf({ backend: _, month: __, ...total }: StatementRow): StatementTotal {
  return total;
}

function countedOnce({ charge, repeated, unclear }: Due, currencyOf: (backend: string) => string): StatementTotal {
  const told = charge.amount ?? charge.outstanding ?? charge.taxAmount;
  const currency = told?.currency ?? currencyOf(charge.backend);
  const known = (value: Money | null): Money | null => (value?.currency === currency ? money(value.amount, currency) : null);
  const amount = known(charge.amount);
  // With a tax but no price, the total would be less than its parts.
  const taxAmount = amount === null ? null : known(charge.taxAmount);
  // Only the backend knows what is outstanding of a repetition.
  const outstanding = repeated ? null : known(charge.outstanding);
  const nothing = money("0", currency);
  return {
    currency,
    charges: 1,
    amount: amount ?? nothing,
    taxAmount,
    total: addMoney(amount ?? nothing, taxAmount ?? nothing) ?? nothing,
    outstanding,
    unpriced: amount === null ? 1 : 0,
    taxUnknown: taxAmount === null ? 1 : 0,
    outstandingUnknown: outstanding === null ? 1 : 0,
    repeated: repeated ? 1 : 0,
    unclear: unclear ? 1 : 0,
  };
}

/** Adds two sums of one currency. */
function added(left: StatementTotal, right: StatementTotal): StatementTotal {
  return {
    currency: left.currency,
    charges: left.charges + right.charges,
    amount: addMoney(left.amount, right.amount) ?? left.amount,
    taxAmount: addKnown(left.taxAmount, right.taxAmount),
    total: addMoney(left.total, right.total) ?? left.total,
    outstanding: addKnown(left.outstanding, right.outstanding),
    unpriced: left.unpriced + right.unpriced,
    taxUnknown: left.taxUnknown + right.taxUnknown,
    outstandingUnknown: left.outstandingUnknown + right.outstandingUnknown,
    repeated: left.repeated + right.repeated,
    unclear: left.unclear + right.unclear,
  };
}

function addKnown(left: Money | null, right: Money | null): Money | null {
  return addMoney(left, right) ?? left ?? right;
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

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

/** A statement as CSV, for spreadsheets. */

/** The cell of each column. Amounts are plain decimals, in the row's currency. */
const columns: Readonly<Record<string, (row: StatementRow, label: string) => string>> = {
  month: ({ month }) => month,
  backend: ({ backend }) => textCell(backend),
  label: (_row, label) => textCell(label),
  currency: ({ currency }) => textCell(currency),
  charges: ({ charges }) => String(charges),
  amount: ({ amount }) => amount.amount,
  taxAmount: ({ taxAmount }) => amountOf(taxAmount),
  total: ({ total }) => total.amount,
  outstanding: ({ outstanding }) => amountOf(outstanding),
  unpriced: ({ unpriced }) => String(unpriced),
  taxUnknown: ({ taxUnknown }) => String(taxUnknown),
  outstandingUnknown: ({ outstandingUnknown }) => String(outstandingUnknown),
  repeated: ({ repeated }) => String(repeated),
  repetitionUnknown: ({ unclear }) => String(unclear),
};

/** A header line, then one line for each row. Unknown values are empty. */
export function statementCsv(rows: readonly StatementRow[], labelOf: (backend: string) => string): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => cell(row, labelOf(row.backend))));
  return stringify([Object.keys(columns), ...lines], csvFormat);
}

function amountOf(money: Money | null): string {
  return money?.amount ?? "";
}
