import {
  type ConstDirectiveNode,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  lexicographicSortSchema,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  printSchema,
  visit,
} from "graphql";
import { GraphQLJSON } from "graphql-scalars";
import { invalidInput, settle } from "../model/errors.ts";
import { access, builder, type Context, cost } from "./builder.ts";
import { loadNode } from "./node.ts";
import { operationRef } from "./operation.ts";
import { accountRef, backendRef, chargeRef, customerRef, planRef, serviceRef, taxRef } from "./refs.ts";
import { Node, type NodeShape, nodeTypeOf, PageInfo } from "./relay.ts";
import { runRef } from "./run.ts";

/**
 * The gateway as a subgraph of a supergraph (Apollo Federation, version 2). Every type with a global id is an entity with the key
 * "id". A router reads entities as other callers read nodes: batched, and with the caller's rights.
 *
 * @pothos/plugin-federation is not used: it needs @apollo/subgraph, which needs graphql 16.
 */

/** Fields and types of the specification. A front end that asks the gateway itself does not need them. */
const fieldNames: ReadonlySet<string> = new Set(["_entities", "_service"]);
const typeNames: ReadonlySet<string> = new Set(["_Any", "_Entity", "_Service"]);

builder.addScalarType("_Any", new GraphQLScalarType({ ...GraphQLJSON.toConfig(), name: "_Any", extensions: {} }), {
  description: 'An entity as other subgraphs refer to it, e.g. { "__typename": "Customer", "id": "…" }.',
});

/** test/schema/federation.test.ts compares the types with those that implement Node. */
const AnyEntity = builder.unionType("_Entity", {
  description: "An object that other subgraphs can refer to: every type with a global id.",
  types: [accountRef, backendRef, chargeRef, customerRef, operationRef, planRef, runRef, serviceRef, taxRef],
  resolveType: (entity) => nodeTypeOf(entity as NodeShape),
});

const Service = builder.objectRef<object>("_Service").implement({
  description: "This subgraph, for routers and for composition.",
  fields: (t) => ({
    sdl: t.string({
      description: "The schema with the directives of Apollo Federation.",
      resolve: (_service, _arguments, _context, { schema }) => subgraphSdl(schema),
    }),
  }),
});

builder.queryFields((t) => ({
  _service: t.field({
    authScopes: access.everybody,
    type: Service,
    description: "Describes this subgraph. Only with introspection (setting server.introspection).",
    resolve: () => ({}),
  }),
  _entities: t.field({
    extensions: cost({ counts: "call", each: "representations" }),
    authScopes: access.read,
    type: [AnyEntity],
    nullable: { list: false, items: true },
    description:
      "Objects by their types and global ids, in the order of the representations. Null for one that does not exist; null with an error for one that cannot be read.",
    args: { representations: t.arg({ type: ["_Any"], required: true, description: "Types and global ids of the objects." }) },
    resolve: (_root, { representations }, context) =>
      representations.map((representation, index) =>
        settle(loadEntity(representation, context, ["representations", String(index)])),
      ) as never,
  }),
}));

async function loadEntity(representation: unknown, context: Context, field: readonly string[]): Promise<NodeShape | null> {
  const { __typename: type, id } = (representation ?? {}) as { readonly __typename?: unknown; readonly id?: unknown };
  if (typeof type !== "string" || typeof id !== "string") throw invalidInput(field, "must have __typename and id, both texts");
  const node = await loadNode(id, context, [...field, "id"]);
  if (node !== null && nodeTypeOf(node) !== type) throw invalidInput([...field, "id"], `is the id of no ${type}`);
  return node;
}

/** The schema without federation: for front ends, and for gateways that are no subgraph (setting server.federation). */
export function withoutFederation(schema: GraphQLSchema): GraphQLSchema {
  const { types, query, ...rest } = schema.toConfig();
  if (!query) return schema;
  const { fields, ...named } = query.toConfig();
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !fieldNames.has(name)));
  const others = types.filter((type) => !typeNames.has(type.name) && type !== query);
  return new GraphQLSchema({ ...rest, types: others, query: new GraphQLObjectType({ ...named, fields: kept }) });
}

const printed = new WeakMap<GraphQLSchema, string>();

/** The schema for composition, sorted. PageInfo is shareable, because other subgraphs with Relay lists define it too. */
export function subgraphSdl(schema: GraphQLSchema): string {
  const known = printed.get(schema);
  if (known !== undefined) return known;
  const document = visit(parse(printSchema(lexicographicSortSchema(withoutFederation(schema)))), {
    ObjectTypeDefinition: (type) => {
      const added = directivesOf(type);
      return added.length === 0 ? undefined : { ...type, directives: [...(type.directives ?? []), ...added] };
    },
  });
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';
  const sdl = `${link}\n\n${print(document)}\n`;
  printed.set(schema, sdl);
  return sdl;
}

function directivesOf({ name, interfaces }: ObjectTypeDefinitionNode): readonly ConstDirectiveNode[] {
  if (name.value === PageInfo.name) return directives("@shareable");
  return interfaces?.some((each) => each.name.value === Node.name) ? directives('@key(fields: "id")') : [];
}

function directives(text: string): readonly ConstDirectiveNode[] {
  const [type] = parse(`type T ${text}`).definitions;
  return (type as ObjectTypeDefinitionNode).directives ?? [];
}
