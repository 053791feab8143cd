import type { CallScope, ServiceVerbs } from "../../../adapter/adapter.ts";
import { pageOfAll } from "../../../adapter/kit/paging.ts";
import { createOmittedRows, type OmittedRows, recordsById } from "../../../adapter/kit/rows.ts";
import { invalidInput } from "../../../model/errors.ts";
import type { Service } from "../../../model/model.ts";
import { compareCodeUnits, isPossibleId } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import { recordsWith } from "../reading.ts";
import type { Call } from "./call.ts";
import { serviceFrom } from "./map.ts";

/** Services: v2 lists them unpaged, and has no other call for them (contract 5.4). */
export function serviceVerbs(context: MappingContext, call: Call) {
  async function all(scope: CallScope): Promise<{ readonly services: readonly Service[]; readonly omitted: OmittedRows }> {
    const rows = await call({ route: "services", read: recordsWith("id") }, scope);
    const omitted = createOmittedRows(context.backend, "services");
    const services = rows.flatMap((row) => serviceFrom(context, row) ?? omitted.add("id") ?? []);
    return { services, omitted };
  }

  const getMany: ServiceVerbs["getMany"] = async (ids, scope) => {
    if (!ids.some(isPossibleId)) return ids.map(() => null);
    const { services } = await all(scope);
    const byId = recordsById(
      services,
      ({ id }) => id,
      (service) => service,
    );
    return ids.map((id) => byId.get(id) ?? null);
  };

  const list: ServiceVerbs["list"] = async (_query, page, scope) => {
    if (page.after !== null && !isPossibleId(page.after)) throw invalidInput("after", "is not a cursor of this list");
    const { services, omitted } = await all(scope);
    return pageOfAll(services, ({ id }) => id, page, { compare: compareCodeUnits, omitted });
  };

  return { getMany, list } satisfies ServiceVerbs;
}
