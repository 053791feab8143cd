import { composeServices } from "@theguild/federation-composition";
import { buildSchema, type GraphQLInterfaceType, type GraphQLUnionType, isObjectType, parse, printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { kindsOf, registry } from "../../src/adapters/index.ts";
import { subgraphSdl } from "../../src/schema/federation.ts";
import { schemaOf } from "../../src/schema/index.ts";
import { shown } from "../docs/executed.ts";
import { schema } from "../support/schema.ts";
import { shopSdl } from "../support/shop.ts";

describe("the gateway as a subgraph", () => {
  it("makes an entity of everything with a global id, and of nothing else", () => {
    const entities = schema.getType("_Entity") as GraphQLUnionType;
    const nodes = schema.getPossibleTypes(schema.getType("Node") as GraphQLInterfaceType);
    const names = (types: readonly { readonly name: string }[]): string[] => types.map(({ name }) => name).sort();
    expect(names(entities.getTypes())).toEqual(names(nodes));
    const sdl = parse(subgraphSdl(schema));
    const keyed = sdl.definitions.filter(
      (each) => "directives" in each && each.directives?.some(({ name }) => name.value === "key"),
    );
    expect(keyed.map((each) => ("name" in each ? each.name?.value : "")).sort()).toEqual(names(nodes));
  });

  it("composes with a foreign subgraph that refers to customers and charges", () => {
    const services = [
      { name: "billing", url: "http://billing.test/graphql", typeDefs: parse(subgraphSdl(schema)) },
      { name: "shop", url: "http://shop.test/graphql", typeDefs: parse(shopSdl) },
    ];
    const { errors, supergraphSdl } = composeServices(services);
    expect(errors ?? []).toEqual([]);
    expect(supergraphSdl).toContain("orders");
  });

  it("composes with the types that docs/supergraph.md shows", () => {
    const [shop] = shown("a subgraph").map(({ text }) => text);
    const head =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\ntype Query { orders: [Order!]! }\n';
    const services = [
      { name: "billing", url: "http://billing.test/graphql", typeDefs: parse(subgraphSdl(schema)) },
      { name: "shop", url: "http://shop.test/graphql", typeDefs: parse(`${head}${shop}`) },
    ];
    expect(composeServices(services).errors ?? []).toEqual([]);
  });

  it("describes itself completely, except for the types that federation adds", () => {
    const plain = subgraphSdl(schema)
      .replace(/^extend schema.*$/m, "")
      .replaceAll(/ @(?:key\(fields: "id"\)|shareable)/g, "");
    const alone = schemaOf(kindsOf(registry), { federation: false });
    expect(Object.keys(buildSchema(plain).getTypeMap()).sort()).toEqual(Object.keys(alone.getTypeMap()).sort());
  });

  it("does not exist if switched off: no type and no field of federation is left", () => {
    const alone = schemaOf(kindsOf(registry), { federation: false });
    expect(printSchema(alone)).not.toMatch(/\b_(?:Any|Entity|Service|entities|service)\b/);
    for (const type of Object.values(alone.getTypeMap())) {
      if (isObjectType(type) && !type.name.startsWith("__")) expect(type.name).not.toMatch(/^_/);
    }
  });
});
