import type { CallScope } from "../../adapter/adapter.ts";
import { type FetchPart, type PageSizes, partsByOffset, type SentRows } from "../../adapter/kit/list-parts.ts";
import { allRows } from "../../adapter/kit/paging.ts";
import { numericId, type Row } from "../../adapter/kit/reading.ts";
import type { CustomerStatus } from "../../model/model.ts";
import { type FunctionParameters, listRows, type Session } from "./call.ts";

/** Lists with `limit` and `offset` (guide 4.4, customers/list and plans/list). No source states the largest page (contract 3.4, 13.9). */

/** A mapped row and its id, by which pages are told apart. */
export interface Listed<T> {
  readonly id: string | null;
  readonly value: T;
}

interface PagedList<T> {
  readonly function: string;
  readonly parameters: FunctionParameters;
  readonly subject: string;
  readonly map: (row: Row) => T;
}

export const keyOf = ({ id }: Listed<unknown>): string | null => id;

/** Lists that were seen to come whole, whatever limit and offset are sent. */
const whole = new WeakSet<PageSizes>();
/** Lists of which `limit` was seen to be read and `offset` not: their later rows come with a longer page from the start. */
const withoutOffset = new WeakSet<PageSizes>();

/**
 * Fetches parts of a list, see kit/list-parts.ts. Whether `limit` and `offset` are read together with `recursive` is not stated (contract
 * 13.9). A list that comes whole is cut here, and so is a page that always starts with the first row.
 */
export function partsOfList<T>(session: Session, sizes: PageSizes, list: PagedList<T>, scope: CallScope): FetchPart<Listed<T>> {
  const { map, parameters } = list;
  const listed = (row: Row): Listed<T> => ({ id: numericId(row["id"]), value: map(row) });
  const fetchPart = (offset: number, limit: number): Promise<readonly Listed<T>[]> => {
    const place = {
      limit: Number.isFinite(limit) ? String(limit) : "0",
      ...(offset === 0 && !Number.isFinite(limit) ? {} : { offset: String(offset) }),
    };
    return listRows(session, { ...list, parameters: { ...parameters, ...place }, map: listed }, scope);
  };
  /**
   * The list, if it comes whole: more than one row where one was asked for, from the first on, is proof. A single row is the first one.
   *
   * @param elsewhere the first row of an answer from a later place; the same one shows that offsets are not read
   */
  const fetchWhole = async (elsewhere: string | null): Promise<readonly Listed<T>[] | null> => {
    const rows = await fetchPart(0, 1);
    if (rows.length > 1) whole.add(sizes);
    else whole.delete(sizes);
    if (rows.length === 1 && elsewhere !== null && rows[0]?.id === elsewhere) withoutOffset.add(sizes);
    return rows.length > 1 ? rows : null;
  };
  const fetchFromStart = async (offset: number, limit: number): Promise<SentRows<Listed<T>>> => {
    const rows = await fetchPart(0, offset + limit);
    return rows.length > offset + limit ? cut(rows, offset, limit) : { rows: rows.slice(offset) };
  };
  /** The first row of each answer of several rows. */
  const firstRows = new Set<string>();

  return partsByOffset(sizes, async (offset, limit) => {
    const known = whole.has(sizes) ? await fetchWhole(null) : null;
    if (known) return cut(known, offset, limit);
    if (withoutOffset.has(sizes) && offset > 0) return fetchFromStart(offset, limit);
    const rows = await fetchPart(offset, limit);
    const first = rows[0]?.id ?? null;
    const isAgain = first !== null && firstRows.has(first);
    if (first !== null && rows.length > 1) firstRows.add(first);
    // The same first row at another place: offsets are not read, or rows have moved.
    const all = rows.length > limit || (isAgain && offset > 0) ? await fetchWhole(offset > 0 ? first : null) : null;
    if (all) return cut(all, offset, limit);
    return withoutOffset.has(sizes) && offset > 0 ? fetchFromStart(offset, limit) : { rows };
  });
}

function cut<T>(rows: readonly T[], offset: number, limit: number): { rows: readonly T[]; total: number } {
  return { rows: rows.slice(offset, offset + limit), total: rows.length };
}

/**
 * Reads a whole list, page by page where the server cuts it.
 *
 * @param clashed gets the ids of two records that differ; default: the list is BAD_RESPONSE
 */
export async function wholeRows<T>(
  session: Session,
  sizes: PageSizes,
  list: PagedList<T>,
  scope: CallScope,
  clashed?: (id: string) => void,
): Promise<readonly T[]> {
  const keys = { keyOf, sizes, ...(clashed && { clashed }) };
  const rows = await allRows(partsOfList(session, sizes, list, scope), keys, Number.POSITIVE_INFINITY);
  return rows.map(({ value }) => value);
}

/** Parameters of customers/list (guide 4.4). They are always sent, as defaults differ between versions. */

/** `deleted`: 0 = live, 1 = deleted, -1 = both. */
export const deletedByStatus: Readonly<Record<Exclude<CustomerStatus, "UNKNOWN">, string>> = { ACTIVE: "0", ARCHIVED: "1" };
export const liveAndDeleted = "-1";

/** Lists everybody below the gateway's own customer. 3.14's default for `directory`, 0, hides some. */
export const everybody: FunctionParameters = { recursive: "1", directory: "-1", deleted: liveAndDeleted };
