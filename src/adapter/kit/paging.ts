import { isDeepStrictEqual } from "node:util";
import { invalidInput } from "../../model/errors.ts";
import type { Page, PageRequest } from "../adapter.ts";
import { type FetchPart, type ListPart, type PageSizes, unreliable } from "./list-parts.ts";
import { clashingIds, type OmittedRows, sameIdError } from "./rows.ts";

/** A place in a list with offsets, and the row before it, by which the place is found again when rows have moved. */
interface ListPlace {
  readonly offset: number;
  /** The key of that row; null = not known. */
  readonly behind: string | null;
}

export const listStart: ListPlace = { offset: 0, behind: null };

/** The keys of a list's rows. */
export interface RowKeys<Row> {
  /** A unique key; null for a row without one. */
  readonly keyOf: (row: Row) => string | null;
  /** The order of keys, where the list was asked for in that order. */
  readonly compare?: (left: string, right: string) => number;
  /** Learns from the walk. */
  readonly sizes?: PageSizes;
  /** Is told once of each key that two rows of one answer have that say different things: see rows.ts. The walk gives the first one. */
  readonly clashed?: (key: string) => void;
}

interface Walked<Row> {
  readonly rows: readonly { readonly row: Row; readonly place: ListPlace }[];
  readonly ended: boolean;
}

/** Lists of which an answer has shown that they do not come in the order that was asked for. */
const unsorted = new WeakSet<PageSizes>();

/** The walk fails after so many parts without a new row: the list changes all the time, or the backend does not page. */
const mostTries = 100;
const mostRepeats = 12;
const mostJumps = 4;
/** How far the walk steps back, in a list without an order, to find the one row that it knows. */
const farthestBack = 64;

/**
 * Walks over a list from a place on. Each row that stays in the list comes exactly once, whatever is added or removed meanwhile: each part must
 * begin with a known row; where it does not, because rows before it are gone, the walk steps back until it does. Without keys, parts are taken
 * as they come. Throws BAD_RESPONSE where the backend ignores offsets, or where parts bring nothing new.
 *
 * @returns gives about `limit` further rows at a time
 */
export function walk<Row>(fetch: FetchPart<Row>, keys: RowKeys<Row>, start: ListPlace): (limit: number) => Promise<Walked<Row>> {
  const { keyOf, compare, sizes, clashed } = keys;
  const seen = new Set<string>();
  const told = new Set<string>();
  let offset = start.offset;
  /** The key of the last row so far, in this walk or before it. */
  let horizon = start.behind;
  /** The key of the last row of the last part. */
  let last: string | null = null;
  let jumps = 0;
  let isSorted = compare !== undefined && !(sizes && unsorted.has(sizes));
  let overlap = horizon === null ? 0 : 1;
  /** The length of the last page, where the server may have cut it at its maximum. */
  let doubtful: number | null = null;
  let repeats = 0;
  let head: { readonly from: number; readonly row: Row } | null = null;

  const isKnown = (key: string | null): boolean => {
    if (key === null) return false;
    return seen.has(key) || key === horizon || (isSorted && horizon !== null && (compare?.(key, horizon) ?? 1) < 0);
  };

  /** Whether the walk must find the one row that it knows from an earlier request. */
  const isAnchored = (): boolean => horizon !== null && seen.size === 0 && !isSorted;

  /** The index in a part from which rows may be new; null where rows may be missing before the part. */
  const firstNew = (from: number, keysOfPart: readonly (string | null)[]): number | null => {
    if (overlap === 0) return 0;
    if (isAnchored()) {
      const anchor = keysOfPart.lastIndexOf(horizon);
      return anchor === -1 ? null : anchor + 1;
    }
    // A single row does not show whether the list is in order.
    if (from > 0 && seen.size === 0 && keysOfPart.length === 1 && keysOfPart[0] !== horizon && overlap < offset) return null;
    return from === 0 || isKnown(keysOfPart[0] ?? null) ? 0 : null;
  };

  const stepBack = (): void => {
    if (isAnchored() && (overlap >= farthestBack || overlap >= offset)) {
      // The row is gone: assume that it is the only one before this place that is.
      [horizon, offset, overlap] = [null, Math.max(0, offset - 1), 0];
    } else overlap = Math.min(offset, overlap * 4);
  };

  /** Fetches a part; null where it must begin earlier, or has nothing new and is not the end. */
  const advance = async (limit: number): Promise<Walked<Row> | null> => {
    const from = offset - Math.min(overlap, offset);
    const part = await fetch(from, limit + offset - from, doubtful ?? undefined);
    const keysOfPart = part.rows.map(keyOf);
    if (isSorted && !isAscending(keysOfPart, compare)) {
      isSorted = false;
      if (sizes) unsorted.add(sizes);
    }
    if (overlap === 0 && isSorted && !isAscending([last, keysOfPart[0] ?? null], compare)) {
      // Either rows have moved since the last part, or the list is not sorted, which shows when this happens again and again.
      jumps += 1;
      if (jumps > mostJumps) isSorted = false;
      overlap = 1;
      tellClashes(part.rows);
      return null;
    }
    const begin = firstNew(from, keysOfPart);
    if (begin === null) {
      tellClashes(part.rows);
      stepBack();
      return null;
    }
    const skipped = offset - from;
    const rows: { row: Row; place: ListPlace }[] = [];
    for (let index = 0; index < part.rows.length; index += 1) {
      const row = part.rows[index] as Row;
      const key = keysOfPart[index] ?? null;
      const isNew = index >= begin && (key === null ? index >= skipped : !isKnown(key));
      if (key !== null) seen.add(key);
      if (isNew) rows.push({ row, place: { offset: from + index + 1, behind: key } });
    }
    // Rows that are all new have different keys.
    if (rows.length < part.rows.length) tellClashes(part.rows);
    checkMoving(from, part.rows[0], rows.length > 0 || part.ended === true);
    noteSizes(part, rows.length > 0);
    horizon = rows.at(-1)?.place.behind ?? horizon;
    last = keysOfPart.at(-1) ?? last;
    if (rows.length > 0) jumps = 0;
    // A page that ends with the known row, as a page of one row does, shows that nothing has moved: the next one begins behind it.
    const hasStopped = rows.length === 0 && from + part.rows.length === offset;
    overlap = horizon === null || hasStopped ? 0 : 1;
    offset = from + part.rows.length;
    return rows.length > 0 || part.ended === true ? { rows, ended: part.ended === true } : null;
  };

  /** Throws where later parts begin like an earlier one and have nothing new: the backend ignores offsets. Once, rows may have moved. */
  const checkMoving = (from: number, row: Row | undefined, hasNew: boolean): void => {
    if (row === undefined) return;
    const key = keyOf(row);
    const isSame =
      head !== null && from > head.from && (key === null ? isDeepStrictEqual(row, head.row) : key === keyOf(head.row));
    repeats = isSame && (key === null || !hasNew) ? repeats + 1 : 0;
    if (repeats > (key === null ? 0 : mostRepeats)) throw unreliable("ignores the requested start of a page");
    if (head === null || key === null) head = { from, row };
  };

  const tellClashes = (rows: readonly Row[]): void => {
    for (const key of clashed ? clashingIds(rows, keyOf) : []) {
      if (!told.has(key)) clashed?.(key);
      told.add(key);
    }
  };

  const noteSizes = ({ held, ended }: ListPart<Row>, hasNew: boolean): void => {
    if (doubtful !== null && hasNew && held >= doubtful) sizes?.cut(doubtful);
    if (ended === null) doubtful = Math.max(held, 1);
    else if (hasNew || ended) doubtful = null;
  };

  return async (limit) => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const walked = await advance(limit);
      if (walked !== null) return walked;
    }
    throw unreliable("repeats the same rows of its list");
  };
}

/** A list that is read whole has at most so many parts. */
const mostParts = 500;

/** Reads a whole list, `limit` rows at a time. Two rows that clash make it BAD_RESPONSE, unless `clashed` is told of them. */
export async function allRows<Row>(fetch: FetchPart<Row>, keys: RowKeys<Row>, limit: number): Promise<Row[]> {
  const next = walk(fetch, { clashed: refuseClash, ...keys }, listStart);
  const rows: Row[] = [];
  for (let part = 0; part < mostParts; part += 1) {
    const walked = await next(limit);
    rows.push(...walked.rows.map(({ row }) => row));
    if (walked.ended) return rows;
  }
  throw unreliable("has a list that does not end");
}

function refuseClash(): never {
  throw sameIdError();
}

function isAscending(keys: readonly (string | null)[], compare: RowKeys<never>["compare"]): boolean {
  if (compare === undefined) return false;
  const known = keys.filter((key) => key !== null);
  return known.every((key, index) => index === 0 || compare(known[index - 1] ?? key, key) <= 0);
}

/** Makes stable pages from the lists of backends. */

interface WholeListOptions {
  /** A total order of the keys. */
  readonly compare?: (left: string, right: string) => number;
  /** The rows that were omitted so far; the page reports them, and items that clash (rows.ts). */
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
