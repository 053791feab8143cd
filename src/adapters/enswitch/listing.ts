import type { CallScope } from "../../adapter/adapter.ts";
import { type FetchPart, type PageSizes, partsByOffset } from "../../adapter/kit/list-parts.ts";
import { numericId, type Row } from "../../adapter/kit/reading.ts";
import { allRows } from "../../adapter/kit/walking.ts";
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

/**
 * Fetches parts of a list, see kit/list-parts.ts. Whether `limit` and `offset` are read together with `recursive` is not stated (contract
 * 13.9). A list that comes whole is cut here.
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
  /** The list, if it comes whole: more than one row where one was asked for, from the first on, is proof. */
  const fetchWhole = async (): Promise<readonly Listed<T>[] | null> => {
    const rows = await fetchPart(0, 1);
    if (rows.length > 1) whole.add(sizes);
    else whole.delete(sizes);
    return rows.length > 1 ? rows : null;
  };
  /** The first row of each answer of several rows. */
  const firstRows = new Set<string>();

  return partsByOffset(sizes, async (offset, limit) => {
    const known = whole.has(sizes) ? await fetchWhole() : null;
    if (known) return cut(known, offset, limit);
    const rows = await fetchPart(offset, limit);
    const first = rows[0]?.id ?? null;
    const isAgain = first !== null && firstRows.has(first);
    if (first !== null && rows.length > 1) firstRows.add(first);
    // The same first row at another place: offsets are not read, or rows have moved.
    const all = rows.length > limit || (isAgain && offset > 0) ? await fetchWhole() : null;
    return all ? cut(all, offset, limit) : { rows };
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
