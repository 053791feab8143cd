import type { Row } from "../../adapter/kit/reading.ts";
import { notUnderstoodIn } from "../../adapter/kit/record.ts";
import type { Plan } from "../../model/model.ts";
import { intervalOf } from "./map-charge.ts";
import { planRow } from "./wire.ts";

/**
 * A row of `plans` (guide 4.4, plans/get) as the unified plan. Its prices are many, so it has no single amount. Throws without
 * an id.
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

/** The currency of a plan's prices, null where its row does not tell. */
export function currencyOfPlan(row: Row): string | null {
  return planRow.parse(row).currency ?? null;
}
