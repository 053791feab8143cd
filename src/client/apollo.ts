import { ApolloLink, Observable, type TypedDocumentNode, type TypePolicies } from "@apollo/client";
import { parse, print } from "graphql";
import type { GatewayClient } from "./client.ts";
import type { TypedDocument } from "./documents.ts";
import type { OperationStatus } from "./generated/graphql.ts";
import { lists } from "./generated/lists.ts";

/** For Apollo Client 3 and 4: this package's documents, lists in pages, what a mutation makes stale, and subscriptions. */

const parsed = new Map<string, TypedDocumentNode<never, never>>();

/** A document of this package, parsed, as Apollo Client takes it; the same object each time. */
export function apolloDocument<Data, Variables>(document: TypedDocument<Data, Variables>): TypedDocumentNode<Data, Variables> {
  const known = parsed.get(document) ?? (parse(document) as TypedDocumentNode<never, never>);
  parsed.set(document, known);
  return known as unknown as TypedDocumentNode<Data, Variables>;
}

/**
 * For InMemoryCache: each list in pages is one list, whatever its pages; `fetchMore({ variables: { after } })` continues it, and a
 * page that is read twice is there once.
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

/** A node, or an edge. */
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
 * What a mutation may change besides the objects in its answer: fields of any type, by what its name, or the type of its answer, speaks
 * of. A test compares them with the schema.
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

/** Of a mutation that speaks of none of them, such as one that settles an operation of any kind. */
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

/** Of ApolloCache, which version 3 declares otherwise than version 4. */
interface Cache {
  readonly extract: () => unknown;
  readonly evict: (evicted: { readonly id: string; readonly fieldName: string; readonly broadcast: boolean }) => boolean;
  readonly gc: () => readonly string[];
}

/**
 * A mutation's `update`: Apollo Client writes the objects of its answer by itself, and no list. This takes what may be stale out of
 * the cache, and queries that show it ask again. Without effect on records when nothing was changed (FAILED, VALIDATED). It takes the
 * answer of any document: with other names for its mutations, several of them, or without their outcome.
 */
export function updateCache(cache: Cache, { data }: { readonly data?: unknown }): void {
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
 * Carries subscriptions over server-sent events, which Apollo Client does not by itself:
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
