import { chargeDate } from "../adapter/charge-order.ts";
import type { Charge, Money } from "../model/model.ts";
import { addMoney, money } from "../model/money.ts";
import type { BackendFailure } from "../reads/pages.ts";
import { type Due, leftOut } from "./occurrences.ts";

/** An account's charges: exact sums by month, backend and currency. */
export interface Statement extends Sums {
  /** Backends that failed for some or all charges. */
  readonly unavailable: readonly BackendFailure[];
}

export interface Sums {
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
