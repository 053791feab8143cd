import type { CallScope, GetMany, WriteStep } from "../../../billing/adapter.ts";
import { notFound } from "../../../billing/errors.ts";
import type { WrittenEntity } from "../error.ts";
import type { Row } from "../fields.ts";
import { type Call, type Collection, idOf, readCreated, readRow } from "./call.ts";

interface Target<T> {
  readonly call: Call;
  readonly collection: Collection;
  readonly entity: WrittenEntity;
  /** The record in an answer; null where the answer holds less than a record. */
  readonly map: (row: Row) => T | null;
}

/** The write steps that are the same for every collection of v3 (contract 7.5). `body` may read what the request needs first. */
export function createSteps<T>({ call, collection, entity, map }: Target<T>) {
  const item = (id: string): string => `${collection}/${encodeURIComponent(id)}`;

  const create = (body: (createdAt: string) => object): WriteStep<T> => ({
    action: `POST /${collection}`,
    send: async (_id, intent, scope) => {
      const request = { function: `POST /${collection}`, method: "POST", path: collection, writes: entity } as const;
      const row = await call({ ...request, body: body(intent.createdAt), read: readCreated }, scope);
      return { id: row.id, ...writtenValue(map, row) };
    },
  });

  const patch = (id: string, body: (scope: CallScope) => object | Promise<object>): WriteStep<T> => ({
    action: `PATCH /${collection}/{id}`,
    send: async (_id, _intent, scope) => {
      const request = { function: `PATCH /${collection}/{id}`, method: "PATCH", path: item(id), writes: entity } as const;
      const row = await call({ ...request, body: await body(scope), read: readRow }, scope);
      return idOf(row) === id ? { id, ...writtenValue(map, row) } : { id };
    },
  });

  /** Archives, recoverably. The answer is empty. */
  const remove = (id: string): WriteStep<T> => ({
    action: `DELETE /${collection}/{id}`,
    send: async (_id, _intent, scope) => {
      const request = { function: `DELETE /${collection}/{id}`, method: "DELETE", path: item(id), writes: entity } as const;
      await call({ ...request, read: readRow }, scope);
      return { id };
    },
  });

  return { create, patch, remove };
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
