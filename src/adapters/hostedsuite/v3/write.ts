import type { CallScope, GetMany, WriteStep } from "../../../billing/adapter.ts";
import { notFound } from "../../../billing/errors.ts";
import { dateIn, shiftDate, today } from "../dates.ts";
import type { WrittenEntity } from "../error.ts";
import { memberOf, type Row, text } from "../fields.ts";
import { jsvObject } from "../jsv.ts";
import type { Source } from "../map.ts";
import { agrees, traceOfChange, tracesSince } from "../trace.ts";
import { type Call, type Collection, everyRow, findRows, idOf, readCreated, readRow } from "./call.ts";
import { isArchivedRow } from "./compared.ts";

interface Target<T> {
  readonly source: Source;
  readonly call: Call;
  readonly collection: Collection;
  readonly entity: WrittenEntity;
  /** The record in an answer; null where the answer holds less than a record. */
  readonly map: (row: Row) => T | null;
  /** What is compared of a record, see compared.ts. */
  readonly compared: (row: Row) => unknown;
}

interface Creation {
  readonly body: (createdAt: string) => object;
  /** What the record then holds, where that is more than the body says. */
  readonly stored?: (body: object) => object;
  /** Narrows the list in which the record is looked for. */
  readonly filter?: Readonly<Record<string, string>>;
}

/** The body of a PATCH. */
export interface Patch {
  /** Whether `body` needs the record as it is stored. */
  readonly needsCurrent: boolean;
  readonly body: (current: Row) => object;
}

/** A body that is the same for every record. */
export function patchOf(body: object): Patch {
  return { needsCurrent: false, body: () => body };
}

/** The write steps that are the same for every collection of v3 (contract 7.5). */
export function createSteps<T>({ source, call, collection, entity, map, compared }: Target<T>) {
  const item = (id: string): string => `${collection}/${encodeURIComponent(id)}`;

  async function findRow(id: string, scope: CallScope): Promise<Row | undefined> {
    const [row] = await findRows(call, collection, [id], scope);
    return row;
  }

  async function current(id: string, scope: CallScope): Promise<Row> {
    const row = await findRow(id, scope);
    if (row === undefined) throw notFound(source.backend, `The ${entity}`, ["id"]);
    return row;
  }

  const create = ({ body, stored = (sent) => sent, filter = {} }: Creation): WriteStep<T> => ({
    action: `POST /${collection}`,
    send: async (_id, intent, scope) => {
      const request = { function: `POST /${collection}`, method: "POST", path: collection, writes: entity } as const;
      const row = await call({ ...request, body: body(intent.createdAt), read: readCreated }, scope);
      return { id: row.id, ...writtenValue(map, row) };
    },
    find: async (_id, intent, scope) => {
      const rows = await everyRow(call, collection, { ...filter, ...createdFilter(source, intent.createdAt) }, scope);
      const expected = stored(body(intent.createdAt));
      // Filters are checked again: v3 ignores what it does not understand (contract 7.2).
      const agreeing = rows.filter((row) => agrees(row, expected, compared));
      const candidates = agreeing.flatMap((row) => {
        const id = idOf(row);
        return id === null ? [] : [{ id, time: text(memberOf(row, "dateCreated")) }];
      });
      return tracesSince(source, intent, candidates);
    },
  });

  const patch = (id: string, { needsCurrent, body }: Patch): WriteStep<T> => ({
    action: `PATCH /${collection}/{id}`,
    send: async (_id, _intent, scope) => {
      const request = { function: `PATCH /${collection}/{id}`, method: "PATCH", path: item(id), writes: entity } as const;
      const row = await call({ ...request, body: body(needsCurrent ? await current(id, scope) : {}), read: readRow }, scope);
      return idOf(row) === id ? { id, ...writtenValue(map, row) } : { id };
    },
    find: async (_id, _intent, scope) => {
      const row = await findRow(id, scope);
      return traceOfChange(id, row !== undefined && agrees(row, restored(body(row)), compared));
    },
  });

  /** Archives, recoverably. The answer is empty. Lists that are asked to show archived records (contract 7.3) prove it. */
  const remove = (id: string): WriteStep<T> => ({
    action: `DELETE /${collection}/{id}`,
    send: async (_id, _intent, scope) => {
      const request = { function: `DELETE /${collection}/{id}`, method: "DELETE", path: item(id), writes: entity } as const;
      await call({ ...request, read: readRow }, scope);
      return { id };
    },
    find: async (_id, _intent, scope) => {
      const row = await findRow(id, scope);
      return traceOfChange(id, row !== undefined && isArchivedRow(row));
    },
  });

  return { create, patch, remove };
}

/**
 * From the day before the intent to the day after today, as the zone of dates is unsure; the end is asked for one day further:
 * a bare date may mean its midnight (contract 2.7).
 */
function createdFilter({ timeZone }: Source, createdAt: string): Record<string, string> {
  const start = shiftDate(dateIn(timeZone, createdAt), { days: -1 });
  return { dateCreated: jsvObject({ start, end: shiftDate(today(timeZone), { days: 2 }) }) };
}

/** What a body leaves behind: `__Restore` is no member of a record, but takes away what makes it an archived one (contract 7.5). */
function restored(body: object): object {
  return "__Restore" in body && body.__Restore === true ? { ...body, dateArchived: null, dateDeleted: null } : body;
}

/** The read behind a write: NOT_FOUND where the record cannot be seen. */
export function createRead<T extends object>(backend: string, what: string, getMany: GetMany<T>) {
  return async (id: string, scope: CallScope): Promise<T> => {
    const [found] = await getMany([id], scope);
    if (found instanceof Error) throw found;
    if (!found) throw notFound(backend, what);
    return found;
  };
}

function writtenValue<T>(map: (row: Row) => T | null, row: Row): { readonly value?: T } {
  const value = map(row);
  return value === null ? {} : { value };
}
