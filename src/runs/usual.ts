import { addDecimals, compareDecimals } from "../model/money.ts";
import type { ChargeSpec } from "../mutations/routing.ts";
import { seriesOf } from "./keys.ts";
import type { Run, RunRow } from "./model.ts";
import type { RunStore } from "./store.ts";

/**
 * Compares a row with earlier charges of the series to the customer for the same service or text, and warns about a large
 * difference.
 */
export interface Usual {
  /** Reads earlier charges to the customers of these rows. */
  readonly expect: (rows: readonly RunRow[]) => Promise<void>;
  /** A warning if the row's amount is far from the usual one; null if it is not, or if too little is known. */
  readonly remark: (row: RunRow) => string | null;
}

/** Number of earlier runs to compare with: half a year of monthly runs. */
const mostRuns = 6;
const fewestAmounts = 2;

export function createUsual(store: Pick<RunStore, "earlierRuns" | "earlierRows">, run: Pick<Run, "id" | "series">): Usual {
  const amounts = new Map<string, string[]>();
  const read = new Set<string>();
  let runs: Promise<readonly string[]> | undefined;

  return {
    expect: async (rows) => {
      runs ??= store.earlierRuns(run.series, run.id, mostRuns);
      const runIds = await runs;
      const customers = [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))].filter((id) => !read.has(id));
      if (runIds.length === 0 || customers.length === 0) return;
      for (const row of await store.earlierRows(runIds, customers)) {
        const name = nameOf(row.customerId, row.currency, row.charge);
        amounts.set(name, [...(amounts.get(name) ?? []), row.amount]);
      }
      for (const id of customers) read.add(id);
    },
    remark: ({ customerId, currency, amount, charge }) => {
      if (customerId === null || currency === null || amount === null || charge === null) return null;
      const before = amounts.get(nameOf(customerId, currency, charge)) ?? [];
      const middle = medianOf(before);
      if (middle === null || before.length < fewestAmounts || !isFar(amount, middle)) return null;
      return `The amount is far from usual: the median of ${before.length} earlier runs is ${middle} ${currency}.`;
    },
  };
}

/** Same customer and currency, and the same service or the same text without its month. */
function nameOf(customerId: string, currency: string, { serviceId, name }: Pick<ChargeSpec, "serviceId" | "name">): string {
  return JSON.stringify([customerId, currency, serviceId ?? null, name == null ? null : seriesOf(name).toLowerCase()]);
}

function medianOf(amounts: readonly string[]): string | null {
  return amounts.toSorted(compareDecimals)[Math.floor((amounts.length - 1) / 2)] ?? null;
}

/** Warns from more than three times, or less than a third. Says nothing about credits and free rows. */
function isFar(amount: string, usual: string): boolean {
  if (compareDecimals(amount, "0") <= 0 || compareDecimals(usual, "0") <= 0) return false;
  const threefold = (value: string): string => addDecimals(value, value, value);
  return compareDecimals(amount, threefold(usual)) > 0 || compareDecimals(threefold(amount), usual) < 0;
}
