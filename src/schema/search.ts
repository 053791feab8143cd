import { refOf } from "../adapter/backends.ts";
import type { DirectoryType, KnownCustomer as Known, SearchSource as Source } from "../directory/model.ts";
import type { SearchEdge as Edge, FoundNode, SearchPage } from "../directory/search.ts";
import type { CustomerStatus as Status } from "../model/model.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { CustomerStatus } from "./customer.ts";
import { BackendFailure } from "./errors.ts";
import { backendOf, backendRef, chargeRef, customerRef, taxRef } from "./refs.ts";
import { globalId, pageArguments, pageInfoField } from "./relay.ts";

/** A customer as the gateway's directory has it. Available while its backend does not answer. */

const statuses: readonly Status[] = ["ACTIVE", "ARCHIVED", "UNKNOWN"];

const KnownCustomer = builder.objectRef<Known>("KnownCustomer").implement({
  description: "A customer as the gateway knows it without asking its backend, and how old that is.",
  fields: (t) => ({
    id: t.id({ description: "Global id of the customer.", resolve: globalId("Customer") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ({ id }) => id }),
    name: t.exposeString("name", { description: "Display name: the organisation, otherwise first and last name." }),
    organizationName: t.string({
      nullable: true,
      description: "Name of the organisation; null for a person.",
      resolve: ({ data }) => data.organizationName,
    }),
    firstName: t.string({
      nullable: true,
      description: "First name of the person, or of the organisation's contact.",
      resolve: ({ data }) => data.firstName,
    }),
    lastName: t.string({
      nullable: true,
      description: "Last name of the person, or of the organisation's contact.",
      resolve: ({ data }) => data.lastName,
    }),
    email: t.string({ nullable: true, description: "E-mail address.", resolve: ({ data }) => data.email }),
    phone: t.string({ nullable: true, description: "Telephone number.", resolve: ({ data }) => data.phone }),
    reference: t.string({
      nullable: true,
      description: 'The operator\'s own reference, e.g. "A-17".',
      resolve: ({ data }) => data.reference,
    }),
    postalCode: t.string({ nullable: true, description: "Postal code of its address.", resolve: ({ data }) => data.postalCode }),
    city: t.string({ nullable: true, description: "City of its address.", resolve: ({ data }) => data.city }),
    country: t.string({
      nullable: true,
      description: "Country of its address, as the backend stores it.",
      resolve: ({ data }) => data.country,
    }),
    status: t.field({
      type: CustomerStatus,
      description: "Whether it is in use.",
      resolve: ({ data }) => statuses.find((status) => status === data.status) ?? "UNKNOWN",
    }),
    readAt: t.expose("readAt", {
      type: "DateTime",
      nullable: true,
      description: "When the directory last read it; null if it was read from the backend for this answer.",
    }),
  }),
});

builder.queryFields((t) => ({
  knownCustomer: t.field({
    extensions: cost({ counts: "lookup" }),
    authScopes: access.read,
    type: KnownCustomer,
    nullable: true,
    description:
      "What the gateway's directory knows of a customer, without a call to its backend. Null if the directory does not have it, or if the caller has a user of its own in that backend.",
    args: { id: t.arg.id({ required: true, description: "Global id of the customer." }) },
    resolve: (_root, { id }, { backends, directory }) => directory.known(refOf(backends, "Customer", id, ["id"])),
  }),
}));

/** Search over the records of all backends. */

export const SearchType = builder.enumType("SearchType", {
  description: "Kind of object that can be searched for.",
  values: {
    CUSTOMER: { value: "Customer", description: "Customers." },
    CHARGE: { value: "Charge", description: "Charges." },
    TAX: { value: "Tax", description: "Taxes." },
  } satisfies Record<string, { readonly value: DirectoryType; readonly description: string }>,
});

const SearchResult = builder.unionType("SearchResult", {
  description: "An object that a search finds.",
  types: [customerRef, chargeRef, taxRef],
  resolveType: (node) => typeOf(node as FoundNode),
});

const typeOf = (node: FoundNode): DirectoryType => ("type" in node ? node.type : node.found);

const SearchEdge = builder.objectRef<Edge>("SearchEdge").implement({
  description: "One object found, with its cursor.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", {
      description: "Position in the list, to be given as `after`. Opaque; stays valid across restarts of the gateway.",
    }),
    node: t.field({
      type: SearchResult,
      nullable: true,
      description: "The object; null if it no longer exists.",
      resolve: ({ node }) => node as never,
    }),
    matched: t.exposeString("matched", {
      nullable: true,
      description: "The text that matches, e.g. a name or an e-mail address; null where only the backend knows it.",
    }),
    known: t.expose("known", {
      type: KnownCustomer,
      nullable: true,
      description:
        "What the gateway knows of a customer without a further call to its backend, and how old that is. Also set while the backend is down. Null for a charge or tax.",
    }),
  }),
});

const SearchSourceKind = describedEnum("SearchSourceKind", "Where a search looked.", {
  LIVE: "In the backend.",
  INDEX: "In the gateway's own directory.",
  BOTH: "In the backend and in the directory.",
});

export const SearchSource = builder.objectRef<Source>("SearchSource").implement({
  description: "Where one kind of object of one backend was searched for, and how old the data is.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "The backend.", resolve: backendOf }),
    type: t.field({ type: SearchType, description: "Kind of object.", resolve: ({ type }) => type }),
    source: t.field({ type: SearchSourceKind, description: "Where it was searched for.", resolve: ({ source }) => source }),
    refreshedAt: t.expose("refreshedAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When the directory last completed a read of all objects of this kind; null if it was not searched, or has not completed one yet.",
    }),
    complete: t.exposeBoolean("complete", {
      description: "Whether all objects of this kind could be searched, as they are now or as they were at `refreshedAt`.",
    }),
    reason: t.exposeString("reason", { nullable: true, description: "Why not all could be searched; null if `complete`." }),
    records: t.int({
      nullable: true,
      description: "Number of objects in the directory; null if it was not searched.",
      resolve: (asked, _arguments, { directory }) =>
        asked.source === "INDEX" || asked.source === "BOTH" ? directory.records(asked) : null,
    }),
  }),
});

const SearchConnection = builder.objectRef<SearchPage>("SearchConnection").implement({
  description:
    "A page of search results. Exact matches (of a reference, an e-mail address, a phone number or an id) come first. Within a page, better matches come before others.",
  fields: (t) => ({
    edges: t.field({
      extensions: cost({ perItem: true }),
      type: [SearchEdge],
      description: "The items, each with its cursor.",
      resolve: ({ edges }) => edges,
    }),
    nodes: t.field({
      extensions: cost({ perItem: true }),
      type: [SearchResult],
      nullable: { list: false, items: true },
      description: "The items without their cursors.",
      resolve: ({ edges }) => edges.map(({ node }) => node) as never,
    }),
    pageInfo: pageInfoField(t),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends that could not be reached. The page holds the results of the others.",
      resolve: ({ unavailable }) => unavailable,
    }),
    sources: t.field({
      type: [SearchSource],
      description: "Where the search looked, for each backend and kind of object.",
      resolve: async ({ sources }) => [...(await sources())],
    }),
  }),
});

builder.queryFields((t) => ({
  search: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: SearchConnection,
    description:
      "Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched.",
    args: {
      ...pageArguments(),
      text: t.arg.string({
        required: true,
        description: "The text to search for: 2 to 200 characters, with at least one letter or digit.",
      }),
      types: t.arg({ type: [SearchType], description: "Only these kinds of objects. Default: all." }),
      backends: t.arg.stringList({ description: 'Keys of the backends, e.g. ["pbx"]. Default: all.' }),
    },
    resolve: (_root, { text, types, backends, ...page }, { directory }) => directory.search({ text, types, backends }, page),
  }),
}));
