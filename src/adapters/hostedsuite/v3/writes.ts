import type { CallScope, Shown, WriteStep, Written } from "../../../adapter/adapter.ts";
import { asAmount, type Compare, type FieldPaths, warningsOf } from "../../../adapter/kit/comparing.ts";
import { provenCreate } from "../../../adapter/kit/created.ts";
import { gatherReads } from "../../../adapter/kit/gathered-reads.ts";
import { type BackendMoment, fingerprint, lookAmong, type Members, mentioned, readNote } from "../../../adapter/kit/looking.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import { createReplacing } from "../../../adapter/kit/replacing.ts";
import { withoutId } from "../../../adapter/kit/rows.ts";
import { changeStep, type ObjectChange } from "../../../adapter/kit/steps.ts";
import { badResponse, notFound } from "../../../model/errors.ts";
import { dayOf, shiftDate, today } from "../../../model/zones.ts";
import { comparisonIn, warningContext } from "../compared.ts";
import { later } from "../dates.ts";
import type { WrittenKind } from "../fields.ts";
import type { MappingContext } from "../map.ts";
import { type ChangeNote, changeNote, creationNote, noClient, noteCreation, pick, type Stamps } from "../notes.ts";
import { textOf } from "../reading.ts";
import { type Call, type Collection, idOf, jsvObject, readCreated } from "./call.ts";
import { versionOf } from "./compared.ts";
import type { Lists } from "./lists.ts";

interface RecordKind<T> {
  readonly context: MappingContext;
  readonly call: Call;
  readonly lists: Lists;
  readonly stamps: Stamps;
  readonly collection: Collection;
  readonly entity: WrittenKind;
  /** Maps the record in an answer; null where the answer is less than a record. */
  readonly map: (row: Row) => T | null;
  /** The compared members of a record, see compared.ts. */
  readonly compared: (row: Row) => Members;
}

interface Creation {
  /** @param day the date of a charge whose caller names none */
  readonly body: (day: string) => object;
  /** The sent members under the input's names. */
  readonly sent: (day: string) => Members;
  /** The compared members of a new record, where they mean more than those of an old one. */
  readonly asNew?: (stored: Members) => Members;
  /** The filter of the list in which the new record stands; absent where that is the list of all. */
  readonly owner?: { readonly clientId: string };
  readonly fields?: FieldPaths | undefined;
}

/** The body of a PATCH. */
export interface Patch {
  /** Whether `body` needs the stored record, as it replaces more than the caller named. */
  readonly needsCurrent: boolean;
  readonly body: (current: Row) => object;
  /** The sent members under the input's names. */
  readonly sent: Members;
  /** Paths of members that the caller named in another place. */
  readonly fields?: FieldPaths | undefined;
  /** See WriteStep. */
  readonly isState?: true | undefined;
}

/** A body that is the same for every record. */
export function patchOf(body: object, sent: Members, fields: FieldPaths = {}): Patch {
  return { needsCurrent: false, body: () => body, sent, fields };
}

/** The write steps that are the same for every collection of v3 (contract 7.5). */
export function createSteps<T extends Shown>({ context, call, lists, stamps, collection, entity, map, compared }: RecordKind<T>) {
  const { backend, timeZone } = context;
  const comparison = comparisonIn(context.currency);
  const { differing } = comparison;
  const shownComparison = comparisonIn(context.currency, { amount: unlessFree(context.currency) });
  const replace = createReplacing(backend, comparison);
  const item = (id: string): string => `${collection}/${encodeURIComponent(id)}`;

  const findRow = (id: string, scope: CallScope): Promise<Row | undefined> => lists.find(collection, id, scope);

  async function current(id: string, scope: CallScope): Promise<Row> {
    const row = await findRow(id, scope);
    if (row === undefined) throw notFound(backend, `The ${entity}`, ["id"]);
    return row;
  }

  /** One call reads all new records. */
  const readCreatedRecord = gatherReads(
    () => collection,
    lists.getMany(collection, (row) => map(row) ?? badResponse(backend, `does not show the whole ${entity}`)),
  );

  const create = (creation: Creation): WriteStep<T> =>
    provenCreate(createStep(creation), {
      backend,
      read: readCreatedRecord,
      isOther: ({ raw }, intent) =>
        isForeign(raw, creation.owner) ||
        stamps.age(textOf(raw, "dateCreated"), readNote(intent.note, creationNote).since, true) === "older",
    });

  const createStep = ({ body, sent, asNew = (stored) => stored, owner, fields }: Creation): WriteStep<T> => ({
    action: `POST /${collection}`,
    noteAtOnce: (intent) => {
      const since = stamps.momentAtOnce(owner?.clientId ?? noClient);
      return since && noteCreation(timeZone, intent, since);
    },
    note: async (_id, intent, scope) =>
      noteCreation(timeZone, intent, await stamps.momentNow(owner?.clientId ?? noClient, scope)),
    send: async (_id, intent, scope) => {
      const { day } = readNote(intent.note, creationNote);
      const made = stamps.making(owner?.clientId ?? noClient);
      const request = { function: `POST /${collection}`, method: "POST", path: collection, writes: entity } as const;
      const row = await call({ ...request, body: body(day), read: readCreated }, scope);
      made(textOf(row, "dateCreated"));
      return { id: row.id, ...writtenValue(map, row) };
    },
    find: async (_id, intent, scope) => {
      const { since, day } = readNote(intent.note, creationNote);
      const rows = await lists.every(collection, { ...owner, ...createdFilter(context, since) }, scope);
      const expected = sent(day);
      // Checks filters again: v3 ignores filters that it does not understand (contract 7.2).
      const own = rows.filter((row) => !isForeign(row, owner));
      const seen = own.flatMap((row) => {
        const id = idOf(row);
        const differs = differing(expected, asNew(compared(row)));
        const age = stamps.age(textOf(row, "dateCreated"), since, differs.length === 0);
        return id === null ? [] : [{ id, claim: id, age, differs }];
      });
      const finding = lookAmong(seen);
      if (
        finding.ours.length === 0 &&
        own.some((row) => idOf(row) === null && stamps.age(textOf(row, "dateCreated"), since, false) !== "older")
      )
        throw withoutId(backend, collection);
      return finding;
    },
    compare: async ({ raw }, intent) => {
      const said = mentioned(sent(readNote(intent.note, creationNote).day));
      return warningsOf(warningContext(backend, shownComparison, fields), said, compared(raw));
    },
  });

  /** The step of a change: notes and looks are the same for all changes. */
  const change = (
    id: string,
    action: string,
    { sent, fields, isState }: Pick<Patch, "sent" | "fields" | "isState">,
    whole: (row: Row) => string | null,
    send: ObjectChange<T, ChangeNote>["send"],
  ): WriteStep<T> =>
    changeStep(id, {
      ...warningContext(backend, shownComparison, fields),
      recognition: comparison,
      action,
      isState,
      noted: changeNote,
      note: async (scope) => {
        const row = await current(id, scope);
        return { was: pick(compared(row), sent), version: versionOf(row), whole: whole(row) };
      },
      before: (noted) => noted,
      send,
      sent: () => sent,
      now: async (_noted, scope) => {
        const row = await findRow(id, scope);
        return row === undefined ? null : { members: compared(row), version: versionOf(row) };
      },
      shown: compared,
      depth: 1,
    });

  const patch = (id: string, { needsCurrent, body, sent, fields, isState }: Patch): WriteStep<T> => {
    const write = (content: object, scope: CallScope): Promise<Row> => {
      const request = { function: `PATCH /${collection}/{id}`, method: "PATCH", path: item(id), writes: entity } as const;
      return call({ ...request, body: content, read: rowIn }, scope);
    };
    const written = (answer: Row): Written<T> => (idOf(answer) === id ? { id, ...writtenValue(map, answer) } : { id });

    const wholeOf = (row: Row): string => fingerprint([pick(compared(row), sent), body(row)]);

    /** Nested objects and lists are replaced as a whole. */
    const replacing = (noted: ChangeNote, scope: CallScope): Promise<Row> =>
      replace(id, {
        what: `The ${entity}`,
        noted,
        read: () => current(id, scope),
        versionOf: (row) => ({ version: versionOf(row), whole: wholeOf(row) }),
        write: (row) => write(body(row), scope),
        compared,
        sent,
      });

    return change(
      id,
      `PATCH /${collection}/{id}`,
      { sent, fields, isState },
      (row) => (needsCurrent ? wholeOf(row) : null),
      async (noted, _intent, scope) => written(await (needsCurrent ? replacing(noted, scope) : write(body({}), scope))),
    );
  };

  /**
   * Archives a record, recoverably. The answer is empty; lists with `archived` (contract 7.3) prove the change.
   *
   * @param sent the compared member of an archived record
   */
  const remove = (id: string, sent: Members): WriteStep<T> =>
    change(
      id,
      `DELETE /${collection}/{id}`,
      { sent, isState: true },
      () => null,
      async (_noted, _intent, scope) => {
        const request = { function: `DELETE /${collection}/{id}`, method: "DELETE", path: item(id), writes: entity } as const;
        await call({ ...request, read: rowIn }, scope);
        return { id };
      },
    );

  return { create, patch, remove };
}

/** Whether a record shows another client than the one that the new record is of. */
function isForeign(row: Row, owner: Creation["owner"]): boolean {
  return owner !== undefined && (textOf(row, "clientId") ?? owner.clientId) !== owner.clientId;
}

/** Compares amounts: v3 omits a cost of 0, as every member at its default value (contract 7.4). */
function unlessFree(currency: string): Compare {
  const compare = asAmount(currency);
  return (sent, shown) => compare(sent, shown ?? "0");
}

/**
 * The filter by creation date: from the day before the moment to the day after today, as the zone of dates is not certain. The end is one day
 * later still: a bare date may mean its midnight (contract 2.7).
 */
function createdFilter({ timeZone }: MappingContext, since: BackendMoment): Record<string, string> {
  const day = dayOf(since.at - (since.behind ?? 0), timeZone);
  const end = shiftDate(later(day, today(timeZone)), { days: 2 });
  return { dateCreated: jsvObject({ start: shiftDate(day, { days: -1 }), end }) };
}

function writtenValue<T>(map: (row: Row) => T | null, row: Row): { readonly value?: T } {
  const value = map(row);
  return value === null ? {} : { value };
}
