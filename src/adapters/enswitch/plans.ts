import type { PlanVerbs } from "../../adapter/adapter.ts";
import { pageOfParts } from "../../adapter/kit/paging.ts";
import { notUnderstoodIn, type Row } from "../../adapter/kit/reading.ts";
import { createOmittedRows } from "../../adapter/kit/rows.ts";
import type { Plan } from "../../model/model.ts";
import { getEach, getRow, type Session } from "./call.ts";
import { keyOf, partsOfList } from "./listing.ts";
import { intervalOf } from "./map-charge.ts";
import { planRow } from "./wire.ts";

/** Rate plans (guide 4.4, plans/get and plans/list). */
export function planVerbs(session: Session): PlanVerbs {
  const map = (row: Row) => planFrom(row, session.backend);
  const sizes = session.sizes.plans;
  const list = { function: "plans/list", parameters: { sort: "name" }, subject: "The gateway's own customer", map };
  return {
    getMany: (ids, scope) =>
      getEach(session, ids, (id) => getRow(session, { function: "plans/get", id, subject: `Plan ${id}`, map }, scope)),
    list: async (_query, page, scope) => {
      const omitted = createOmittedRows(session.backend, "plans");
      return pageOfParts(partsOfList(session, sizes, list, scope), { keyOf, sizes, omitted }, ({ value }) => value, page);
    },
  };
}

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
