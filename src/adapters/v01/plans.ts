import type { PlanVerbs } from "../../adapter/adapter.ts";
import { loadEach } from "../../adapter/kit/loading.ts";
import { pageOfParts, partsOf } from "../../adapter/kit/paging.ts";
import { notUnderstoodIn } from "../../adapter/kit/reading.ts";
import { createOmittedRows, recordWithId } from "../../adapter/kit/rows.ts";
import type { ChargeInterval, Plan } from "../../model/model.ts";
import type { Session } from "./call.ts";
import { moneyOf } from "./cents.ts";
import type { V01Settings } from "./settings.ts";
import { isLong, type PlanRow, planRow } from "./wire.ts";

/** Plans, read only: contract 8.2. */
export function planVerbs({ key, settings, requests }: Session): PlanVerbs {
  const unified = (record: PlanRow): Plan | null => planFrom(record, key, settings);
  return {
    getMany: (ids, scope) => {
      const load = async (id: string): Promise<Plan | null> => {
        const rows = await requests.load({ function: "GET /plans/{id}", path: `plans/${id}` }, planRow, scope);
        const record = recordWithId(rows, (row) => row.id, id);
        return record ? unified(record) : null;
      };
      return loadEach(ids, { isPossible: isLong, atOnce: settings.concurrency, load });
    },
    list: async (_query, page, scope) => {
      const call = { function: "GET /plans", path: "plans", query: { accountId: String(settings.accountId) } };
      const omitted = createOmittedRows(key, "plans");
      const keys = { keyOf: ({ id }: PlanRow) => id, omitted };
      const parts = partsOf(requests.pages(call, planRow, scope));
      return pageOfParts(parts, keys, unified, page, settings.pageMaximum);
    },
  };
}

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
