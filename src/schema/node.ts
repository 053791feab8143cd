import { invalidInput, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { access, builder, type Context, cost } from "./builder.ts";
import { backendRef } from "./refs.ts";
import { Node, type NodeShape } from "./relay.ts";

/** Any object by its global id; null if it does not exist. Throws INVALID_INPUT at `field` if the text is not an id of this gateway. */
export async function loadNode(globalId: string, context: Context, field: readonly string[] = ["id"]): Promise<NodeShape | null> {
  const decoded = decodeId(globalId);
  if (!decoded) throw invalidInput(field, "is not an id of this gateway");
  const { type, backend, id } = decoded;
  // Not taken apart before the type is known: a request makes each part of its context when it is first asked for.
  if (type === "Operation") return context.operations.byId(id);
  if (type === "Account") return context.accounts.byId(id);
  if (type === "ChargeRun") return context.runs().byId(id);
  const { backends, reads } = context;
  if (!backends.get(backend)) return null;
  switch (type) {
    case "Backend":
      return backends.get(backend) ?? null;
    case "Customer":
      return reads.load.customers.load({ backend, id });
    case "Charge":
      return reads.load.charges.load({ backend, id });
    case "Tax":
      return reads.load.taxes.load({ backend, id });
    case "Plan":
      return reads.load.plans.load({ backend, id });
    case "Service":
      return reads.load.services.load({ backend, id });
  }
}

const ViewerType = builder.objectRef<Context["viewer"]>("Viewer").implement({
  description: "The caller.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Name of the caller." }),
    scopes: t.stringList({
      description: 'Scopes: what the caller may do, e.g. ["read", "write"].',
      resolve: ({ scopes }) => scopes,
    }),
    backends: t.field({
      authScopes: access.read,
      type: [backendRef],
      description: "The backends that the caller may see; empty without the scope read.",
      // An empty list instead of an error: a caller without the scope read still learns who it is.
      unauthorizedResolver: () => [],
      resolve: (_viewer, _arguments, { backends }) => [...backends.all],
    }),
  }),
});

builder.queryFields((t) => ({
  node: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: Node,
    nullable: true,
    description: "Any object by its global id; null if it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, context) => loadNode(id, context),
  }),
  nodes: t.field({
    extensions: cost({ counts: "call", each: "ids" }),
    authScopes: access.read,
    type: [Node],
    nullable: { list: false, items: true },
    description:
      "Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read.",
    args: { ids: t.arg.idList({ required: true, description: "Global ids." }) },
    resolve: (_root, { ids }, context) =>
      ids.map((id, index) => settle(loadNode(id, context, ["ids", String(index)]))) as Promise<NodeShape | null>[],
  }),
  viewer: t.field({
    authScopes: access.everybody,
    type: ViewerType,
    description: "The caller.",
    resolve: (_root, _arguments, { viewer }) => viewer,
  }),
}));
