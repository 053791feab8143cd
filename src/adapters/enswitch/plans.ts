import type { PlanVerbs } from "../../adapter/adapter.ts";
import { createOmittedRows } from "../../adapter/kit/omitted-rows.ts";
import { pageOfParts } from "../../adapter/kit/paging.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { getEach, getRow, type Session } from "./call.ts";
import { keyOf, partsOfList } from "./listing.ts";
import { planFrom } from "./map-plan.ts";

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
      const keys = { keyOf, sizes, clashed: () => omitted.add("sameId") };
      const found = await pageOfParts(partsOfList(session, sizes, list, scope), keys, ({ value }) => value, page);
      return { ...found, ...omitted.report() };
    },
  };
}
