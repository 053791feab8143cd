import type { ChangePage } from "../directory/directory-reads.ts";
import type { ChangeKind as Kind, RecordChange } from "../directory/model.ts";
import { encodeId } from "../model/id.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { loadNode } from "./node.ts";
import { backendOf, backendRef } from "./refs.ts";
import { Node, PageInfo, pageArguments } from "./relay.ts";
import { SearchType } from "./search.ts";

/** What backends changed, as the gateway notices it: for front ends that keep what they have read. */

const kinds: Record<Kind, string> = {
  CREATED: "It is new.",
  UPDATED: "Something about it is different.",
  REMOVED: "It does not exist any more.",
};
const ChangeKind = describedEnum("ChangeKind", "What happened to an object.", kinds);

const idOf = ({ type, backend, id }: RecordChange): string => encodeId({ type, backend, id });

const ChangeType = builder.objectRef<RecordChange>("Change").implement({
  description: "That a backend's object has changed.",
  fields: (t) => ({
    type: t.field({ type: SearchType, description: "What kind of object.", resolve: ({ type }) => type }),
    kind: t.field({ type: ChangeKind, description: "What happened to it.", resolve: ({ kind }) => kind }),
    nodeId: t.id({ description: "Its global id, also of what does not exist any more.", resolve: idOf }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    at: t.field({
      type: "DateTime",
      description: "When it happened, as the backend says; where it does not, when it was noticed.",
      resolve: ({ at }) => at,
    }),
    noticedAt: t.field({ type: "DateTime", description: "When the gateway noticed it.", resolve: ({ noticedAt }) => noticedAt }),
    node: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "The object as it is now; null when it does not exist any more.",
      resolve: (change, _arguments, context) => (change.kind === "REMOVED" ? null : loadNode(idOf(change), context)),
    }),
  }),
});

const ChangeEdge = builder.objectRef<ChangePage["edges"][number]>("ChangeEdge").implement({
  description: "One Change in a list, with its place there.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", { description: "Place in the list; opaque, valid across restarts." }),
    node: t.field({ type: ChangeType, description: "The Change.", resolve: ({ node }) => node }),
  }),
});

const ChangeConnection = builder.objectRef<ChangePage>("ChangeConnection").implement({
  description:
    "A page of a list of Change objects. `pageInfo.endCursor` is there on an empty page as well: ask again behind it later.",
  fields: (t) => ({
    edges: t.field({
      extensions: cost({ perItem: true }),
      type: [ChangeEdge],
      description: "The items with their cursors.",
      resolve: ({ edges }) => [...edges],
    }),
    nodes: t.field({
      extensions: cost({ perItem: true }),
      type: [ChangeType],
      description: "The items alone.",
      resolve: ({ edges }) => edges.map(({ node }) => node),
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
  }),
});

builder.queryFields((t) => ({
  changes: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChangeConnection,
    description:
      "What has changed in the backends, in the order in which the gateway noticed it: its own writes at once, what others do when it looks the next time (directory.refreshMinutes). What was there before it first looked is no change. CONFLICT when the cursor is older than what is kept (store.retentionHours).",
    args: {
      ...pageArguments(),
      since: t.arg({ type: "DateTime", description: "Noticed at or after this instant; default: as far back as is kept." }),
      types: t.arg({ type: [SearchType], description: "Only objects of these kinds; default all." }),
      backends: t.arg.stringList({ description: "Keys of the backends; default all." }),
    },
    resolve: (_root, { since, types, backends, ...page }, { directory }) => directory.changes({ since, types, backends }, page),
  }),
}));

builder.subscriptionField("customerChanged", (t) =>
  t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChangeType,
    description: "Every customer that changes from now on, as soon as the gateway notices it.",
    args: { backends: t.arg.stringList({ description: "Keys of the backends; default all." }) },
    subscribe: (_root, { backends }, { directory, nextEvent }) => directory.watchCustomers(backends, nextEvent),
    resolve: (change, _arguments, { nextEvent }) => {
      nextEvent();
      return change;
    },
  }),
);
