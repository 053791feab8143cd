import type { ServiceVerbs } from "../../../adapter/adapter.ts";
import { pageOfOffsets } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import type { Service } from "../../../model/model.ts";
import type { Source } from "../map.ts";
import { type Call, createGetMany, rowsOf } from "./call.ts";
import { serviceFrom } from "./map.ts";

/** Services have no price of their own, but may point to a tax (contract 7.7). */
export function serviceVerbs(source: Source, call: Call) {
  const map = (row: Row): Service | null => serviceFrom(source, row);

  const list: ServiceVerbs["list"] = (_query, page, scope) =>
    pageOfOffsets(rowsOf(call, "services", { sortField: "id", sortOrder: "Ascend" }, scope), map, page);

  return { getMany: createGetMany(call, "services", map), list } satisfies ServiceVerbs;
}
