import type { DirectoryType, SearchSource as Source } from "../directory/model.ts";
import type { SearchEdge as Edge, FoundNode, SearchPage } from "../directory/search.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { BackendFailure } from "./errors.ts";
import { KnownCustomer } from "./known-customer.ts";
import { backendOf, backendRef, chargeRef, customerRef, taxRef } from "./refs.ts";
import { PageInfo, pageArguments } from "./relay.ts";

/** Search over everything that the backends hold. */

export const SearchType = builder.enumType("SearchType", {
  description: "Kinds of objects that can be looked for.",
  values: {
    CUSTOMER: { value: "Customer", description: "Customers." },
    CHARGE: { value: "Charge", description: "Charges." },
    TAX: { value: "Tax", description: "Taxes." },
  } satisfies Record<string, { readonly value: DirectoryType; readonly description: string }>,
});

const SearchResult = builder.unionType("SearchResult", {
  description: "What a search finds.",
  types: [customerRef, chargeRef, taxRef],
  resolveType: (node) => typeOf(node as FoundNode),
});

const typeOf = (node: FoundNode): DirectoryType => ("type" in node ? node.type : node.found);

const SearchEdge = builder.objectRef<Edge>("SearchEdge").implement({
  description: "One thing found, with its place.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", { description: "Place in the list; opaque, valid across restarts." }),
    node: t.field({
      type: SearchResult,
      nullable: true,
      description: "What was found; null when it has gone since the gateway last looked.",
      resolve: ({ node }) => node as never,
    }),
    matched: t.exposeString("matched", {
      nullable: true,
      description:
        "The text that has what was looked for: the name, an e-mail address and the like; null where only the backend knows.",
    }),
    known: t.expose("known", {
      type: KnownCustomer,
      nullable: true,
      description:
        "Of a customer, what is known without another call to its backend, and how old that is: also of one whose backend is down. Null of anything else.",
    }),
  }),
});

const SearchSourceKind = describedEnum("SearchSourceKind", "Where a search has looked.", {
  LIVE: "In the backend.",
  INDEX: "In the gateway's own directory of it.",
  BOTH: "In the backend and in the directory.",
});

export const SearchSource = builder.objectRef<Source>("SearchSource").implement({
  description: "Where one kind of object of one backend was looked for, and how old what was found is.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "Which backend.", resolve: backendOf }),
    type: t.field({ type: SearchType, description: "Which kind of object.", resolve: ({ type }) => type }),
    source: t.field({ type: SearchSourceKind, description: "Where it was looked for.", resolve: ({ source }) => source }),
    refreshedAt: t.expose("refreshedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the directory had last read all of it; null when it was not asked, or never has read it to its end.",
    }),
    complete: t.exposeBoolean("complete", {
      description: "Whether all of it could be looked through: as it is now, or as it was at `refreshedAt`.",
    }),
    reason: t.exposeString("reason", { nullable: true, description: "Why not all of it could be; null when `complete`." }),
    records: t.int({
      nullable: true,
      description: "How many the directory holds; null when it was not asked.",
      resolve: (asked, _arguments, { directory }) =>
        asked.source === "INDEX" || asked.source === "BOTH" ? directory.records(asked) : null,
    }),
  }),
});

const SearchConnection = builder.objectRef<SearchPage>("SearchConnection").implement({
  description:
    "A page of what a search finds. What is exactly what was looked for (a reference, an e-mail address, a phone number, an id) comes first; then, within the page, what fits best.",
  fields: (t) => ({
    edges: t.field({
      extensions: cost({ perItem: true }),
      type: [SearchEdge],
      description: "The items with their cursors.",
      resolve: ({ edges }) => [...edges],
    }),
    nodes: t.field({
      extensions: cost({ perItem: true }),
      type: [SearchResult],
      nullable: { list: false, items: true },
      description: "The items alone.",
      resolve: ({ edges }) => edges.map(({ node }) => node) as never,
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: "Where this page lies.",
      resolve: ({ edges, hasNextPage, hasPreviousPage, endCursor }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: edges[0]?.cursor ?? null,
        endCursor,
      }),
    }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends that could not be asked: the page holds what the others gave.",
      resolve: ({ unavailable }) => [...unavailable],
    }),
    sources: t.field({
      type: [SearchSource],
      description: "Where the page comes from.",
      resolve: ({ sources }) => [...sources],
    }),
  }),
});

builder.queryFields((t) => ({
  search: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: SearchConnection,
    description:
      "Customers, charges and taxes of all backends that have the text, every word of which may be a beginning: customers by name, e-mail address, reference, phone, id and place, whatever the case, accents and punctuation. Asked is the gateway's own directory, and the backend where it narrows lists by itself. Without a recent directory, and for a caller who is another user of a backend, the backend's list is looked through, some pages of it for each page here; charges cannot be searched for then. `sources` tells what could be looked through.",
    args: {
      ...pageArguments(),
      text: t.arg.string({
        required: true,
        description: "What to look for: 2 to 200 characters, a letter or a digit among them.",
      }),
      types: t.arg({ type: [SearchType], description: "Only objects of these kinds; default all." }),
      backends: t.arg.stringList({ description: "Keys of the backends; default all." }),
    },
    resolve: (_root, { text, types, backends, ...page }, { directory }) => directory.search({ text, types, backends }, page),
  }),
}));
