import type { Row } from "../../adapter/kit/reading.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import type { Plan } from "../../model/model.ts";
import { intervalOf } from "./map-charge.ts";
import { planRow } from "./wire.ts";

/**
 * Maps a row of `plans` (guide 4.4, plans/get). A plan has many prices, so its amount is null. Throws where it has no id.
 */
export function planFrom(row: Row, backend: string): Plan {
  const fields = planRow.parse(row);
  const { id, name, description, period } = fields;
  const interval = period === null ? null : intervalOf(period.toLowerCase());
  return {
    type: "Plan",
    backend,
    id,
    backendId: id,
    name: name ?? id,
    description,
    interval,
    amount: null,
    ...notUnderstoodIn(fields, { period: period === null || interval !== null }),
  };
}

/** The currency of a plan's prices; null where its row does not show it. */
export function currencyOfPlan(row: Row): string | null {
  return planRow.parse(row).currency ?? null;
}
