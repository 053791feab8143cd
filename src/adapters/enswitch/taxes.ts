import type { CallScope, TaxVerbs, WritePlan, WriteStep, Written } from "../../adapter/adapter.ts";
import { createComparison, warningsOf } from "../../adapter/kit/comparing.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import { matchesTax } from "../../adapter/kit/filters.ts";
import { readIfThere } from "../../adapter/kit/loading.ts";
import { lookAmong } from "../../adapter/kit/looking.ts";
import { pageOfAll } from "../../adapter/kit/paging.ts";
import { numericId } from "../../adapter/kit/reading.ts";
import { createOmittedRows, highestIdOf } from "../../adapter/kit/rows.ts";
import { removalStep } from "../../adapter/kit/steps.ts";
import { changing, creating, settingLiability } from "../../adapter/kit/taking.ts";
import { invalidInput, notFound } from "../../model/errors.ts";
import type { Tax } from "../../model/model.ts";
import type { TaxQuery } from "../../model/queries.ts";
import { dryRun, listOfEach, type Session, sendChange, sendCreate, type WriteRequest } from "./call.ts";
import { differences, warningContext } from "./compared.ts";
import { isId } from "./encode.ts";
import { taxFields } from "./fields.ts";
import { liabilityTakes, taxChangeTakes, taxTakes } from "./inputs.ts";
import { formatTaxId, ownCustomer, parseTaxId, type TaxKey, taxChangeParameters, taxParameters } from "./map-tax.ts";
import { type CreateNote, isAnother, isNextId, mayBeNew, readCreateNote, unlessRefused, writeCreateNote } from "./notes.ts";
import { liabilityChange, subjectOf, type TaxAccess } from "./tax-reads.ts";
import { changeStep, updateStep } from "./writes.ts";

/** @param canDelete the configuration says that the installation has taxes/delete */
export function taxVerbs(session: Session, { lists, reads }: TaxAccess, canDelete: boolean): TaxVerbs {
  const { backend } = session;
  const { getMany, read, isLiable } = reads;

  function keyOf(id: string): TaxKey {
    const key = parseTaxId(id);
    if (key === null) throw notFound(backend, "The tax", ["id"]);
    return key;
  }

  const create = creating(backend, "tax", taxTakes, (input): WritePlan<Tax> => {
    const owner = input.ownerId ?? null;
    const parameters = taxParameters(input, session.currency);
    const subject = "The owner";
    const change: WriteRequest = { function: "taxes/create", parameters, subject, fields: taxFields };
    const send = async (noted: CreateNote, scope: CallScope): Promise<Written<Tax>> => {
      const tax = await sendCreate(session, { ...change, parameters: noted.parameters }, scope);
      // Where the owner is the gateway's own customer, only the list shows that customer's id.
      return { id: formatTaxId({ owner: owner ?? ownCustomer, tax }) };
    };
    const step: WriteStep<Tax> = {
      action: change.function,
      note: async (_id, _intent, scope) => {
        const owned = await unlessRefused(lists.owned(owner, scope));
        const highest = owned && (highestIdOf(owned.map(({ tax }) => ({ id: tax.backendId }))) ?? "0");
        return writeCreateNote({ parameters, highest });
      },
      send: (_id, { note }, scope) => send(readCreateNote(note), scope),
      // A tax never changes its owner (guide 4.4, taxes/update), and the note has the highest id of the owner's whole list: a higher id
      // was made since.
      find: async (_id, { note }, scope) => {
        const { parameters: sent, highest } = readCreateNote(note);
        const owned = (await lists.owned(owner, scope)).filter(
          ({ tax }) => mayBeNew(tax.backendId, highest) && (owner === null || tax.owner?.id === owner),
        );
        return lookAmong(
          owned.map(({ tax: { id, raw } }) => {
            // A row without an owner belongs to the owner of its list.
            const differs = differences(
              sent,
              { ...raw, ...(owner !== null && { customer: owner }) },
              taxFields,
              session.timeZone,
            );
            return { id, claim: id, age: highest === null ? "unknown" : "since", differs };
          }),
        );
      },
      compare: async ({ id, raw }, { note }, scope) => {
        const sent = readCreateNote(note).parameters;
        // A row without an owner is the owner's if it stands in the owner's list.
        const isOwned =
          owner !== null &&
          numericId(raw["customer"]) === null &&
          (await lists.owned(owner, scope)).some(({ tax }) => tax.id === id);
        return warningsOf(warningContext(session, sent, taxFields), sent, isOwned ? { ...raw, customer: owner } : raw);
      },
    };
    const created = provenCreate(step, {
      backend,
      read: async (id, scope) => {
        const number = keyOf(id).tax;
        return (await lists.owned(owner, scope)).find(({ tax }) => tax.backendId === number)?.tax ?? null;
      },
      isOther: ({ raw }, { note }) => {
        const sent = readCreateNote(note).parameters;
        return isAnother(differences(sent, raw, taxFields, session.timeZone));
      },
      isExpected: (id, { note }) => isNextId(keyOf(id).tax, readCreateNote(note).highest),
    });
    return {
      steps: [created],
      read,
      validate: (scope) => dryRun(session, change, scope),
      ...(canDelete ? { undo: archiving } : {}),
    };
  });

  const update = changing(backend, "taxChange", taxChangeTakes, (id, tax): WritePlan<Tax> => {
    const columns = taxChangeParameters(tax);
    const parameters = { id: keyOf(id).tax, ...columns };
    const change: WriteRequest = { function: "taxes/update", parameters, subject: "The tax", fields: taxFields };
    return { steps: [updateStep(session, id, change, columns, read)], read, validate: (scope) => dryRun(session, change, scope) };
  });

  function archiving(id: string): WritePlan<Tax> {
    const change = { function: "taxes/delete", parameters: { id: keyOf(id).tax }, subject: "The tax", fields: taxFields };
    // Guess: a deleted tax is not listed any more, as taxes/list has no parameter for deleted ones, unlike customers/list. One that is
    // listed anyway has the column `deleted`.
    const step = removalStep(id, {
      backend,
      action: change.function,
      read,
      send: (scope) => sendChange(session, change, scope),
      gone: (tax): Tax => ({ ...tax, active: false }),
      isMarked: ({ active }) => !active,
      wanted: { active: false },
      otherwise: { active: true },
    });
    return { steps: [step], read };
  }

  const setLiability = settingLiability(backend, liabilityTakes, (id, subject, liable) => {
    const change = liabilityChange(keyOf(id).tax, subjectOf(subject), liable);
    const show = (scope: CallScope) => readIfThere(isLiable(id, subject, scope).then((shown) => ({ liable: shown })));
    const recognition = createComparison({});
    const step: WriteStep<Tax> = {
      ...changeStep(session, id, change, { isState: true, sent: { liable }, show, recognition }),
      // The tax's own row does not show who is liable for it.
      compareApart: async (_id, _intent, scope) =>
        warningsOf({ backend, comparison: recognition }, { liable }, (await show(scope)) ?? {}),
    };
    return { steps: [step], read };
  });

  return {
    getMany,
    list: async (query, page, scope) => {
      if (page.after !== null && !isId(page.after)) throw invalidInput("after", "is not a cursor of this list");
      const taxes = (await lists.usable(scope)).map(({ tax }) => tax).filter((tax) => matches(tax, query));
      const omitted = createOmittedRows(backend, "taxes");
      return pageOfAll(taxes, (tax) => tax.backendId, page, { omitted });
    },
    listByCustomers: (customerIds, scope) =>
      listOfEach(session, customerIds, "Customer", async (id) => (await lists.applicable(id, scope)).map(({ tax }) => tax)),
    isLiable,
    create,
    update,
    setLiability,
    ...(canDelete ? { archive: archiving } : {}),
  };
}

/** Taxes of Enswitch belong to no country. */
function matches(tax: Tax, query: TaxQuery): boolean {
  return !query.country && matchesTax(tax, query, [tax.name, tax.description]);
}
