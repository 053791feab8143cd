import type { ServiceVerbs } from "../../../adapter/adapter.ts";
import { pageOfParts } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { createOmittedRows } from "../../../adapter/kit/rows.ts";
import type { Service } from "../../../model/model.ts";
import type { MappingContext } from "../map.ts";
import { type Lists, sortedById } from "./lists.ts";
import { serviceFrom } from "./map.ts";

/** Services have no price of their own, but may point to a tax (contract 7.7). */
export function serviceVerbs(context: MappingContext, lists: Lists) {
  const map = (row: Row): Service | null => serviceFrom(context, row);

  const list: ServiceVerbs["list"] = async (_query, page, scope) => {
    const omitted = createOmittedRows(context.backend, "services");
    const accept = (row: Row): Service | null => map(row) ?? omitted.add("id");
    return pageOfParts(lists.parts("services", sortedById, scope), { ...lists.keys("services"), omitted }, accept, page);
  };

  return { getMany: lists.getMany("services", map), list } satisfies ServiceVerbs;
}
