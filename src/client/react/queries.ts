import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryKey,
  queryOptions,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { type GatewayClient, type VariablesAnd, variablesAnd } from "../client.ts";
import { type GatewayError, isRetryable, retryAfterSecondsOf, type TransportError } from "../errors.ts";
import { useGatewayClient } from "./provider.ts";

/** Why a hook failed. */
export type RequestError = GatewayError | TransportError;

/** Where the page of a list ends. */
export interface PageEnd {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** An answer is asked for again when that may help, twice at most: each try costs calls to the backends. */
export const retry = (failures: number, error: RequestError): boolean =>
  failures < 2 && isRetryable(error) && (error.retryAfterSeconds ?? 0) <= longestWaitSeconds;

/** The gateway counts requests by the minute. Whoever asks for more patience than that is not waited for in front of a person. */
const longestWaitSeconds = 60;

/**
 * For the options of a QueryClient: how many milliseconds to wait before the next try; as long as the gateway asks for (429 with
 * Retry-After), else a moment.
 */
export const retryDelay = (failures: number, error: Error): number => {
  const seconds = retryAfterSecondsOf(error);
  return seconds === null ? 500 * 2 ** failures : seconds * 1000;
};

/**
 * The key under which TanStack Query keeps the answer to a document; without variables, the beginning of the keys of all of its
 * answers and pages, for invalidation. ["billing-gateway"] begins every key.
 */
export function queryKey<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables?: Variables): QueryKey {
  const beginning = ["billing-gateway", operationName(document)];
  return variables === undefined ? beginning : [...beginning, "answer", variables];
}

/** The name of a document's operation; "anonymous" for one without. */
export function operationName({ definitions }: TypedDocumentNode<unknown, never>): string {
  const operation = definitions.find(({ kind }) => kind === "OperationDefinition");
  return (operation?.kind === "OperationDefinition" && operation.name?.value) || "anonymous";
}

/** What useQuery, useSuspenseQuery, useQueries and prefetchQuery take for a document. */
export function gatewayQuery<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) {
  return queryOptions<Data, RequestError>({
    queryKey: queryKey(document, variables),
    queryFn: ({ signal }) => client.request(document, ...variablesAnd(variables, { signal })),
    retry,
  });
}

/** What useInfiniteQuery and its like take for a document whose variable `$after` continues the list that `pageOf` shows. */
export function gatewayPages<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: TypedDocumentNode<Data, Variables>,
  pageOf: (data: Data) => PageEnd | undefined,
  variables: PageVariables<Variables>,
) {
  return infiniteQueryOptions<Data, RequestError, InfiniteData<Data, string | null>, QueryKey, string | null>({
    queryKey: [...queryKey(document), "pages", variables],
    queryFn: ({ signal, pageParam }) => {
      const page = { ...variables, after: pageParam } as unknown as Variables;
      return client.request(document, ...variablesAnd(page, { signal }));
    },
    initialPageParam: null,
    getNextPageParam: (last) => {
      const page = pageOf(last);
      return page?.hasNextPage ? page.endCursor : null;
    },
    retry,
  });
}

/** All variables but the cursor, which the hook keeps; `first` is the size of each page. */
export type PageVariables<Variables> = Omit<Variables, "after">;

type QueryOptions<Data, Selected> = Omit<UseQueryOptions<Data, RequestError, Selected>, "queryKey" | "queryFn">;

/** useQuery for one document: its variables, then what else useQuery takes. */
export type QueryHook<Data, Variables> = <Selected = Data>(
  ...rest: VariablesAnd<Variables, QueryOptions<Data, Selected>>
) => UseQueryResult<Selected, RequestError>;

export function createQueryHook<Data, Variables>(document: TypedDocumentNode<Data, Variables>): QueryHook<Data, Variables> {
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

/** useInfiniteQuery for one document with a list: `data.pages` has one answer a page, `fetchNextPage` asks for the next. */
export type InfiniteQueryHook<Data, Variables> = <Selected = Pages<Data>>(
  ...rest: VariablesAnd<PageVariables<Variables>, PagesOptions<Data, Selected>>
) => UseInfiniteQueryResult<Selected, RequestError>;

export function createInfiniteQueryHook<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
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
