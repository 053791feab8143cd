import type { CallScope, ChargeSet, ChargeVerbs, ChargeWindow, WritePlan } from "../../../adapter/adapter.ts";
import { chargeDate, chargesBehind, matchesCharge } from "../../../adapter/charge-order.ts";
import { listEach, readOne } from "../../../adapter/kit/loading.ts";
import type { Members } from "../../../adapter/kit/looking.ts";
import { listStart, walk } from "../../../adapter/kit/paging.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { createOmittedRows } from "../../../adapter/kit/rows.ts";
import { changing, creating } from "../../../adapter/kit/taking.ts";
import { invalidInput } from "../../../model/errors.ts";
import type { Charge } from "../../../model/model.ts";
import type { ChargeQuery } from "../../../model/queries.ts";
import { shiftDate } from "../../../model/zones.ts";
import { isSetDay } from "../dates.ts";
import { dayFields, isPossibleId, newChargeMembers, requireId, sentCharge } from "../encode.ts";
import { chargeTakes } from "../inputs.ts";
import { datedCharge, type MappingContext } from "../map.ts";
import type { Stamps } from "../notes.ts";
import { withNeeded } from "../reading.ts";
import type { Settings } from "../settings.ts";
import { type Call, jsvObject } from "./call.ts";
import { comparedCharge } from "./compared.ts";
import { changedCharge } from "./encode.ts";
import { chargeChangeTakes } from "./inputs.ts";
import type { Lists } from "./lists.ts";
import { chargeFrom } from "./map.ts";
import * as wire from "./wire.ts";
import { createSteps } from "./writes.ts";

/** Rows that the first call asks for beyond the window, so that a few charges of one day need no second call. */
const spareRows = 10;
/** Rows of each further call: in use by integrators (contract 7.3). */
const furtherRows = 200;

export function chargeVerbs(context: MappingContext, { concurrency }: Settings, call: Call, lists: Lists, stamps: Stamps) {
  const map = (row: Row): Charge | null => chargeFrom(context, row);
  const getMany = lists.getMany("charges", map);
  const read = readOne(context.backend, "The charge", getMany);
  const steps = createSteps<Charge>({
    context,
    call,
    lists,
    stamps,
    collection: "charges",
    entity: "charge",
    // An answer without a client has an id at most: the record is read instead.
    map: (row) => (wire.chargeRow.parse(row).clientId === null ? null : map(row)),
    compared: (row) => comparedCharge(context, row),
  });

  /**
   * Reads charges from the newest on until the window is complete. Charges of one day come in no stated order, so it reads until the day of the
   * last one has passed. Where the backend does not sort as asked, it reads the whole list.
   */
  async function listOne(customerId: string, query: ChargeQuery, window: ChargeWindow, scope: CallScope): Promise<ChargeSet> {
    const { keyOf, sizes } = lists.keys("charges");
    const omitted = createOmittedRows(context.backend, "charges");
    const clashed = () => void omitted.add("sameId");
    const next = walk(lists.parts("charges", filterOf(customerId, query, window), scope), { keyOf, sizes, clashed }, listStart);
    const kept: Charge[] = [];
    let previous: string | null = null;
    let sorted = true;
    for (let limit = window.first + spareRows; ; limit = furtherRows) {
      const { rows, ended } = await next(limit);
      withNeeded(
        "clientId",
        rows.map(({ row }) => row),
      );
      for (const { row } of rows) {
        const charge = datedCharge(context, map(row) ?? omitted.add("id"), row);
        if (charge === null) continue;
        if (charge.customer === null) omitted.add("owner");
        const date = chargeDate(charge);
        if (previous !== null && date > previous) sorted = false;
        previous = date;
        // Checks filters again: v3 ignores filters that it does not understand (contract 7.2).
        if (charge.customer?.id === customerId && matchesCharge(charge, query)) kept.push(charge);
      }
      const behind = chargesBehind(kept, window.after);
      if (ended) return { charges: behind, complete: true, ...omitted.report() };
      const last = behind.length > window.first ? behind[window.first - 1] : undefined;
      if (sorted && last && previous !== null && previous < chargeDate(last)) {
        return { charges: behind, complete: false, ...omitted.report() };
      }
    }
  }

  const listByCustomers: ChargeVerbs["listByCustomers"] = async (customerIds, query, window, scope) => {
    checkDates(query, window);
    const none: ChargeSet = { charges: [], complete: true };
    return listEach(customerIds, concurrency, async (id) => (isPossibleId(id) ? listOne(id, query, window, scope) : none));
  };

  const create = creating(context.backend, "charge", chargeTakes(context.currency), (input): WritePlan<Charge> => {
    const members = newChargeMembers(context, input);
    const body = (day: string) => ({ ...members, dateOfCharge: members.dateOfCharge ?? day });
    const owner = { clientId: members.clientId };
    // v3 may omit a cost of 0, as it omits an unknown one (contract 7.4): a new charge that was sent as free has the 0.
    const asNew = (stored: Members): Members => ({ ...stored, amount: stored["amount"] ?? "0" });
    const created = steps.create({
      body,
      sent: (day) => sentCharge(body(day), input.amount),
      asNew,
      owner,
      fields: dayFields(input),
    });
    return { steps: [created], read, undo: voidCharge };
  });

  const update = changing(
    context.backend,
    "chargeChange",
    chargeChangeTakes(context.currency),
    (id, change): WritePlan<Charge> => {
      requireId(id, "id");
      const patch = changedCharge(context, change);
      return { steps: patch === null ? [] : [steps.patch(id, { ...patch, fields: dayFields(change) })], read };
    },
  );

  /** Deleting a charge archives it (contract 7.5); HostedSuite has no payments to undo. */
  const voidCharge = (id: string): WritePlan<Charge> => ({
    steps: [steps.remove(requireId(id, "id"), { status: "ARCHIVED" })],
    read,
  });

  return { getMany, listByCustomers, create, update, void: voidCharge } satisfies ChargeVerbs;
}

/** The filter of a list. Nothing behind `after` is newer than it, so its date bounds the list too, and deep pages need no offset. */
function filterOf(customerId: string, query: ChargeQuery, { after }: ChargeWindow): Record<string, string> {
  const last = [query.to, after?.date].filter((date) => date != null && date !== "").sort()[0];
  // The end is one day later: a bare date may mean its midnight (contract 2.7).
  const range = { start: query.from ?? undefined, end: last == null ? undefined : shiftDate(last, { days: 1 }) };
  const kinds = new Set(query.kind ?? []);
  return {
    clientId: customerId,
    sortField: "dateOfCharge",
    sortOrder: "Descend",
    ...(range.start === undefined && range.end === undefined ? {} : { dateOfCharge: jsvObject(range) }),
    ...(query.kind && kinds.size === 1 && !kinds.has("FEE") ? { memorized: String(kinds.has("RECURRING")) } : {}),
    // Without a filter by status, the list includes archived charges, which v3 hides by default (contract 7.3).
    ...(query.status && !query.status.includes("ARCHIVED") ? {} : { archived: "true" }),
  };
}

function checkDates({ from, to }: ChargeQuery, { after }: ChargeWindow): void {
  if (from != null && !isSetDay(from)) throw invalidInput(["filter", "from"], "must be a calendar date");
  if (to != null && !isSetDay(to)) throw invalidInput(["filter", "to"], "must be a calendar date");
  if (from != null && to != null && to < from) throw invalidInput(["filter", "to"], "must not be before from");
  if (after !== null && after.date !== "" && !isSetDay(after.date)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
}
