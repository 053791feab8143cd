import type { CallScope, GetMany } from "../../../adapter/adapter.ts";
import { coveringPage, type FetchRows } from "../../../adapter/kit/paging.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import type { BackendCall, BackendConnection } from "../../../connections/http.ts";
import { BillingError, settle } from "../../../model/errors.ts";
import { isPossibleId } from "../encode.ts";
import { reportedError } from "../errors.ts";
import type { WrittenEntity } from "../fields.ts";
import { memberOf, recordsIn, textOf } from "../reading.ts";
import type { Settings } from "../settings.ts";
import * as wire from "./wire.ts";

export interface CallRequest<T> {
  /** As the vendor writes it, "PATCH /charges/{id}". */
  readonly function: string;
  readonly method: BackendCall<T>["method"];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Present on writes: whose input the body is. */
  readonly writes?: WrittenEntity;
  /** Throws for an answer that it does not understand; is given an empty object for an empty body (contract 7.1). */
  readonly read: (json: unknown) => T;
}

export type Call = <T>(request: CallRequest<T>, scope: CallScope) => Promise<T>;

/** The collections of v3 that are used; each has the same list contract (contract 7.3). */
export type Collection = "clients" | "charges" | "services" | "taxes";

/** How many ids one list call takes: what the vendor's own client sends (contract 7.3). */
export const idsPerCall = 100;
/** Rows of one page of a list that is read whole: in use by integrators (contract 7.3). */
export const rowsPerPage = 200;
/** A bound on reading a list whole. */
const mostPages = 500;

/** Calls with the tenant's name as the scheme of the Authorization header (contract 7.1). */
export function createCalls(key: string, { tenant, username, password }: Settings, connection: BackendConnection): Call {
  const pair = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  const headers = { authorization: `${tenant} ${pair}` };
  const secrets = [username, password, pair];
  return ({ function: name, method, path, query, body, writes, read }, scope) =>
    connection.call(
      {
        function: name,
        effect: writes === undefined ? "read" : "write",
        method,
        path,
        query,
        headers,
        body: body && { json: body },
        decode: (answer) => {
          const error = reportedError(answer, { backend: key, secrets, entity: writes });
          if (error) throw error;
          return read(answer.empty ? {} : answer.json);
        },
      },
      scope,
    );
}

/** The items of `{ items, totalCount, totalPages }`; a list that is left out is no list (contract 7.3). */
function readItems(json: unknown): Row[] {
  return recordsIn(memberOf(rowIn(json), "items"));
}

/**
 * Rows of a list by offset, for pageOfOffsets: one call each time, unless the backend holds its pages smaller than asked (its
 * maximum is not documented): then in pages of the size it gives.
 */
export function rowsOf(
  call: Call,
  collection: Collection,
  filter: Readonly<Record<string, string>>,
  scope: CallScope,
): FetchRows<Row> {
  const list = pagesOf(call, collection, filter, scope);

  return async (offset, limit) => {
    const { page, size } = coveringPage(offset, limit);
    const rows = await list.fetchPage(page, size);
    const held = rows.length;
    if (held === 0 || held >= size || page * size + held >= list.total()) {
      return rows.slice(offset - page * size, offset - page * size + limit);
    }
    const first = Math.floor(offset / held);
    const skipped = offset - first * held;
    const gathered: Row[] = [];
    for (let next = first; gathered.length < skipped + limit; next += 1) {
      const more = await list.fetchPage(next, held);
      gathered.push(...more);
      if (more.length < held) break;
    }
    return gathered.slice(skipped, skipped + limit);
  };
}

/**
 * Every row of a list, archived ones too, however the backend sizes its pages. For proofs of absence: throws BAD_RESPONSE when the
 * pages do not add up to the count that goes with them, or never end.
 */
export async function everyRow(
  call: Call,
  collection: Collection,
  filter: Readonly<Record<string, string>>,
  scope: CallScope,
): Promise<Row[]> {
  // Ids ascend in time: rows that are added meanwhile stand at the end, archived ones stay where they are.
  const list = pagesOf(call, collection, { ...filter, archived: "true", sortField: "id", sortOrder: "Ascend" }, scope);
  const rows = new Map<string, Row>();
  let size = rowsPerPage;
  for (let page = 0; page < mostPages; page += 1) {
    const items = await list.fetchPage(page, size);
    const known = rows.size;
    for (const row of items) rows.set(idOf(row) ?? "", row);
    // Later pages are asked for in the size that the first one came in, so that both sides count them alike.
    if (page === 0) size = items.length;
    if (rows.size >= list.total() && (items.length === 0 || list.total() > 0)) return [...rows.values()];
    if (rows.size === known) break;
  }
  throw new BillingError("BAD_RESPONSE", "The backend's pages do not add up to its list.", { retryable: false });
}

/** The pages of a list as the backend numbers them, and the count that the last one came with: 0 where it is left out. */
function pagesOf(call: Call, collection: Collection, filter: Readonly<Record<string, string>>, scope: CallScope) {
  let total = 0;
  const fetchPage = (page: number, countPerPage: number): Promise<Row[]> => {
    const query = { ...filter, page: String(page), countPerPage: String(countPerPage) };
    const read = (json: unknown): Row[] => {
      total = Number(wire.page.parse(json).totalCount ?? 0);
      return readItems(json);
    };
    return call({ function: `GET /${collection}`, method: "GET", path: collection, query, read }, scope);
  };
  return { fetchPage, total: () => total };
}

/** Rows by id, archived ones too; a chunk's failure stays with its ids. */
export function createGetMany<T extends { readonly id: string }>(
  call: Call,
  collection: Collection,
  map: (row: Row) => T | null,
): GetMany<T> {
  return async (ids, scope) => {
    const wanted = [...new Set(ids.filter(isPossibleId))];
    const found = new Map<string, T | BillingError>();
    const fetchChunk = async (chunk: readonly string[]): Promise<void> => {
      const rows = await settle(findRows(call, collection, chunk, scope));
      if (rows instanceof BillingError) for (const id of chunk) found.set(id, rows);
      else for (const value of rows.map(map)) if (value !== null) found.set(value.id, value);
    };
    const chunks = Array.from({ length: Math.ceil(wanted.length / idsPerCall) }, (_, index) =>
      wanted.slice(index * idsPerCall, (index + 1) * idsPerCall),
    );
    await Promise.all(chunks.map(fetchChunk));
    return ids.map((id) => found.get(id) ?? null);
  };
}

/**
 * At most `idsPerCall` rows as sent, in any order. BAD_RESPONSE when others come back: then the ids were ignored, and a missing
 * row proves nothing.
 */
export function findRows(call: Call, collection: Collection, ids: readonly string[], scope: CallScope): Promise<Row[]> {
  const wanted = new Set<string | null>(ids);
  const query = { ids: ids.join(","), page: "0", countPerPage: String(ids.length), archived: "true" };
  const read = (json: unknown): Row[] => {
    const rows = readItems(json);
    if (rows.every((row) => wanted.has(idOf(row)))) return rows;
    throw new BillingError("BAD_RESPONSE", "The backend answered with other records than those asked for.", { retryable: false });
  };
  return call({ function: `GET /${collection}`, method: "GET", path: collection, query, read }, scope);
}

export function idOf(row: Row): string | null {
  return textOf(row, "id");
}

/** The record in a create's answer, which must at least have an id. */
export function readCreated(json: unknown): Row & { readonly id: string } {
  const row = rowIn(json);
  const id = idOf(row);
  if (id === null) throw new TypeError("an id was expected");
  return { ...row, id };
}
