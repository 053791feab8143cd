import type { TaxVerbs, WritePlan, WriteStep } from "../../../adapter/adapter.ts";
import { matchesTax } from "../../../adapter/kit/filters.ts";
import { readOne } from "../../../adapter/kit/loading.ts";
import { pageOfParts } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { createOmittedRows } from "../../../adapter/kit/rows.ts";
import { changing, creating } from "../../../adapter/kit/taking.ts";
import { notFound } from "../../../model/errors.ts";
import type { Tax } from "../../../model/model.ts";
import type { TaxQuery } from "../../../model/queries.ts";
import { requireId } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import type { Stamps } from "../notes.ts";
import type { Call } from "./call.ts";
import { comparedTax } from "./compared.ts";
import { changedTax, newTax, sentTax } from "./encode.ts";
import { taxChangeTakes, taxTakes } from "./inputs.ts";
import { type Lists, sortedById } from "./lists.ts";
import { taxFrom } from "./map.ts";
import * as wire from "./wire.ts";
import { createSteps, patchOf } from "./writes.ts";

/** Taxes are named rates; a service points to at most one (contract 7.9). */
export function taxVerbs(context: MappingContext, call: Call, lists: Lists, stamps: Stamps) {
  const map = (row: Row): Tax | null => taxFrom(context, row);
  const getMany = lists.getMany("taxes", map);
  const read = readOne(context.backend, "The tax", getMany);
  const steps = createSteps<Tax>({
    context,
    call,
    lists,
    stamps,
    collection: "taxes",
    entity: "tax",
    // An answer without a name has an id at most: the record is read instead.
    map: (row) => (wire.taxRow.parse(row).name === null ? null : map(row)),
    compared: comparedTax,
  });

  /** Checks filters again: v3 ignores filters that it does not understand (contract 7.2). */
  const list: TaxVerbs["list"] = async (query, page, scope) => {
    // No tax of HostedSuite belongs to a country.
    if (query.country) return { items: [], hasNextPage: false };
    const omitted = createOmittedRows(context.backend, "taxes");
    const accept = (row: Row): Tax | null => {
      const tax = map(row) ?? omitted.add("id");
      return tax !== null && matchesTax(tax, query, [tax.name]) ? tax : null;
    };
    return pageOfParts(lists.parts("taxes", filterOf(query), scope), { ...lists.keys("taxes"), omitted }, accept, page);
  };

  /** Whether a charge bears a tax: its service points to it, which is the only link. For customers, v3 does not tell. */
  const isLiable: NonNullable<TaxVerbs["isLiable"]> = async (taxId, subject, scope) => {
    if (!("chargeId" in subject)) return null;
    const chargeId = requireId(subject.chargeId, "chargeId");
    const charge = await lists.find("charges", chargeId, scope);
    if (charge === undefined) throw notFound(context.backend, "The charge", ["chargeId"]);
    const { serviceId } = wire.chargeRow.parse(charge);
    if (serviceId === null) return false;
    const service = await lists.find("services", serviceId, scope);
    return service === undefined ? null : wire.serviceRow.parse(service).taxId === taxId;
  };

  const create = creating(context.backend, "tax", taxTakes(context.currency), (input): WritePlan<Tax> => {
    const body = newTax(input);
    return { steps: [steps.create({ body: () => body, sent: () => sentTax(body) })], read, undo: archive };
  });

  const update = changing(context.backend, "taxChange", taxChangeTakes(context.currency), (id, change): WritePlan<Tax> => {
    requireId(id, "id");
    const body = changedTax(change);
    const planned: WriteStep<Tax>[] = [];
    if (body !== null) planned.push(steps.patch(id, patchOf(body, sentTax(body))));
    if (change.active === false) planned.push(steps.remove(id, archived));
    return { steps: planned, read };
  });

  const archive = (id: string): WritePlan<Tax> => ({ steps: [steps.remove(requireId(id, "id"), archived)], read });

  return { getMany, list, isLiable, create, update, archive } satisfies TaxVerbs;
}

const archived = { active: false };

function filterOf({ search, active }: TaxQuery): Record<string, string> {
  return {
    ...(search ? { query: search } : {}),
    // Without a filter by status, the list includes archived taxes, which v3 hides by default (contract 7.3).
    ...(active ? {} : { archived: "true" }),
    ...sortedById,
  };
}
