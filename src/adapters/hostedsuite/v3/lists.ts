import type { CallScope, GetMany, Loaded } from "../../../adapter/adapter.ts";
import {
  createPageSizes,
  type FetchPart,
  lookUp,
  type PageSizes,
  partsByNumber,
  type SentRows,
} from "../../../adapter/kit/list-parts.ts";
import { allRows, type RowKeys } from "../../../adapter/kit/paging.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import { sameIdError } from "../../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../../model/errors.ts";
import { compareCodeUnits, isPossibleId } from "../encode.ts";
import { memberOf, recordsWith } from "../reading.ts";
import { type Call, type Collection, idOf } from "./call.ts";
import * as wire from "./wire.ts";

/** The lists of v3, all with the same contract (contract 7.3). */
export interface Lists {
  readonly parts: (collection: Collection, filter: Filter, scope: CallScope) => FetchPart<Row>;
  /** The keys of a list that is sorted by id; leave out `compare` for any other list. */
  readonly keys: (collection: Collection) => Required<Omit<RowKeys<Row>, "clashed">>;
  /** Reads every row of a list, archived ones too. It proves absence: rejects with BAD_RESPONSE where the pages do not add up. */
  readonly every: (collection: Collection, filter: Filter, scope: CallScope) => Promise<Row[]>;
  /** Reads one record as sent, archived too. */
  readonly find: (collection: Collection, id: string, scope: CallScope) => Promise<Row | undefined>;
  /** Reads records, archived ones too. A failure stays with the ids of its call. */
  readonly getMany: <T extends { readonly id: string }>(collection: Collection, map: (row: Row) => Loaded<T>) => GetMany<T>;
}

type Filter = Readonly<Record<string, string>>;

/** The number of ids of one list call, as the vendor's own client sends (contract 7.3). */
const idsPerCall = 100;
/** Where a call is refused, perhaps because of one id that the server cannot read, its halves are asked for by themselves, so often. */
const mostSplits = 16;
/** The page size, in rows, of a list that is read whole: in use by integrators (contract 7.3). */
export const rowsPerPage = 200;

/** Sorts by id: ids ascend in time, so rows that are added meanwhile stand at the end. */
export const sortedById: Filter = { sortField: "id", sortOrder: "Ascend" };

/** @param pageMaximum the configured largest page, in rows */
export function createLists(call: Call, pageMaximum: number): Lists {
  const sizesOf = (most: number): Record<Collection, PageSizes> => ({
    clients: createPageSizes({ most }),
    charges: createPageSizes({ most }),
    services: createPageSizes({ most }),
    taxes: createPageSizes({ most }),
  });
  const sizes = sizesOf(pageMaximum);
  const lookUpSizes = sizesOf(Math.min(pageMaximum, idsPerCall));

  const fetchPage = (collection: Collection, query: Filter, scope: CallScope): Promise<SentRows<Row>> => {
    const request = { function: `GET /${collection}`, method: "GET", path: collection, query, read: readPage(query) } as const;
    return call(request, scope);
  };

  const parts: Lists["parts"] = (collection, filter, scope) =>
    partsByNumber(sizes[collection], (page, size) =>
      fetchPage(collection, { ...filter, page: String(page), countPerPage: String(size) }, scope),
    );

  const keys: Lists["keys"] = (collection) => ({ keyOf: idOf, compare: compareCodeUnits, sizes: sizes[collection] });

  async function findSome(
    collection: Collection,
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Row | BillingError>> {
    const clashing = new Set<string>();
    const fetchSome = (some: readonly string[]) =>
      fetchPage(collection, { ids: some.join(","), page: "0", countPerPage: String(some.length), archived: "true" }, scope);
    const found = await lookUp(ids, idOf, lookUpSizes[collection], fetchSome, (id) => clashing.add(id));
    const clash = (id: string): [string, BillingError] => [id, sameIdError()];
    return clashing.size === 0 ? found : new Map<string, Row | BillingError>([...found, ...[...clashing].map(clash)]);
  }

  return {
    parts,
    keys,
    find: async (collection, id, scope) => {
      const row = (await findSome(collection, [id], scope)).get(id);
      if (row instanceof BillingError) throw row;
      return row;
    },
    every: async (collection, filter, scope) => {
      const pages = parts(collection, { ...filter, archived: "true", ...sortedById }, scope);
      return allRows(pages, keys(collection), rowsPerPage);
    },
    getMany: (collection, map) => async (ids, scope) => {
      const wanted = [...new Set(ids.filter(isPossibleId))];
      const found = new Map<string, ReturnType<typeof map> | BillingError>();
      let splits = mostSplits;
      const fetchSome = async (some: readonly string[]): Promise<void> => {
        const rows = await settle(findSome(collection, some, scope));
        if (rows instanceof BillingError && rows.code === "INVALID_INPUT" && some.length > 1 && splits > 0) {
          splits -= 1;
          const half = Math.ceil(some.length / 2);
          for (const part of [some.slice(0, half), some.slice(half)]) await fetchSome(part);
        } else if (rows instanceof BillingError) for (const id of some) found.set(id, rows);
        else for (const [id, row] of rows) found.set(id, row instanceof BillingError ? row : map(row));
      };
      const size = lookUpSizes[collection].most();
      const chunks = Array.from({ length: Math.ceil(wanted.length / size) }, (_, index) =>
        wanted.slice(index * size, (index + 1) * size),
      );
      await Promise.all(chunks.map(fetchSome));
      return ids.map((id) => found.get(id) ?? null);
    },
  };
}

/**
 * Decodes `{ items, totalCount, totalPages }`. v3 omits members at their default value (contract 7.3, 7.4): counts of 0, and perhaps an empty list.
 * An answer without `items` is an empty page only where its count says that no row is at this place. Throws for any other.
 */
const readPage =
  ({ page = "0", countPerPage = "0" }: Filter) =>
  (json: unknown): SentRows<Row> => {
    const row = rowIn(json);
    const { totalCount, totalPages } = wire.page.parse(row);
    const isBehind = totalCount !== null && totalCount <= Number(page) * Number(countPerPage);
    const items = memberOf(row, "items") ?? (isBehind ? [] : undefined);
    return { rows: records(items), total: totalCount, pages: totalPages };
  };

const records = recordsWith("id");
