import type { ChangeKind as Kind, RecordChange } from "../directory/model.ts";
import { encodeId } from "../model/id.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { loadNode } from "./node.ts";
import { backendOf, backendRef } from "./refs.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";
import { SearchType } from "./search.ts";

/** Changes in the backends, as the gateway notices them: for front ends that cache what they have read. */

const kinds: Record<Kind, string> = {
  CREATED: "The object is new.",
  UPDATED: "The object has changed.",
  REMOVED: "The object does not exist any more.",
};
const ChangeKind = describedEnum("ChangeKind", "Kind of a change.", kinds);

const idOf = ({ type, backend, id }: RecordChange): string => encodeId({ type, backend, id });

const ChangeType = builder.objectRef<RecordChange>("Change").implement({
  description: "A change of an object of a backend.",
  fields: (t) => ({
    type: t.field({ type: SearchType, description: "Kind of the object.", resolve: ({ type }) => type }),
    kind: t.field({ type: ChangeKind, description: "Kind of the change.", resolve: ({ kind }) => kind }),
    nodeId: t.id({ description: "Global id of the object, even if it does not exist any more.", resolve: idOf }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    at: t.field({
      type: "DateTime",
      description: "Time of the change by the backend's record; `noticedAt` if the backend does not report it.",
      resolve: ({ at }) => at,
    }),
    noticedAt: t.field({
      type: "DateTime",
      description: "Time at which the gateway noticed it.",
      resolve: ({ noticedAt }) => noticedAt,
    }),
    node: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "The object as it is now; null if it does not exist any more.",
      resolve: (change, _arguments, context) => (change.kind === "REMOVED" ? null : loadNode(idOf(change), context)),
    }),
  }),
});

const ChangeConnection = connectionType("Change", ChangeType, {
  partial: false,
  remark: "`pageInfo.endCursor` is also set on an empty page: ask again with it later.",
});

builder.queryFields((t) => ({
  changes: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChangeConnection,
    description:
      "Changes in the backends, in the order in which the gateway noticed them. It notices its own writes at once, and those of others when it next reads the backend (setting directory.refreshMinutes). Objects that existed at its first read do not count as changes. CONFLICT if the cursor is older than the changes that are kept (setting store.retentionHours).",
    args: {
      ...pageArguments(),
      since: t.arg({
        type: "DateTime",
        description: 'Only changes noticed at or after this instant, e.g. "2026-11-21T09:30:00Z". Default: all that are kept.',
      }),
      types: t.arg({ type: [SearchType], description: "Only these kinds of objects. Default: all." }),
      backends: t.arg.stringList({ description: 'Keys of the backends, e.g. ["pbx"]. Default: all.' }),
    },
    resolve: (_root, { since, types, backends, ...page }, { directory }) => directory.changes({ since, types, backends }, page),
  }),
}));

builder.subscriptionField("customerChanged", (t) =>
  t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChangeType,
    description: "Every change of a customer from now on, as soon as the gateway notices it.",
    args: { backends: t.arg.stringList({ description: 'Keys of the backends, e.g. ["pbx"]. Default: all.' }) },
    subscribe: (_root, { backends }, { directory, nextEvent }) => directory.watchCustomers(backends, nextEvent),
    resolve: (change, _arguments, { nextEvent }) => {
      nextEvent();
      return change;
    },
  }),
);
