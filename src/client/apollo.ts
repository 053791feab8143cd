import { type ApolloCache, ApolloLink, Observable, type TypedDocumentNode, type TypePolicies } from "@apollo/client";
import { parse, print } from "graphql";
import type { GatewayClient } from "./client.ts";
import type { TypedDocument } from "./documents.ts";
import { lists } from "./generated/lists.ts";
import { type MutationAnswer, outcomeIn } from "./outcome.ts";

/** Support for Apollo Client 4: this package's documents, paged lists, cache invalidation after mutations, and subscriptions. */

const parsed = new Map<string, TypedDocumentNode<never, never>>();

/** Parses a document of this package for Apollo Client. Returns the same object each time. */
export function apolloDocument<Data, Variables>(document: TypedDocument<Data, Variables>): TypedDocumentNode<Data, Variables> {
  const known = parsed.get(document) ?? (parse(document) as TypedDocumentNode<never, never>);
  parsed.set(document, known);
  return known as unknown as TypedDocumentNode<Data, Variables>;
}

/**
 * Type policies for InMemoryCache. They merge the pages of a list: `fetchMore({ variables: { after } })` continues it, and a page
 * that is read twice is kept once.
 */
export const typePolicies: TypePolicies = Object.fromEntries(
  Object.entries(lists).map(([type, fields]) => [
    type,
    {
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, keys]) => [field, { keyArgs: [...keys], merge: mergePages }]),
      ),
    },
  ]),
);

interface Page {
  readonly nodes?: readonly Listed[];
  readonly edges?: readonly Listed[];
}

/** A node or an edge. */
interface Listed {
  readonly __ref?: string;
  readonly node?: { readonly __ref?: string };
  readonly cursor?: string;
}

function mergePages(
  existing: Page | undefined,
  incoming: Page,
  { args }: { readonly args: Readonly<Record<string, unknown>> | null },
): Page {
  if (!existing || args?.["after"] == null) return incoming;
  return {
    ...existing,
    ...incoming,
    ...(incoming.nodes && { nodes: joined(existing.nodes, incoming.nodes) }),
    ...(incoming.edges && { edges: joined(existing.edges, incoming.edges) }),
  };
}

function joined(before: readonly Listed[] = [], after: readonly Listed[]): readonly Listed[] {
  const nameOf = ({ __ref, node, cursor }: Listed): string | undefined => __ref ?? node?.__ref ?? cursor;
  const known = new Set(before.map(nameOf));
  return [...before, ...after.filter((item) => nameOf(item) === undefined || !known.has(nameOf(item)))];
}

/** Fields of any type that a mutation makes stale besides the objects in its answer, by a word in the mutation's name. */
const staleFields: readonly (readonly [RegExp, readonly string[]])[] = [
  [/Charge/, ["charges", "amountDue", "balances", "statement", "search", "changes"]],
  [/Customer/, ["customers", "customerByBackendId", "accounts", "account", "drift", "linkSuggestions", "search", "changes"]],
  [/Tax/, ["taxes", "taxLiabilities", "search", "changes"]],
  [/Link/, ["linkSuggestions"]],
  [/./, ["operations"]],
];

/**
 * Use it as a mutation's `update`. Apollo Client itself updates the objects in the answer, but no list. This evicts the lists
 * that may be stale, and queries that show them ask again. Does nothing when nothing was changed (FAILED, VALIDATED).
 */
export function updateCache(cache: ApolloCache, { data }: { readonly data?: unknown }): void {
  if (typeof data !== "object" || data === null) return;
  const [mutation = ""] = Object.keys(data).filter((name) => name !== "__typename");
  const { operation } = outcomeIn({ [mutation]: (data as MutationAnswer)[mutation] } as MutationAnswer);
  if (operation.status === "VALIDATED" || operation.status === "FAILED") return;
  const fields = staleFields.flatMap(([about, names]) => (about.test(mutation) ? names : []));
  for (const id of Object.keys(cache.extract() as object)) {
    for (const fieldName of fields) cache.evict({ id, fieldName, broadcast: false });
  }
  cache.gc();
}

/**
 * Carries subscriptions over server-sent events, which Apollo Client cannot do by itself:
 * `ApolloLink.split(({ operationType }) => operationType === "subscription", subscriptionLink(client), new HttpLink({ uri }))`.
 */
export function subscriptionLink(client: Pick<GatewayClient, "subscribe">): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable<ApolloLink.Result>((observer) => {
        const unsubscribed = new AbortController();
        const { signal } = unsubscribed;
        const tell = async (): Promise<void> => {
          for await (const data of client.subscribe<Record<string, unknown>, unknown>(print(query), variables, { signal })) {
            observer.next({ data });
          }
        };
        tell().then(
          () => observer.complete(),
          (error: unknown) => {
            if (!signal.aborted) observer.error(error);
          },
        );
        return () => unsubscribed.abort();
      }),
  );
}
