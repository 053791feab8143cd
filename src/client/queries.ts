import type { DataTag, InfiniteData, QueryKey } from "@tanstack/react-query";
import { type GatewayClient, variablesAnd } from "./client.ts";
import { type AnyDocument, operationName } from "./documents.ts";
import { type GatewayError, isRetryable, retryAfterSecondsOf, type TransportError } from "./errors.ts";

/**
 * TanStack Query options for a document. Imports only types of TanStack Query and nothing of React, so that a server component
 * can prefetch with the options that its client components use.
 */

/** The errors of a failed hook. */
export type RequestError = GatewayError | TransportError;

/** The end of a list's page. */
export interface PageEnd {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Retries twice at most, and only if that may help: each try costs calls to the backends. */
export const retry = (failures: number, error: RequestError): boolean =>
  failures < 2 && isRetryable(error) && (error.retryAfterSeconds ?? 0) <= longestWaitSeconds;

/** The gateway counts requests by the minute. Do not keep a person waiting for longer than that. */
const longestWaitSeconds = 60;

/**
 * For the options of a QueryClient: milliseconds to wait before the next try. Follows Retry-After of a 429, else backs off
 * briefly.
 */
export const retryDelay = (failures: number, error: Error): number => {
  const seconds = retryAfterSecondsOf(error);
  return seconds === null ? 500 * 2 ** failures : seconds * 1000;
};

/**
 * The query key of a document's answer in TanStack Query. Without variables it is the prefix of the keys of all of its answers
 * and pages: use it to invalidate them. ["billing-gateway"] begins every key.
 */
export function queryKey<Data, Variables>(document: AnyDocument<Data, Variables>, variables?: Variables): QueryKey {
  const beginning = ["billing-gateway", operationName(document)];
  return variables === undefined ? beginning : [...beginning, "answer", variables];
}

/**
 * Requests are sent although the browser calls itself offline, and fail if it is: a gateway in the same house or on the same machine
 * can be reached, and what cannot be sent is said at once. TanStack Query would hold it back, say nothing, and send it whenever the
 * network is back, although the person has gone, or has submitted a corrected form.
 */
export const always = { networkMode: "always" } as const;

/** TanStack Query's own default, which `always` would turn off. */
const back = { refetchOnReconnect: true } as const;

/** The options of one query. Its key carries the type of the answer. */
export interface GatewayQuery<Data> {
  readonly networkMode: "always";
  readonly refetchOnReconnect: true;
  readonly queryKey: DataTag<QueryKey, Data, RequestError>;
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Data>;
  readonly retry: (failures: number, error: RequestError) => boolean;
}

/** Makes options for useQuery, useSuspenseQuery, useQueries and prefetchQuery. */
export function gatewayQuery<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: AnyDocument<Data, Variables>,
  variables: Variables,
): GatewayQuery<Data> {
  return {
    ...always,
    ...back,
    queryKey: queryKey(document, variables) as DataTag<QueryKey, Data, RequestError>,
    queryFn: ({ signal }) => client.request(document, ...variablesAnd(variables, { signal })),
    retry,
  };
}

/** The options of a paged list. */
export interface GatewayPages<Data> {
  readonly networkMode: "always";
  readonly refetchOnReconnect: true;
  readonly queryKey: DataTag<QueryKey, InfiniteData<Data, string | null>, RequestError>;
  readonly queryFn: (context: { readonly signal: AbortSignal; readonly pageParam: string | null }) => Promise<Data>;
  readonly initialPageParam: string | null;
  readonly getNextPageParam: (last: Data) => string | null;
  readonly retry: (failures: number, error: RequestError) => boolean;
}

/** Makes options for useInfiniteQuery and its like. The document's variable `$after` continues the list that `pageOf` returns. */
export function gatewayPages<Data, Variables>(
  client: Pick<GatewayClient, "request">,
  document: AnyDocument<Data, Variables>,
  pageOf: (data: Data) => PageEnd | undefined,
  variables: PageVariables<Variables>,
): GatewayPages<Data> {
  return {
    ...always,
    ...back,
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

/** All variables except the cursor, which the hook keeps. `first` is the page size. */
export type PageVariables<Variables> = Omit<Variables, "after">;
