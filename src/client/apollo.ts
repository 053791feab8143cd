import { ApolloLink, Observable, type TypedDocumentNode, type TypePolicies } from "@apollo/client";
import { parse, print } from "graphql";
import type { GatewayClient } from "./client.ts";
import type { TypedDocument } from "./documents.ts";
import type { OperationStatus } from "./generated/graphql.ts";
import { lists } from "./generated/lists.ts";
import { type Watch, watch } from "./watch.ts";

/** Support for Apollo Client 3 and 4: this package's documents, paged lists, cache invalidation after mutations, and subscriptions. */

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

/**
 * Fields of any type that a mutation makes stale besides the objects in its answer, by a word in the mutation's name or in the type of
 * its answer. A test compares them with the schema.
 */
const staleFields: readonly (readonly [about: RegExp, fields: readonly string[]])[] = [
  [/Charge|Credit/, ["charges", "amountDue", "outstanding", "balances", "statement", "search", "changes"]],
  [/ChargeRun/, ["chargeRuns", "rows", "undoPreview"]],
  [
    /Customer/,
    ["customers", "customerByBackendId", "knownCustomer", "accounts", "drift", "linkSuggestions", "search", "changes"],
  ],
  [
    /Account|Link/,
    ["account", "accounts", "customers", "amountDue", "balances", "charges", "statement", "linkSuggestions", "linkWarnings"],
  ],
  [/Tax/, ["taxes", "applicableTaxes", "isLiable", "search", "changes"]],
];

/** For a mutation without such a word, such as one that settles an operation of any kind. */
const allStaleFields = [...new Set(staleFields.flatMap(([, fields]) => fields))];

interface Answered {
  readonly __typename?: string;
  readonly operation?: { readonly status?: OperationStatus } | null;
}

function staleAfter(mutation: string, answered: Answered | null): readonly string[] {
  const status = answered?.operation?.status;
  if (status === "VALIDATED") return [];
  if (status === "FAILED") return ["operations"];
  const fields = staleFields.flatMap(([about, names]) => (about.test(`${mutation} ${answered?.__typename}`) ? names : []));
  return ["operations", ...(fields.length > 0 ? fields : allStaleFields)];
}

/** The part of ApolloCache that versions 3 and 4 both have. */
interface NormalizedCache {
  readonly extract: () => unknown;
  readonly evict: (evicted: { readonly id: string; readonly fieldName: string; readonly broadcast: boolean }) => boolean;
  readonly gc: () => readonly string[];
}

/**
 * Use it as a mutation's `update`. Apollo Client itself updates the objects in the answer, but no list. This evicts the lists
 * that may be stale, and queries that show them ask again. No record is evicted when nothing was changed (FAILED, VALIDATED). The
 * document may be any: with aliases, several mutations, or without their outcome.
 */
export function updateCache(cache: NormalizedCache, { data }: { readonly data?: unknown }): void {
  if (typeof data !== "object" || data === null) return;
  const answers = Object.entries(data as Readonly<Record<string, Answered | null>>).filter(([name]) => name !== "__typename");
  const fields = new Set(answers.flatMap(([name, answered]) => staleAfter(name, answered)));
  if (fields.size === 0) return;
  for (const id of Object.keys(cache.extract() as object)) {
    for (const fieldName of fields) cache.evict({ id, fieldName, broadcast: false });
  }
  cache.gc();
}

/**
 * Carries subscriptions over server-sent events, which Apollo Client cannot do by itself:
 * `ApolloLink.split(({ operationType }) => operationType === "subscription", subscriptionLink(client), new HttpLink({ uri }))`.
 * A lost connection is made again, as `watch` does: Apollo Client would end the subscription. It ends with an error only when the
 * gateway refuses it.
 */
export function subscriptionLink(
  client: Pick<GatewayClient, "subscribe">,
  { onFailure, delayMs }: Pick<Watch<unknown>, "onFailure" | "delayMs"> = {},
): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable<ApolloLink.Result>((observer) => {
        const unsubscribed = new AbortController();
        const watching = watch<Record<string, unknown>, unknown>(client, print(query), variables, {
          signal: unsubscribed.signal,
          delayMs,
          onData: (data) => observer.next({ data }),
          onFailure: (error, final) => {
            onFailure?.(error, final);
            if (final) observer.error(error);
          },
        });
        // An observer that was told of an error is not told of the end.
        watching.then(
          () => observer.complete(),
          (error: unknown) => observer.error(error),
        );
        return () => unsubscribed.abort();
      }),
  );
}
