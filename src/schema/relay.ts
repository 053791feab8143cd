import type { ObjectRef } from "@pothos/core";
import type { Account } from "../accounts/model.ts";
import type { Backend } from "../adapter/backends.ts";
import type { Operation } from "../journal/model.ts";
import { invalidInput } from "../model/errors.ts";
import { decodeId, encodeId, type NodeType } from "../model/id.ts";
import type { Entity, Ref } from "../model/model.ts";
import type { Connection } from "../reads/pages.ts";
import type { Run } from "../runs/model.ts";
import { builder, cost, type Types } from "./builder.ts";
import { BackendFailure } from "./errors.ts";

/**
 * Nodes and connections as Relay defines them. @pothos/plugin-relay is not used: connections here only go forward and have
 * `unavailable`, and src/reads makes ids and cursors, so nothing of the plugin but its configuration would remain.
 */

export const Node = builder.interfaceRef<NodeShape>("Node").implement({
  description:
    "An object with a global id, as Relay's Global Object Identification defines it. The id is opaque and stable; `node` reads the object by it.",
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

/** Entities have a `type`. `nodeTypeOf` recognises the others by a member. */
export type NodeShape = Entity | Backend | Operation | Account | Run;

/** The `id` field of a node type. */
export function globalId(type: NodeType): (node: Ref) => string {
  return ({ backend, id }) => encodeId({ type, backend, id });
}

/** The id of a record that the gateway itself keeps. Throws INVALID_INPUT at `field` for anything else. */
export function ownIdOf(type: "Account" | "ChargeRun" | "Operation", globalIdOfIt: string, field: readonly string[]): string {
  const decoded = decodeId(globalIdOfIt);
  if (decoded?.type !== type) throw invalidInput(field, `is not the id of ${/^[AO]/.test(type) ? "an" : "a"} ${type}`);
  return decoded.id;
}

interface PageInfoShape {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export const PageInfo = builder.objectRef<PageInfoShape>("PageInfo").implement({
  description: "Position of a page in its list.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage", {
      description: "Whether there may be items after this page. Also true while some backends have not been read yet.",
    }),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage", { description: "Whether this page was asked for with `after`." }),
    startCursor: t.exposeString("startCursor", {
      nullable: true,
      description: "Cursor of the first item; null on an empty page.",
    }),
    endCursor: t.exposeString("endCursor", {
      nullable: true,
      description:
        "Cursor of the last item, to be given as `after`. It may be set on an empty page: then the list continues after it.",
    }),
  }),
});

interface ConnectionOptions {
  /** The list comes from backends, and `unavailable` names those that are missing. */
  readonly partial: boolean;
  /** What else there is to say of a page, as a sentence. */
  readonly remark?: string;
}

/** Defines <name>Edge and <name>Connection. */
export function connectionType<Shape extends object>(
  name: string,
  node: ObjectRef<Types, Shape>,
  { partial, remark }: ConnectionOptions,
) {
  const Edge = builder.objectRef<{ readonly cursor: string; readonly node: Shape }>(`${name}Edge`);
  Edge.implement({
    description: `One ${name} in a list, with its cursor.`,
    fields: (t) => ({
      cursor: t.exposeString("cursor", {
        description: "Position in the list, to be given as `after`. Opaque; stays valid across restarts of the gateway.",
      }),
      node: t.field({ type: node, description: `The ${name}.`, resolve: (edge) => edge.node as never }),
    }),
  });
  const ConnectionType = builder.objectRef<Connection<Shape>>(`${name}Connection`);
  ConnectionType.implement({
    description: [`A page of a list of ${name} objects.`, ...(remark === undefined ? [] : [remark])].join(" "),
    fields: (t) => ({
      edges: t.field({
        extensions: cost({ perItem: true }),
        type: [Edge],
        description: "The items, each with its cursor.",
        resolve: ({ edges }) => edges as never,
      }),
      nodes: t.field({
        extensions: cost({ perItem: true }),
        type: [node],
        description: "The items without their cursors.",
        resolve: ({ edges }) => edges.map((edge) => edge.node) as never,
      }),
      pageInfo: pageInfoField(t),
    }),
  });
  if (partial) {
    builder.objectField(ConnectionType, "unavailable", (t) =>
      t.field({
        extensions: cost({ length: 1 }),
        type: [BackendFailure],
        description:
          "Backends that are missing: they could not be reached for this page or an earlier one, or they are known to be down and their turn is still to come. The page holds the items of the others. Also backends with items on this page that cannot be shown; the message says how many and why.",
        resolve: ({ unavailable }) => unavailable,
      }),
    );
  }
  return ConnectionType;
}

type PageShape = Pick<Connection<unknown>, "hasNextPage" | "hasPreviousPage"> & {
  readonly edges: readonly { readonly cursor: string }[];
  readonly endCursor?: string | null;
};

export function pageInfoField<Shape extends PageShape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>) {
  return t.field({
    type: PageInfo,
    description: "Whether there are further pages, and the cursor to continue with.",
    resolve: ({ edges, hasNextPage, hasPreviousPage, endCursor }) => {
      const last = endCursor ?? edges.at(-1)?.cursor ?? null;
      return { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor: last };
    },
  });
}

/** `first` and `after`, the same for every connection. */
export const pageArguments = () =>
  builder.args((t) => ({
    first: t.int({ description: "Maximum number of items, from 1 to the setting limits.maxPageSize. Default: 20." }),
    after: t.string({ description: "Return the items after this cursor, e.g. the `pageInfo.endCursor` of the previous page." }),
  }));

/** The arguments of lists over several backends. */
export const listArguments = () =>
  builder.args((t) => ({
    ...pageArguments(),
    interleave: t.boolean({
      description:
        "True: one item of each backend in turn; every page asks all backends. False: one backend after the other, in the order of `backends` or of the configuration; a page asks only the backends that it needs. A cursor keeps the order in which its page was read.",
    }),
  }));
