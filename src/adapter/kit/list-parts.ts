import { BillingError } from "../../model/errors.ts";
import { clashingIds } from "./rows.ts";

/**
 * Fetches parts of lists. No contract documents a maximum for pages: a page may be shorter than asked without being the last one, and a
 * server may refuse a page size. Each list remembers what its answers have taught about that.
 */

/** Consecutive rows of a list. */
export interface ListPart<Row> {
  readonly rows: readonly Row[];
  /** Whether the list ends behind them; null where the answer does not tell. */
  readonly ended: boolean | null;
  /** The number of rows of the page that they come from. */
  readonly held: number;
}

/** Fetches `limit` rows of a list from `offset` on, or fewer. @param mostRows the largest page to ask for */
export type FetchPart<Row> = (offset: number, limit: number, mostRows?: number) => Promise<ListPart<Row>>;

/** One answer of a backend. */
export interface SentRows<Row> {
  readonly rows: readonly Row[];
  /** The number of rows of the whole list, where the backend tells it. */
  readonly total?: number | null;
  /** The number of its pages, where the backend tells it. */
  readonly pages?: number | null;
}

/** The page sizes of one list, for all calls of a connection: configured, and learnt from answers. */
export interface PageSizes {
  /** The largest page: as configured, documented or learnt. */
  readonly most: () => number;
  /** The longest page that has come: the maximum is not below. */
  readonly proven: () => number;
  /** Sends a call for a page of at most `limit` rows; where that is refused, for smaller ones. */
  readonly ask: <T>(limit: number, send: (limit: number) => Promise<T>) => Promise<T>;
  /** Learns from an answer of `held` rows. @returns whether the list ends with it; null where that is not known */
  readonly came: (offset: number, held: number, asked: number, total: number | null) => boolean | null;
  /** Learns that a page of so many rows was cut: it was shorter than asked, and more rows were behind it. */
  readonly cut: (held: number) => void;
}

/** Page sizes to try after a refusal: usual ones, each half of the one before or less. */
const smallerSizes = [500, 200, 100, 50, 25, 10];

/** Round numbers, as people choose for maxima. */
const usualMaxima: ReadonlySet<number> = new Set([
  ...[10, 15, 20, 25, 30, 40, 50, 60, 64, 75, 80, 100, 120, 125, 128, 150, 200, 250, 256, 300, 400, 500, 512, 600, 750, 800],
  ...[1000, 1024, 1500, 2000, 2048, 2500, 3000, 4000, 5000, 10_000],
]);

/**
 * Whether a server may have cut a page at so many rows, although it has given longer ones: somebody may have set a smaller maximum since. Such a page
 * does not show that its list ends.
 */
export function mayBeMaximum(held: number): boolean {
  return usualMaxima.has(held);
}

/** @param known `most`: the largest page; `least`: the fewest rows that a server gives where it has them */
export function createPageSizes(known: { readonly most: number; readonly least?: number }): PageSizes {
  let maximum = known.most;
  let largest = known.least ?? 0;

  const cut = (held: number): void => {
    maximum = Math.min(maximum, Math.max(held, 1));
  };

  return {
    most: () => maximum,
    proven: () => largest,
    cut,
    ask: async (limit, send) => {
      let refusal: unknown;
      for (let size = Math.min(limit, maximum); ; ) {
        try {
          const answer = await send(size);
          if (refusal !== undefined) maximum = Math.min(maximum, size);
          return answer;
        } catch (error) {
          const smaller = smallerSizes.find((each) => each < size);
          // The refusal is not about the size: such a page came before, or even the smallest is refused.
          if (!isRefused(error) || size <= largest || smaller === undefined) throw refusal ?? error;
          refusal ??= error;
          size = smaller;
        }
      }
    },
    came: (offset, held, asked, total) => {
      // The maximum is not below the longest page so far, unless it was set anew.
      const isLast = held === 0 || ((asked <= largest || held < largest) && !mayBeMaximum(held));
      largest = Math.max(largest, held);
      if (total !== null && total >= offset + held) {
        // Behind a full page, the count may be that of the page.
        if (total === offset + held) return held < asked ? true : null;
        if (held === 0) throw unreliable("reports more rows in its list than it returned");
        if (held < asked) cut(held);
        return false;
      }
      if (held >= asked) return false;
      return isLast ? true : null;
    },
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof BillingError && error.code === "INVALID_INPUT";
}

/** BAD_RESPONSE for a list that proves nothing. @param problem continues "The backend …" */
export function unreliable(problem: string): BillingError {
  return new BillingError("BAD_RESPONSE", `The backend ${problem}.`, { retryable: false });
}

/**
 * The rows of one owner's list that are the owner's. Throws BAD_RESPONSE where there are rows and all of them are others': the backend
 * answered for somebody else, which does not make an empty list. (Not for backends that may ignore the owner and list everybody's rows.)
 */
export function rowsOfOwner<Row>(rows: readonly Row[], isOwn: (row: Row) => boolean): Row[] {
  const own = rows.filter(isOwn);
  if (rows.length > 0 && own.length === 0) throw unreliable("returned the list of another owner");
  return own;
}

/** Fetches parts of a list with offset and limit. */
export function partsByOffset<Row>(
  sizes: PageSizes,
  fetch: (offset: number, limit: number) => Promise<SentRows<Row>>,
): FetchPart<Row> {
  return (offset, limit, mostRows = Number.POSITIVE_INFINITY) =>
    sizes.ask(Math.min(limit, mostRows), async (asked) => {
      const { rows, total = null } = await fetch(offset, asked);
      return { rows, held: rows.length, ended: sizes.came(offset, rows.length, asked, total) };
    });
}

/** Fetches parts of a list with a page number, from 0, and a page size. */
export function partsByNumber<Row>(
  sizes: PageSizes,
  fetch: (page: number, size: number) => Promise<SentRows<Row>>,
): FetchPart<Row> {
  const fetchPage = (offset: number, limit: number, most: number) =>
    sizes.ask(pageAt(offset, limit, most).size, async (allowed) => {
      const { page, size } = pageAt(offset, limit, allowed);
      const { rows, total = null, pages = null } = await fetch(page, size);
      return { page, size, rows, total, pages };
    });

  return async (offset, limit, mostRows = Number.POSITIVE_INFINITY) => {
    let shown: number | null = null;
    for (let most = mostRows; ; ) {
      const sent = await fetchPage(offset, limit, Math.min(most, sizes.most()));
      const { page, size, rows, total, pages } = sent;
      const start = page * size;
      // Once the first page has shown its size, a usual length is a chance.
      const isDoubtful = size > sizes.proven() || (mayBeMaximum(rows.length) && size !== shown);
      if (page > 0 && rows.length < size && isDoubtful && !isLastPage(sent)) {
        // A short later page: where it starts depends on the size by which the backend counts pages, which the first page shows.
        const first = await fetch(0, size);
        if (first.rows.length === 0) throw unreliable("returned a later page of a list, but no first page");
        sizes.came(0, first.rows.length, size, first.total ?? null);
        if (first.rows.length < size) sizes.cut(first.rows.length);
        else shown = size;
        continue;
      }
      const ended = sizes.came(start, rows.length, size, total);
      const part = rows.slice(offset - start);
      if (part.length > 0 || ended === true) {
        const isContradicted = ended === true && pages !== null && pages > page + 1;
        return { rows: part, held: rows.length, ended: isContradicted ? null : ended };
      }
      // The page was cut before the first wanted row.
      most = Math.max(1, rows.length);
    }
  };
}

interface NumberedPage {
  readonly page: number;
  readonly size: number;
  readonly rows: readonly unknown[];
  readonly total: number | null;
  readonly pages: number | null;
}

/** Whether a page is the last one: it is empty, or both counts say so for the size that was asked for. */
function isLastPage({ page, size, rows, total, pages }: NumberedPage): boolean {
  if (rows.length === 0) return true;
  return total === page * size + rows.length && pages === page + 1;
}

/**
 * The smallest page of at most `most` rows that holds rows [offset, offset + count). Where there is none, the page that holds the most of them
 * from `offset` on.
 */
export function pageAt(offset: number, count: number, most: number): { readonly page: number; readonly size: number } {
  for (let size = Math.min(count, most); size <= most; size += 1) {
    const page = Math.floor(offset / size);
    if ((page + 1) * size >= offset + count) return { page, size };
  }
  let best = { page: Math.floor(offset / most), size: most };
  for (let size = most - 1; size > most / 2; size -= 1) {
    const page = Math.floor(offset / size);
    if ((page + 1) * size > (best.page + 1) * best.size) best = { page, size };
  }
  return best;
}

/**
 * Reads records by their ids, several with one call. A missing id is asked for again until the answers prove that it does not exist. Throws
 * BAD_RESPONSE where other records come back: the backend ignores the ids, so a missing record proves nothing. A record whose id is written in
 * another case than asked for is not that one: every object has one id.
 *
 * @param fetch one call for these ids
 * @param clashed gets the ids of which an answer has two records that differ: see rows.ts
 */
export async function lookUp<Row>(
  ids: readonly string[],
  keyOf: (row: Row) => string | null,
  sizes: PageSizes,
  fetch: (ids: readonly string[]) => Promise<SentRows<Row>>,
  clashed: (id: string) => void,
): Promise<ReadonlyMap<string, Row>> {
  const found = new Map<string, Row>();
  let wanted = [...new Set(ids)];
  let most = Number.POSITIVE_INFINITY;
  while (wanted.length > 0) {
    const { asked, rows, total } = await sizes.ask(Math.min(wanted.length, most), async (size) => {
      const asked = wanted.slice(0, size);
      const { rows, total = null } = await fetch(asked);
      return { asked: new Set(asked), rows, total };
    });
    for (const id of clashingIds(rows, keyOf)) clashed(id);
    const inAnyCase = Map.groupBy(asked, (id) => id.toLowerCase());
    const otherwise = new Set<string>();
    for (const row of rows) {
      const key = keyOf(row);
      const spelt = key === null ? undefined : inAnyCase.get(key.toLowerCase());
      if (key === null || spelt === undefined) throw unreliable("returned records that were not asked for");
      if (asked.has(key)) found.set(key, row);
      for (const id of spelt) if (id !== key) otherwise.add(id);
    }
    const isProven = sizes.came(0, rows.length, asked.size, total) === true;
    wanted = wanted.filter((id) => !found.has(id) && !otherwise.has(id) && !(isProven && asked.has(id)));
    most = isProven ? most : rows.length;
  }
  return found;
}
