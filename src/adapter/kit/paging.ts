import { invalidInput } from "../../model/errors.ts";
import type { Page, PageRequest } from "../adapter.ts";
import type { FetchPart } from "./list-parts.ts";
import type { OmittedRows } from "./omitted-rows.ts";
import { clashingIds } from "./same-ids.ts";
import { type ListPlace, listStart, type RowKeys, walk } from "./walking.ts";

/** Makes stable pages from the lists of backends. */

interface WholeListOptions {
  /** A total order of the keys. */
  readonly compare?: (left: string, right: string) => number;
  /** The rows that were omitted so far; the page reports them, and items that clash (same-ids.ts). */
  readonly omitted?: OmittedRows;
}

/** A page of a list that came whole, sorted by `key`. The position of an item is its key, so it stays valid while items come and go. */
export function pageOfAll<T>(
  all: readonly T[],
  key: (item: T) => string,
  { first, after }: PageRequest,
  { compare = compareIds, omitted }: WholeListOptions = {},
): Page<T> {
  if (omitted) for (const _ of clashingIds(all, key)) omitted.add("sameId");
  const byKey = new Map(all.map((item) => [key(item), item]));
  const sorted = [...byKey].sort(([left], [right]) => compare(left, right));
  const start = after === null ? 0 : sorted.findIndex(([itemKey]) => compare(itemKey, after) > 0);
  const rest = start === -1 ? [] : sorted.slice(start);
  return {
    items: rest.slice(0, first).map(([position, value]) => ({ value, position })),
    hasNextPage: rest.length > first,
    ...omitted?.report(),
  };
}

/** A total order of ids: numeric ones first, by value however large; then the others, by code unit. */
export function compareIds(left: string, right: string): number {
  const leftValue = numericValue(left);
  const rightValue = numericValue(right);
  if (leftValue !== null && rightValue !== null && leftValue !== rightValue) {
    return leftValue.length - rightValue.length || (leftValue < rightValue ? -1 : 1);
  }
  if ((leftValue === null) !== (rightValue === null)) return leftValue === null ? 1 : -1;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** The digits without leading zeros: longer is more, equally long ones compare as texts. */
function numericValue(id: string): string | null {
  return /^\d+$/.test(id) ? id.replace(/^0+/, "") : null;
}

function positionOf({ offset, behind }: ListPlace): string {
  return behind === null ? String(offset) : `${offset}~${behind}`;
}

/** Decodes a position in a list with offsets. Throws INVALID_INPUT at "after" for any other text. */
export function placeOf(after: string | null): ListPlace {
  if (after === null) return listStart;
  const [, offset, behind] = /^(\d{1,9})(?:~([^\p{Cc}]{1,256}))?$/u.exec(after) ?? [];
  if (offset === undefined) throw invalidInput("after", "is not a cursor of this list");
  return { offset: Number(offset), behind: behind ?? null };
}

/** Fetches rows [offset, offset + limit) of a backend's list; fewer rows than `limit` mean the end. */
export type FetchRows<Row> = (offset: number, limit: number) => Promise<readonly Row[]>;

/** The parts of a list whose pages are as long as asked. */
export function partsOf<Row>(fetch: FetchRows<Row>): FetchPart<Row> {
  return async (offset, limit) => {
    const rows = await fetch(offset, limit);
    return { rows, held: rows.length, ended: rows.length < limit };
  };
}

/**
 * A page of a list with offsets: the rows that `accept` maps to a value, which checks again the filters that the backend may have ignored.
 * Usually one call; more where rows are rejected, until `first` are found or the list ends.
 */
export async function pageOfParts<Row, T>(
  fetch: FetchPart<Row>,
  { omitted, ...keys }: RowKeys<Row> & Pick<WholeListOptions, "omitted">,
  accept: (row: Row) => T | null,
  { first, after }: PageRequest,
  mostRows = 1000,
): Promise<Page<T>> {
  const items: { value: T; position: string }[] = [];
  const next = walk(fetch, omitted ? { ...keys, clashed: () => omitted.add("sameId") } : keys, placeOf(after));
  for (let limit = Math.min(first + 1, mostRows); ; limit = Math.min(limit * 4, mostRows)) {
    const { rows, ended } = await next(limit);
    for (const { row, place } of rows) {
      const value = accept(row);
      if (value === null) continue;
      if (items.length === first) return { items, hasNextPage: true, ...omitted?.report() };
      items.push({ value, position: positionOf(place) });
    }
    // Rows were rejected, or the page was cut: read on in larger strides.
    if (ended) return { items, hasNextPage: false, ...omitted?.report() };
  }
}
