import type { ObjectRef } from "@pothos/core";
import type { Account } from "../accounts/model.ts";
import type { Backend } from "../adapter/backends.ts";
import type { Operation } from "../journal/model.ts";
import { encodeId, type NodeType } from "../model/id.ts";
import type { Entity, Ref } from "../model/model.ts";
import type { Connection } from "../reads/pages.ts";
import type { Run } from "../runs/model.ts";
import { builder, type Types } from "./builder.ts";
import { cost } from "./cost.ts";
import { BackendFailure } from "./errors.ts";

/**
 * Relay's parts. @pothos/plugin-relay is not used: the connections here only go forward, carry `unavailable`, and ids and
 * cursors are made by the billing layer, so that nothing of the plugin would remain but its configuration.
 */

export const Node = builder.interfaceRef<NodeShape>("Node").implement({
  description: "Anything with a global id (Relay global object identification): opaque, stable, and refetchable through node().",
  // Every type has its own resolver; this one only declares the field.
  fields: (t) => ({ id: t.id({ description: "Global id.", resolve: () => "" }) }),
  resolveType: (node) => nodeTypeOf(node),
});

/** The name of an object's type. */
export function nodeTypeOf(node: NodeShape): NodeType {
  if ("type" in node) return node.type;
  if ("mutation" in node) return "Operation";
  if ("members" in node) return "Account";
  return "series" in node ? "ChargeRun" : "Backend";
}

/** Backends, operations, accounts and runs are told by their members, entities by their `type`. */
export type NodeShape = Entity | Backend | Operation | Account | Run;

/** The `id` field of a node type. */
export function globalId(type: NodeType): (node: Ref) => string {
  return ({ backend, id }) => encodeId({ type, backend, id });
}

interface PageInfoShape {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export const PageInfo = builder.objectRef<PageInfoShape>("PageInfo").implement({
  description: "Where a page lies in its list.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage", {
      description: "There may be more behind this page. True as well while backends are left that have not been asked.",
    }),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage", { description: "This page was asked for with a cursor." }),
    startCursor: t.exposeString("startCursor", {
      nullable: true,
      description: "Cursor of the first item; null on an empty page.",
    }),
    endCursor: t.exposeString("endCursor", { nullable: true, description: "Cursor of the last item, to be given as `after`." }),
  }),
});

/** Defines <name>Edge and <name>Connection. `partial`: the list spans backends, and says which ones are missing from it. */
export function connectionType<Shape extends object>(
  name: string,
  node: ObjectRef<Types, Shape>,
  { partial }: { partial: boolean },
) {
  const Edge = builder.objectRef<{ readonly cursor: string; readonly node: Shape }>(`${name}Edge`);
  Edge.implement({
    description: `One ${name} in a list, with its place there.`,
    fields: (t) => ({
      cursor: t.exposeString("cursor", { description: "Place in the list; opaque, valid across restarts." }),
      node: t.field({ type: node, description: `The ${name}.`, resolve: (edge) => edge.node as never }),
    }),
  });
  const ConnectionType = builder.objectRef<Connection<Shape>>(`${name}Connection`);
  ConnectionType.implement({
    description: `A page of a list of ${name} objects.`,
    fields: (t) => ({
      edges: t.field({
        extensions: cost({ perItem: true }),
        type: [Edge],
        description: "The items with their cursors.",
        resolve: ({ edges }) => edges as never,
      }),
      nodes: t.field({
        extensions: cost({ perItem: true }),
        type: [node],
        description: "The items alone.",
        resolve: ({ edges }) => edges.map((edge) => edge.node) as never,
      }),
      pageInfo: t.field({ type: PageInfo, description: "Where this page lies.", resolve: pageInfo }),
    }),
  });
  if (partial) {
    builder.objectField(ConnectionType, "unavailable", (t) =>
      t.field({
        extensions: cost({ length: 1 }),
        type: [BackendFailure],
        description:
          "Backends that could not be asked, for this page or one before it, or whose turn is still to come and that are known to be down: the page holds what the others gave. Also a backend that has rows here which cannot be shown; the message says how many and why.",
        resolve: ({ unavailable }) => [...unavailable],
      }),
    );
  }
  return ConnectionType;
}

function pageInfo({ edges, hasNextPage, hasPreviousPage, endCursor }: Connection<unknown>): PageInfoShape {
  const last = endCursor ?? edges.at(-1)?.cursor ?? null;
  return { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor: last };
}

/** `first` and `after`, the same for every connection. */
export const pageArguments = () =>
  builder.args((t) => ({
    first: t.int({ description: "How many at most. Default 20; limits.maxPageSize bounds it." }),
    after: t.string({ description: "Continue behind the item with this cursor." }),
  }));

/** Of lists over several backends. */
export const listArguments = () =>
  builder.args((t) => ({
    ...pageArguments(),
    interleave: t.boolean({
      description:
        "True: a row of each backend in turn, and every page asks all of them. Default: one backend after the other, in the order of the configuration or of `backends`, asked only as far as the page needs. A cursor goes on in the order that it was made in.",
    }),
  }));
