import type { PlanVerbs } from "../../adapter/adapter.ts";
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
    list: (_query, page, scope) =>
      pageOfParts(partsOfList(session, sizes, list, scope), { keyOf, sizes }, ({ value }) => value, page),
  };
}
