import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import type { ChargeInterval, Plan } from "../../model/model.ts";
import { moneyOf } from "./cents.ts";
import type { V01Settings } from "./settings.ts";
import type { PlanRow } from "./wire.ts";

/** Intervals by BillingCycle (contract 11.3). */
const intervals: ReadonlyMap<string, ChargeInterval> = new Map([
  ["W", "WEEKLY"],
  ["M", "MONTHLY"],
  ["Q", "QUARTERLY"],
  ["S", "SEMIANNUALLY"],
  ["A", "ANNUALLY"],
]);

/** Maps a plan; null for one of another merchant account. */
export function planFrom(record: PlanRow, backend: string, { accountId, currency }: V01Settings): Plan | null {
  if (record.accountId !== null && record.accountId !== BigInt(accountId)) return null;
  const interval = intervals.get(record.billingCycleType ?? "") ?? null;
  return {
    type: "Plan",
    backend,
    id: record.id,
    backendId: record.id,
    name: record.name ?? record.code ?? record.id,
    description: null,
    interval,
    amount: moneyOf(record.amount, currency),
    active: record.isActive,
    ...notUnderstoodIn(record, { billingCycleType: record.billingCycleType === null || interval !== null }),
  };
}
