import { addDecimals } from "../model/money.ts";
import type { RunRow, RunSummary, RunTotal } from "./model.ts";

type Counted = Pick<RunRow, "backend" | "currency" | "amount" | "calls">;

export interface Totals {
  readonly add: (row: Counted) => void;
  readonly summary: () => RunSummary;
}

/** Adds up exactly what is to be sent, by backend and currency, sorted by these names. Pure but for its sums. */
export function createTotals(): Totals {
  const totals = new Map<string, { -readonly [Key in keyof RunTotal]: RunTotal[Key] }>();
  let calls = 0;
  return {
    add: ({ backend, currency, amount, calls: ofRow }) => {
      const name = JSON.stringify([backend, currency]);
      const total = totals.get(name) ?? { backend: backend ?? "", currency: currency ?? "", rows: 0, amount: "0", unpriced: 0 };
      totals.set(name, total);
      total.rows += 1;
      calls += ofRow;
      if (amount === null) total.unpriced += 1;
      else total.amount = addDecimals(total.amount, amount);
    },
    summary: () => ({
      totals: [...totals].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, total]) => ({ ...total })),
      calls,
    }),
  };
}

/** Sums of rows as the backends stored them. */
export function chargedTotals() {
  const totals = createTotals();
  return {
    add: ({ backend, stored, amount, currency }: RunRow): void =>
      totals.add({ backend, currency: stored?.currency ?? currency, amount: stored?.amount ?? amount, calls: 0 }),
    totals: () => totals.summary().totals,
  };
}
