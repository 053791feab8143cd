import type { PlanVerbs } from "../../adapter/adapter.ts";
import { pageOfOffsets } from "../../adapter/kit/paging.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { getEach, getRow, listRows, type Session } from "./call.ts";
import { planFrom } from "./map-plan.ts";

/** Rate plans (guide 4.4, plans/get and plans/list). */
export function planVerbs(session: Session): PlanVerbs {
  const map = (row: Row) => planFrom(row, session.backend);
  return {
    getMany: (ids, scope) =>
      getEach(session, ids, (id) => getRow(session, { function: "plans/get", id, subject: `Plan ${id}`, map }, scope)),
    list: (_query, page, scope) =>
      pageOfOffsets(
        (offset, limit) => {
          const parameters = { sort: "name", limit: String(limit), offset: String(offset) };
          return listRows(session, { function: "plans/list", parameters, subject: "The gateway's own customer", map }, scope);
        },
        (plan) => plan,
        page,
      ),
  };
}
