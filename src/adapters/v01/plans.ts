import type { PlanVerbs } from "../../adapter/adapter.ts";
import { loadEach } from "../../adapter/kit/loading.ts";
import { pageOfOffsets } from "../../adapter/kit/paging.ts";
import type { ChargeInterval, Plan } from "../../model/model.ts";
import { type Backend, maximumLimit } from "./call.ts";
import { moneyOf } from "./cents.ts";
import type { V01Settings } from "./settings.ts";
import { isLong, type PlanRecord, planRecord } from "./wire.ts";

/** BillingCycle: contract 11.3. */
const intervals: ReadonlyMap<string, ChargeInterval> = new Map([
  ["W", "WEEKLY"],
  ["M", "MONTHLY"],
  ["Q", "QUARTERLY"],
  ["S", "SEMIANNUALLY"],
  ["A", "ANNUALLY"],
]);

/** Null for a plan of another merchant account. */
export function planFrom(record: PlanRecord, backend: string, { accountId, currency }: V01Settings): Plan | null {
  if (record.accountId !== null && record.accountId !== BigInt(accountId)) return null;
  return {
    type: "Plan",
    backend,
    id: record.id,
    backendId: record.id,
    name: record.name ?? record.code ?? record.id,
    description: null,
    interval: intervals.get(record.billingCycleType ?? "") ?? null,
    amount: moneyOf(record.amount, currency),
  };
}

/** Plans, read only: contract 8.2. */
export function planVerbs({ key, settings, requests }: Backend): PlanVerbs {
  const unified = (record: PlanRecord): Plan | null => planFrom(record, key, settings);
  return {
    getMany: (ids, scope) => {
      const load = async (id: string): Promise<Plan | null> => {
        const rows = await requests.load({ function: "GET /plans/{id}", path: `plans/${id}` }, planRecord, scope);
        const record = rows.find((row) => row.id === id);
        return record ? unified(record) : null;
      };
      return loadEach(ids, { isPossible: isLong, atOnce: settings.concurrency, load });
    },
    list: (_query, page, scope) => {
      const call = { function: "GET /plans", path: "plans", query: { accountId: String(settings.accountId) } };
      return pageOfOffsets(requests.pages(call, planRecord, scope), unified, page, maximumLimit);
    },
  };
}
