"use client";
import {
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import type { VariablesAnd } from "../client.ts";
import type { AnyDocument } from "../documents.ts";
import { gatewayPages, gatewayQuery, type PageEnd, type PageVariables, type RequestError } from "../queries.ts";
import { useGatewayClient } from "./provider.ts";

type QueryOptions<Data, Selected> = Omit<UseQueryOptions<Data, RequestError, Selected>, "queryKey" | "queryFn">;

/** useQuery for one document: first its variables, then the other options of useQuery. */
export type QueryHook<Data, Variables> = <Selected = Data>(
  ...rest: VariablesAnd<Variables, QueryOptions<Data, Selected>>
) => UseQueryResult<Selected, RequestError>;

export function createQueryHook<Data, Variables>(document: AnyDocument<Data, Variables>): QueryHook<Data, Variables> {
  return <Selected = Data>(...[variables, options]: [variables?: Variables, options?: QueryOptions<Data, Selected>]) => {
    const query = gatewayQuery(useGatewayClient(), document, variables ?? ({} as Variables));
    return useQuery<Data, RequestError, Selected>({ ...query, ...options } as UseQueryOptions<Data, RequestError, Selected>);
  };
}

type Pages<Data> = InfiniteData<Data, string | null>;

type PagesOptions<Data, Selected> = Omit<
  UseInfiniteQueryOptions<Data, RequestError, Selected, QueryKey, string | null>,
  "queryKey" | "queryFn" | "initialPageParam" | "getNextPageParam"
>;

/** useInfiniteQuery for one document with a list: `data.pages` has one answer a page, `fetchNextPage` reads the next. */
export type InfiniteQueryHook<Data, Variables> = <Selected = Pages<Data>>(
  ...rest: VariablesAnd<PageVariables<Variables>, PagesOptions<Data, Selected>>
) => UseInfiniteQueryResult<Selected, RequestError>;

export function createInfiniteQueryHook<Data, Variables>(
  document: AnyDocument<Data, Variables>,
  pageOf: (data: Data) => PageEnd | undefined,
): InfiniteQueryHook<Data, Variables> {
  return <Selected = Pages<Data>>(
    ...[variables, options]: [variables?: PageVariables<Variables>, options?: PagesOptions<Data, Selected>]
  ) => {
    const pages = gatewayPages(useGatewayClient(), document, pageOf, variables ?? ({} as PageVariables<Variables>));
    return useInfiniteQuery<Data, RequestError, Selected, QueryKey, string | null>({
      ...pages,
      ...options,
    } as UseInfiniteQueryOptions<Data, RequestError, Selected, QueryKey, string | null>);
  };
}
