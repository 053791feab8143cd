import type { DataTag, InfiniteData, QueryKey } from "@tanstack/react-query";
import { type GatewayClient, variablesAnd } from "./client.ts";
import { type AnyDocument, operationName } from "./documents.ts";
import { type GatewayError, isRetryable, retryAfterSecondsOf, type TransportError } from "./errors.ts";

/**
 * What TanStack Query takes for a document. Only types are imported of it, and nothing of React, so that a server component may
 * prefetch with the same options that its client components use.
 */

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
export function queryKey<Data, Variables>(document: AnyDocument<Data, Variables>, variables?: Variables): QueryKey {
  const beginning = ["billing-gateway", operationName(document)];
  return variables === undefined ? beginning : [...beginning, "answer", variables];
}

/** The options of one query: with the key under which its answer is kept, which knows the answer's type. */
export interface GatewayQuery<Data> {
  readonly queryKey: DataTag<QueryKey, Data, RequestError>;
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Data>;
  readonly retry: (failures: number, error: RequestError) => boolean;
}

/** What useQuery, useSuspenseQuery, useQueries and prefetchQuery take for a document. */
export function gatewayQuery<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: AnyDocument<Data, Variables>,
  variables: Variables,
): GatewayQuery<Data> {
  return {
    queryKey: queryKey(document, variables) as DataTag<QueryKey, Data, RequestError>,
    queryFn: ({ signal }) => client.request(document, ...variablesAnd(variables, { signal })),
    retry,
  };
}

/** The options of the pages of one list. */
export interface GatewayPages<Data> {
  readonly queryKey: DataTag<QueryKey, InfiniteData<Data, string | null>, RequestError>;
  readonly queryFn: (context: { readonly signal: AbortSignal; readonly pageParam: string | null }) => Promise<Data>;
  readonly initialPageParam: string | null;
  readonly getNextPageParam: (last: Data) => string | null;
  readonly retry: (failures: number, error: RequestError) => boolean;
}

/** What useInfiniteQuery and its like take for a document whose variable `$after` continues the list that `pageOf` shows. */
export function gatewayPages<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: AnyDocument<Data, Variables>,
  pageOf: (data: Data) => PageEnd | undefined,
  variables: PageVariables<Variables>,
): GatewayPages<Data> {
  return {
    queryKey: [...queryKey(document), "pages", variables] as unknown as GatewayPages<Data>["queryKey"],
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
  };
}

/** All variables but the cursor, which the hook keeps; `first` is the size of each page. */
export type PageVariables<Variables> = Omit<Variables, "after">;
