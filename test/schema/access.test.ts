import {
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { access } from "../../src/schema/builder.ts";
import { schema } from "../support/schema.ts";

/**
 * Which scope each field needs: by a rule of its own, or by those of the root fields that lead to it. Computed from the schema.
 */

type Decision = keyof typeof access;

const roots = {
  Query: schema.getQueryType() as GraphQLObjectType,
  Mutation: schema.getMutationType() as GraphQLObjectType,
  Subscription: schema.getSubscriptionType() as GraphQLObjectType,
};

type Field = GraphQLField<unknown, unknown>;

/** The rule that a field itself has, by its name in builder.ts. */
function decisionOf(field: Field): Decision | undefined {
  const options = field.extensions["pothosOptions"] as { readonly authScopes?: unknown } | undefined;
  return (Object.keys(access) as Decision[]).find((name) => access[name] === options?.authScopes);
}

function fieldsOf(type: GraphQLNamedOutputType): Field[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

/** The types that an answer of this type may turn out to have. */
function shapesOf(type: GraphQLNamedOutputType): GraphQLNamedOutputType[] {
  return isInterfaceType(type) || isUnionType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
}

/** All fields that can be reached from these without passing one that `isGate` stops at; "Type.field". */
function reachable(from: readonly Field[], isGate: (field: Field) => boolean): Map<string, Field> {
  const found = new Map<string, Field>();
  const open = [...from];
  for (let field = open.pop(); field; field = open.pop()) {
    for (const shape of shapesOf(getNamedType(field.type))) {
      for (const next of fieldsOf(shape)) {
        const name = `${shape.name}.${next.name}`;
        if (found.has(name) || isGate(next)) continue;
        found.set(name, next);
        open.push(next);
      }
    }
  }
  return found;
}

const never = (): boolean => false;
const rootFields = Object.values(roots).flatMap(fieldsOf);

describe("the scope for a field", () => {
  it.each(Object.entries(roots))("is required by every field of %s", (_name, type) => {
    expect(fieldsOf(type).filter((field) => decisionOf(field) === undefined)).toEqual([]);
  });

  it("is read and write for every mutation, and admin for deciding an unknown outcome", () => {
    expect(access.write).toEqual({ read: true, write: true });
    expect(access.decide).toEqual({ admin: true });
    const others = fieldsOf(roots.Mutation).filter((field) => decisionOf(field) !== "write");
    expect(others.map((field) => [field.name, decisionOf(field)])).toEqual([
      ["approveChargeRun", "approve"],
      ["refuseChargeRun", "approve"],
      ["resolveOperation", "decide"],
    ]);
  });

  it("is read for every subscription and every query, except the one that says who asks", () => {
    expect(access.read).toEqual({ read: true });
    const others = [...fieldsOf(roots.Query), ...fieldsOf(roots.Subscription)].filter((field) => decisionOf(field) !== "read");
    expect(others.map((field) => [field.name, decisionOf(field)])).toEqual([
      // The schema, which __schema shows too.
      ["_service", "everybody"],
      ["viewer", "everybody"],
    ]);
  });

  it("is raw for everything that the backend itself wrote", () => {
    expect(access.raw).toEqual({ raw: true });
    const untyped = [...reachable(rootFields, never)]
      // What a caller wrote is visible to everyone who may see the operation.
      .filter(([name, { type }]) => getNamedType(type).name === "JSON" && name !== "Operation.input");
    expect(untyped.map(([name]) => name).sort()).toEqual(["Charge.raw", "Customer.raw", "Tax.raw"]);
    expect(new Set(untyped.map(([, field]) => decisionOf(field)))).toEqual(new Set(["raw"]));
  });

  it("is checked before anything of another type is reached", () => {
    const open = rootFields.filter((field) => decisionOf(field) === "everybody");
    const undecided = reachable(open, (field) => decisionOf(field) !== undefined && decisionOf(field) !== "everybody");
    expect([...undecided.keys()].sort()).toEqual(["Viewer.name", "Viewer.scopes", "_Service.sdl"]);
  });

  it("covers every field: each can be reached through the root fields only", () => {
    const known = new Set(reachable(rootFields, never).keys());
    const unreachable = Object.values(schema.getTypeMap())
      .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith("__") && !(type.name in roots))
      .flatMap((type) => fieldsOf(type as GraphQLObjectType).map((field) => `${type.name}.${field.name}`))
      .filter((name) => !known.has(name));
    expect(unreachable).toEqual([]);
  });

  it("is not checked again for fields of a type, which run for every item of a list", () => {
    const deciding = Object.values(schema.getTypeMap()).filter(({ extensions }) => {
      const options = extensions["pothosOptions"] as
        | { readonly authScopes?: unknown; readonly grantScopes?: unknown }
        | undefined;
      return options?.authScopes !== undefined || options?.grantScopes !== undefined;
    });
    expect(deciding.map(({ name }) => name)).toEqual([]);
  });
});
