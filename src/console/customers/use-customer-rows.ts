import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { BackendSummaryFragment, CustomerStatus, MoneyDetailsFragment, SearchQuery } from "../../client/index.ts";
import { useCustomersByIdQuery, useInfiniteCustomersQuery, useInfiniteSearchQuery } from "../../client/react/index.ts";
import { compareDecimals } from "../charges/by-month.ts";
import { failuresOf } from "../explanation.ts";
import { nextLookMs, remarksOn } from "../search/found.ts";

/** The columns by which customers can be sorted. */
export const sortableColumns = ["name", "reference", "status", "amountDue"] as const;

interface CustomerSort {
  readonly column: (typeof sortableColumns)[number];
  readonly descending: boolean;
}

/** Reads the order from the address: "name", "-amountDue". Null for anything else. */
export function sortFrom(text: string): CustomerSort | null {
  const column = sortableColumns.find((each) => each === text.replace(/^-/, ""));
  return column === undefined ? null : { column, descending: text.startsWith("-") };
}

/** The order after a click on a column: first ascending, then descending, then none. */
export function nextSort(sort: CustomerSort | null, column: string): string | null {
  if (sort?.column !== column) return column;
  return sort.descending ? null : `-${column}`;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Sorts missing values last in both directions. Groups amounts by currency, as two currencies cannot be compared. Pure. */
export function sortedCustomers(rows: readonly CustomerRow[], sort: CustomerSort | null): readonly CustomerRow[] {
  if (sort === null) return rows;
  const { column, descending } = sort;
  const direction = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [one, other] = [left[column], right[column]];
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    if (typeof one === "object" && typeof other === "object") {
      return collator.compare(one.currency, other.currency) || direction * compareDecimals(one.amount, other.amount);
    }
    return direction * collator.compare(String(one), String(other));
  });
}

/** One row of the list: a customer that its backend has listed, or that a search has found. */
export interface CustomerRow {
  readonly id: string;
  readonly name: string;
  readonly backend: BackendSummaryFragment;
  readonly backendId: string;
  readonly email: string | null;
  readonly reference: string | null;
  readonly status: CustomerStatus;
  readonly amountDue: MoneyDetailsFragment | null;
}

export interface CustomersAsked {
  readonly text: string;
  readonly backends: readonly string[];
  readonly status: CustomerStatus | undefined;
  readonly sort: CustomerSort | null;
}

const pageSize = 100;
/** The API's lists have no order to choose. To sort, the console loads at most this many. */
export const mostSorted = 1_000;
/** Each amount costs the gateway a lookup. */
const mostAmounts = 200;
/** Query.search takes no shorter text (see the schema). */
export const shortestText = 2;

/** Loads customers: from the search if there is a text, else from the backends' lists in turns. */
export function useCustomerRows({ text, backends, status, sort }: CustomersAsked) {
  const isSearch = text.length >= shortestText;
  const of = backends.length > 0 ? { backends: [...backends] } : {};
  const listed = { first: pageSize, interleave: true, filter: status ? { status } : {}, ...of };
  const sought = { first: pageSize, text, types: ["CUSTOMER" as const], ...of };
  const list = useInfiniteCustomersQuery(listed, { placeholderData: keepPreviousData, enabled: !isSearch });
  const search = useInfiniteSearchQuery(sought, {
    placeholderData: keepPreviousData,
    enabled: isSearch,
    refetchInterval: ({ state }) => nextLookMs(state.data?.pages.at(-1)?.search.sources),
  });
  const query = isSearch ? search : list;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;

  const found = useMemo(() => (search.data?.pages ?? []).flatMap((page) => foundCustomers(page, status)), [search.data, status]);
  const due = useAmountsDue(isSearch ? found : []);
  const loaded = useMemo(
    (): readonly CustomerRow[] =>
      isSearch
        ? found.map((customer) => ({ ...customer, amountDue: due.get(customer.id) ?? null }))
        : (list.data?.pages ?? []).flatMap((page) => page.customers.nodes),
    [isSearch, found, due, list.data],
  );

  const isMoreToSort = sort !== null && hasNextPage && loaded.length < mostSorted && !isFetchNextPageError;
  useEffect(() => {
    if (isMoreToSort && !isFetchingNextPage) void fetchNextPage();
  }, [isMoreToSort, isFetchingNextPage, fetchNextPage]);

  // Cursors remember which backends were missing: the last page names all of them.
  const last = isSearch ? search.data?.pages.at(-1)?.search : list.data?.pages.at(-1)?.customers;
  const sources = isSearch ? (search.data?.pages.at(-1)?.search.sources ?? []) : [];
  return {
    isSearch,
    /** The variables with which the pages were loaded. */
    listed,
    sought,
    rows: useMemo(() => sortedCustomers(loaded, sort), [loaded, sort]),
    // While the rows are sorted, scrolling loads no more of them.
    paging: sort === null ? query : { ...query, hasNextPage: isMoreToSort },
    isCut: sort !== null && hasNextPage && loaded.length >= mostSorted,
    failures: failuresOf(last?.unavailable ?? []),
    remarks: remarksOn(sources, query.dataUpdatedAt),
    hasMore: hasNextPage,
    data: query.data,
    error: query.error,
    isPending: query.isPending,
    isPlaceholderData: query.isPlaceholderData,
    refetch: query.refetch,
  };
}

/** The customers on one page of a search. A search does not know what they owe. */
export function foundCustomers({ search }: SearchQuery, status: CustomerStatus | undefined): CustomerRow[] {
  return search.edges.flatMap(({ known }) =>
    known && (!status || known.status === status) ? [{ ...known, amountDue: null }] : [],
  );
}

/** Reads what the customers owe, where their backend answers: the search does not know it. */
function useAmountsDue(customers: readonly CustomerRow[]): ReadonlyMap<string, MoneyDetailsFragment | null> {
  const ids = customers.map(({ id }) => id);
  const { data, error } = useCustomersByIdQuery(
    { ids: ids.slice(0, mostAmounts) },
    { enabled: ids.length > 0, retry: false, placeholderData: keepPreviousData },
  );
  // An answer with errors still holds the data of the other backends.
  const partial = error !== null && "data" in error ? (error.data as typeof data | null) : null;
  const nodes = (data ?? partial)?.nodes;
  return useMemo(
    () => new Map((nodes ?? []).flatMap((node) => (node?.__typename === "Customer" ? [[node.id, node.amountDue] as const] : []))),
    [nodes],
  );
}
