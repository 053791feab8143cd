import { isDeepStrictEqual } from "node:util";
import { BillingError, invalidInput } from "../../model/errors.ts";
import type { Page, PageRequest } from "../adapter.ts";

/** Pure paging helpers for adapters: how to make stable pages out of what the backends offer. */

/**
 * A page of a list that came whole: sorted by `key`, position = key of the item, so that it holds while items come and go.
 * `compare` must be a total order of the keys.
 */
export function pageOfAll<T>(
  all: readonly T[],
  key: (item: T) => string,
  { first, after }: PageRequest,
  compare: (left: string, right: string) => number = compareIds,
): Page<T> {
  const byKey = new Map(all.map((item) => [key(item), item]));
  const sorted = [...byKey].sort(([left], [right]) => compare(left, right));
  const start = after === null ? 0 : sorted.findIndex(([itemKey]) => compare(itemKey, after) > 0);
  const rest = start === -1 ? [] : sorted.slice(start);
  return {
    items: rest.slice(0, first).map(([position, value]) => ({ value, position })),
    hasNextPage: rest.length > first,
  };
}

/** A total order: numeric ids first, by value however large; then the others, by code unit. */
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

/** Reads an offset position; INVALID_INPUT at "after" for anything else. */
export function offsetOf(after: string | null): number {
  if (after === null) return 0;
  if (!/^\d{1,9}$/.test(after)) throw invalidInput("after", "is not a cursor of this list");
  return Number(after);
}

/** Fetches rows [offset, offset + limit) of a backend's list; fewer rows than `limit` mean the end. */
export type FetchRows<Row> = (offset: number, limit: number) => Promise<readonly Row[]>;

/**
 * A page of an offset-paged list, keeping only rows that `accept` maps to a value (the re-check of filters that the backend
 * may not have applied). Usually one call; more where rows are rejected, at most until `first` are found or the list ends.
 */
export async function pageOfOffsets<Row, T>(
  fetch: FetchRows<Row>,
  accept: (row: Row) => T | null,
  { first, after }: PageRequest,
  maximumLimit = 1000,
): Promise<Page<T>> {
  const items: { value: T; position: string }[] = [];
  let offset = offsetOf(after);
  let limit = Math.min(first + 1, maximumLimit);
  let previous: Row | undefined;
  for (;;) {
    const rows = await fetch(offset, limit);
    if (rows.length > 0 && isDeepStrictEqual(rows[0], previous)) {
      throw new BillingError("BAD_RESPONSE", "The backend ignores where a page is to start.");
    }
    previous = rows[0];
    for (const [index, row] of rows.entries()) {
      const value = accept(row);
      if (value === null) continue;
      if (items.length === first) return { items, hasNextPage: true };
      items.push({ value, position: String(offset + index + 1) });
    }
    if (rows.length < limit) return { items, hasNextPage: false };
    offset += rows.length;
    // Rows were rejected: look further in larger strides.
    limit = Math.min(limit * 4, maximumLimit);
  }
}

/**
 * The smallest page of a backend with 0-based page numbers that covers rows [offset, offset + count): its number and size.
 * A page size other than `count` is needed when the offset is not a multiple of it.
 */
export function coveringPage(offset: number, count: number): { page: number; size: number } {
  for (let size = count; ; size += 1) {
    const page = Math.floor(offset / size);
    if ((page + 1) * size >= offset + count) return { page, size };
  }
}
