import type { CallScope, ChargeVerbs, Intent, WritePlan, WriteStep } from "../../../adapter/adapter.ts";
import { completeSet, matchesCharge } from "../../../adapter/charge-order.ts";
import { warningsOf } from "../../../adapter/kit/comparing.ts";
import { provenCreate } from "../../../adapter/kit/created.ts";
import { gatherReads } from "../../../adapter/kit/gathered-reads.ts";
import { createBatches, readOne, settleEach } from "../../../adapter/kit/loading.ts";
import { type BackendMoment, lookAmong, mentioned, readNote } from "../../../adapter/kit/looking.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import { createOmittedRows, type OmittedRows, withoutId } from "../../../adapter/kit/rows.ts";
import { creating } from "../../../adapter/kit/taking.ts";
import { BillingError, badResponse } from "../../../model/errors.ts";
import type { Charge } from "../../../model/model.ts";
import { dayOf, today } from "../../../model/zones.ts";
import { comparisonIn, warningContext } from "../compared.ts";
import { later } from "../dates.ts";
import { dayFields, isPossibleId, newChargeMembers, pascalCase, sentCharge } from "../encode.ts";
import { publishable } from "../fields.ts";
import { datedCharge, type MappingContext } from "../map.ts";
import { creationNote, noteCreation, type Stamps } from "../notes.ts";
import { textOf, withMembers, withNeeded } from "../reading.ts";
import type { Settings } from "../settings.ts";
import type { Call } from "./call.ts";
import {
  chargeDayWindow,
  createChargeLists,
  creationWindow,
  type DateWindow,
  type ListedRows,
  listWindow,
  mayLieIn,
  unseen,
} from "./charge-lists.ts";
import { createChargeLookup } from "./charge-lookup.ts";
import { comparedCharge } from "./compared.ts";
import { chargeTakesOf } from "./inputs.ts";
import { chargeFrom, decodeChargeId } from "./map.ts";
import * as wire from "./wire.ts";

/** The number of clients (the largest usual page) from which a list of everybody's charges is read while its length is unknown. */
const clientsOfAPage = 50;
/** v2 checks credentials with each call: against the sandbox, a call takes as long as 100 to 160 rows of a list. */
const rowsWorthACall = 100;

export function chargeVerbs(
  context: MappingContext,
  { concurrency, chargeWindow: { months } }: Settings,
  call: Call,
  stamps: Stamps,
) {
  const { backend, timeZone, dates } = context;
  const comparison = comparisonIn(context.currency);
  const { differing } = comparison;
  const batches = createBatches<readonly [client: string | null, rows: readonly Row[]]>({
    concurrency,
    rowsPerCall: Number.POSITIVE_INFINITY,
    manyWhileUnknown: clientsOfAPage,
    rowsWorthACall,
    // A client that is not in the list has no charges.
    listHasAll: true,
    rowsOf: ([, rows]) => rows.length,
  });

  /** Lists charges; without a client id, those of all clients. */
  const listRows = createChargeLists(call);

  /** Maps a client's rows. A failure stays with the client. @param stray the number of rows without a client, which may be this one's */
  const chargesOf = (rows: readonly Row[], stray = 0): Listed | BillingError => {
    const omitted = createOmittedRows(backend, "charges");
    for (let left = stray; left > 0; left -= 1) omitted.add("owner");
    try {
      const charges = rows.flatMap((row) => datedCharge(context, chargeFrom(context, row) ?? omitted.add("id"), row) ?? []);
      return { charges, omitted };
    } catch (error) {
      if (error instanceof BillingError) return error;
      throw error;
    }
  };

  /**
   * Lists the client's charges that may be new: by creation date, and by the sent day where that is another one. A selector that v2 does not
   * understand counts as DateOfCharge (contract 2.5), so an empty list alone would prove nothing.
   */
  async function listCreated(clientId: string, day: string, since: BackendMoment, scope: CallScope): Promise<ListedRows> {
    const first = dayOf(since.at - (since.behind ?? 0), timeZone);
    const window = creationWindow([first, later(first, today(timeZone))]);
    const listed = await listRows(clientId, window, scope);
    const { rows, hasMemorized } = listed;
    const created = rows.flatMap((row) => dates.day(wire.chargeRow.parse(row).dateCreated) ?? []);
    if (!created.every((date) => mayLieIn(window, date))) throw badResponse(backend, "ignores when charges were created");
    if (day >= window.StartDate && day <= window.EndDate) return listed;
    const { rows: ofDay } = await listRows(clientId, chargeDayWindow(day), scope);
    // Scheduling charges may have no creation date; a new one would be in the first list.
    return { rows: [...rows, ...ofDay.filter((row) => wire.chargeRow.parse(row).dateCreated !== null)], hasMemorized };
  }

  const findByKeys = createChargeLookup(context, { concurrency, months }, listRows);

  const getMany: ChargeVerbs["getMany"] = async (ids, scope) => {
    const keys = new Map([...new Set(ids)].map((id) => [id, decodeChargeId(id)]));
    const wanted = [...keys.values()].filter((key) => key !== null);
    const results = await findByKeys(wanted, scope);
    const byKey = new Map(wanted.map((key, index) => [key, results[index] ?? null]));
    return ids.map((id) => {
      const key = keys.get(id);
      return key ? (byKey.get(key) ?? null) : null;
    });
  };

  /**
   * Lists charges by client. No filter takes several clients (contract 8): it makes one call for each, or one for everybody, which is long for a
   * tenant with many clients.
   *
   * @param isWhole the query names no dates: only then the list teaches the usual length
   */
  async function listOfClients(
    clients: readonly string[],
    window: DateWindow,
    isWhole: boolean,
    scope: CallScope,
  ): Promise<ReadonlyMap<string | null, Listed | BillingError>> {
    if (batches.plan(clients.length) === "gets") {
      // Times are not measured here: the same query makes the same calls, whatever is slow at the moment.
      return settleEach(clients, concurrency, async (id) => {
        const { rows } = await listRows(id, window, scope);
        const owned = Map.groupBy(withNeeded("clientId", rows), (row) => textOf(row, "ClientId"));
        const charges = chargesOf(owned.get(id) ?? [], owned.get(null)?.length);
        if (charges instanceof BillingError) throw charges;
        return charges;
      });
    }
    const wanted = new Set<string | null>(clients);
    const readAll = async () => {
      const { rows } = await listRows(undefined, window, scope);
      return [...Map.groupBy(withNeeded("clientId", rows), (row) => textOf(row, "ClientId"))];
    };
    const groups = await (isWhole ? batches.rows(0, Number.POSITIVE_INFINITY, readAll) : readAll());
    const byClient = new Map(groups);
    // A row without a client may be anybody's.
    const stray = byClient.get(null)?.length;
    return new Map([...wanted].map((id) => [id, chargesOf(byClient.get(id) ?? [], stray)]));
  }

  const listByCustomers: ChargeVerbs["listByCustomers"] = async (customerIds, query, window, scope) => {
    const { wire, from, to } = listWindow(query, window.after, timeZone, months);
    const clients = [...new Set(customerIds.filter(isPossibleId))];
    const isWhole = query.from == null && query.to == null && window.after === null;
    const found = wire === null ? new Map<string, never>() : await listOfClients(clients, wire, isWhole, scope);
    return customerIds.map((id) => {
      const given = found.get(id) ?? { charges: [], omitted: createOmittedRows(backend, "charges") };
      if (given instanceof BillingError) return given;
      const { charges, omitted } = given;
      // A charge without a date lies in no window, but exists.
      const listed = charges.filter((charge) => charge.date === null || matchesCharge(charge, { from, to }));
      return completeSet(listed, query, window, omitted);
    });
  };

  const read = readOne(backend, "The charge", getMany);
  /** One list has all new charges of a client. */
  const readCreated = gatherReads((id) => decodeChargeId(id)?.clientId ?? "", getMany);

  const create = creating(backend, "charge", chargeTakesOf(context.currency), (input): WritePlan<Charge> => {
    const { dateOfCharge, ...members } = newChargeMembers(context, input);
    const { clientId } = members;
    /** @param day where the caller names no date */
    const toSend = (day: string) => ({ ...members, dateOfCharge: dateOfCharge ?? day });
    // The client is part of the local id. A row without one belongs to the client of the request.
    const chargeOf = (row: Row): Charge | null => (textOf(row, "ClientId") === null ? unnamed(row) : chargeFrom(context, row));
    const unnamed = (row: Row): Charge | null => {
      const charge = chargeFrom(context, withMembers(row, { ClientId: clientId }));
      return charge && { ...charge, raw: publishable(row) };
    };
    const told = warningContext(backend, comparison, dayFields(input));
    const step: WriteStep<Charge> = {
      action: "POST /charges/new",
      noteAtOnce: (intent) => {
        const since = stamps.momentAtOnce(clientId);
        return since && noteCreation(timeZone, intent, since);
      },
      note: async (_id, intent, scope) => noteCreation(timeZone, intent, await stamps.momentNow(clientId, scope)),
      send: async (_id, intent, scope) => {
        const made = stamps.making(clientId);
        const readCharge = (json: unknown): Charge => {
          const row = rowIn(json);
          const charge = chargeOf(row);
          if (charge === null) throw new TypeError("an id was expected");
          made(wire.chargeRow.parse(row).dateCreated);
          return charge;
        };
        const sent = pascalCase(toSend(readNote(intent.note, creationNote).day));
        const charge = await call({ route: "charges/new", members: sent, writes: "charge", read: readCharge }, scope);
        return { id: charge.id, value: charge };
      },
      find: async (_id, intent, scope) => {
        const { since, day } = readNote(intent.note, creationNote);
        const members = toSend(day);
        const sent = sentCharge(members, input.amount);
        const { rows, hasMemorized } = await listCreated(clientId, members.dateOfCharge, since, scope);
        const mayBeOurs = (row: Row): boolean =>
          mayBeOf(clientId, row) && stamps.age(wire.chargeRow.parse(row).dateCreated, since, false) !== "older";
        const seen = rows.flatMap((row) => {
          const charge = chargeOf(row);
          if (charge?.customer?.id !== clientId) return [];
          const differs = differing(sent, comparedCharge(context, row));
          const age = stamps.age(wire.chargeRow.parse(row).dateCreated, since, differs.length === 0);
          return [{ id: charge.id, claim: charge.id, age, differs }];
        });
        const finding = lookAmong(seen);
        if (finding.ours.length === 0 && rows.some((row) => textOf(row, "Id") === null && mayBeOurs(row)))
          throw withoutId(backend, "charges");
        const isNothing = finding.ours.length + finding.candidates.length === 0;
        if (isNothing && members.memorized && !hasMemorized) throw unseen(backend);
        return finding;
      },
      compare: async ({ raw }, intent) => {
        const { day } = readNote(intent.note, creationNote);
        return warningsOf(told, mentioned(sentCharge(toSend(day), input.amount)), comparedCharge(context, raw));
      },
    };
    const isOther = ({ raw }: Charge, intent: Intent): boolean =>
      !mayBeOf(clientId, raw) ||
      stamps.age(wire.chargeRow.parse(raw).dateCreated, readNote(intent.note, creationNote).since, true) === "older";
    return { steps: [provenCreate(step, { backend, read: readCreated, isOther })], read };
  });

  return { getMany, listByCustomers, create } satisfies ChargeVerbs;
}

/** The charges of a list, and its omitted rows. */
interface Listed {
  readonly charges: readonly Charge[];
  readonly omitted: OmittedRows;
}

function mayBeOf(clientId: string, row: Row): boolean {
  return (textOf(row, "ClientId") ?? clientId) === clientId;
}
