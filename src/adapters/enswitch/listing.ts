import type { CallScope } from "../../adapter/adapter.ts";
import { type FetchPart, type PageSizes, partsByOffset, unreliable } from "../../adapter/kit/list-parts.ts";
import { numericId, type Row } from "../../adapter/kit/reading.ts";
import { sameIdError } from "../../adapter/kit/same-ids.ts";
import { listStart, walk } from "../../adapter/kit/walking.ts";
import type { CustomerStatus } from "../../model/model.ts";
import { listRows, type Parameters, type Session } from "./call.ts";

/** Lists with `limit` and `offset` (guide 4.4, customers/list and plans/list). No source states the largest page (contract 3.4, 13.9). */

/** A mapped row and its id, by which pages are told apart. */
export interface Listed<T> {
  readonly id: string | null;
  readonly value: T;
}

interface PagedList<T> {
  readonly function: string;
  readonly parameters: Parameters;
  readonly subject: string;
  readonly map: (row: Row) => T;
}

export const keyOf = ({ id }: Listed<unknown>): string | null => id;

/** Fetches parts of a list, see kit/list-parts.ts. */
export function partsOfList<T>(session: Session, sizes: PageSizes, list: PagedList<T>, scope: CallScope): FetchPart<Listed<T>> {
  const { map, parameters } = list;
  const listed = (row: Row): Listed<T> => ({ id: numericId(row["id"]), value: map(row) });
  return partsByOffset(sizes, async (offset, limit) => {
    const place = {
      limit: Number.isFinite(limit) ? String(limit) : "0",
      ...(offset === 0 && !Number.isFinite(limit) ? {} : { offset: String(offset) }),
    };
    const rows = await listRows(session, { ...list, parameters: { ...parameters, ...place }, map: listed }, scope);
    // Guess: the list is paged with `recursive` too. A list that comes whole is cut here.
    return rows.length > limit ? { rows: rows.slice(offset, offset + limit), total: rows.length } : { rows };
  });
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
  clashed: (id: string) => void = refuseClash,
): Promise<readonly T[]> {
  const next = walk(partsOfList(session, sizes, list, scope), { keyOf, sizes, clashed }, listStart);
  const rows: T[] = [];
  for (let part = 0; part < mostParts; part += 1) {
    const walked = await next(Number.POSITIVE_INFINITY);
    rows.push(...walked.rows.map(({ row }) => row.value));
    if (walked.ended) return rows;
  }
  throw unreliable("has a list that does not end");
}

const mostParts = 500;

function refuseClash(): never {
  throw sameIdError();
}

/** Parameters of customers/list (guide 4.4). They are always sent, as defaults differ between versions. */

/** `deleted`: 0 = live, 1 = deleted, -1 = both. */
export const deletedByStatus: Readonly<Record<Exclude<CustomerStatus, "UNKNOWN">, string>> = { ACTIVE: "0", ARCHIVED: "1" };
export const liveAndDeleted = "-1";

/** Lists everybody below the gateway's own customer. 3.14's default for `directory`, 0, hides some. */
export const everybody: Parameters = { recursive: "1", directory: "-1", deleted: liveAndDeleted };
