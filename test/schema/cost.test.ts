import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { costOf } from "../../src/schema/builder.ts";
import { schema } from "../support/schema.ts";

interface Placed {
  readonly place: string;
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

const fields: readonly Placed[] = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith("__")
    ? Object.values(type.getFields()).map((field) => ({ place: `${type.name}.${field.name}`, type, field }))
    : [],
);
const placesOf = (found: readonly Placed[]): readonly string[] => found.map(({ place }) => place);

/** An object that has every member: for a source without data, and a context that does nothing. */
function anything(): unknown {
  return new Proxy(() => {}, {
    get: (_, name) => {
      if (name === "then") return undefined;
      if (name === Symbol.iterator) return () => [anything()].values();
      if (name === Symbol.toPrimitive) return () => "1";
      return anything();
    },
    has: () => true,
    // Functions passed to map, filter and the like are called too.
    apply: (_, __, given) => {
      for (const each of given) if (typeof each === "function") Promise.resolve(each(anything())).catch(() => {});
      return anything();
    },
  });
}

/** Members of the context that need no call to a backend or the store. */
const atHand: ReadonlySet<string> = new Set(["backends", "viewer", "lookAhead", "keyOf", "nextEvent"]);

/** Records which context members that make calls are used. */
function watchedContext(called: Set<string>): unknown {
  const watched = (path: readonly string[]): unknown =>
    new Proxy(() => {}, {
      get: (_, name) => (name === "then" || typeof name === "symbol" ? undefined : watched([...path, name])),
      apply: () => {
        called.add(path.join("."));
        return anything();
      },
    });
  return new Proxy({}, { get: (_, name) => (atHand.has(String(name)) ? anything() : watched([String(name)])) });
}

/** What the field's resolver calls for a parent that is loaded already. */
async function askedBy({ type, field }: Placed): Promise<ReadonlySet<string>> {
  const called = new Set<string>();
  for (const resolve of [field.subscribe, field.resolve]) {
    const info = {
      fieldName: field.name,
      returnType: field.type,
      parentType: type,
      fieldNodes: [],
      fragments: {},
      schema,
      path: {},
    };
    try {
      await resolve?.(anything(), anything() as object, watchedContext(called), info as unknown as GraphQLResolveInfo);
    } catch {
      // The first call is recorded by now.
    }
  }
  return called;
}

/** Asked for at most once for all customers of an answer, so each is as cheap as a plain member. */
const together: readonly string[] = ["Customer.amountDue", "Customer.email", "Customer.phone", "Customer.raw"];
/** Computed from what the statement or the operation already has. */
const computed: readonly string[] = [
  "Operation.input",
  "Operation.steps",
  "Operation.subject",
  "OperationStep.subject",
  "Statement.csv",
];

describe("what a field costs", () => {
  it("is declared by every field that calls a backend, the journal or the store", async () => {
    const asking = await Promise.all(fields.map(async (each) => ({ ...each, asked: await askedBy(each) })));
    const found = asking.filter(({ asked }) => asked.size > 0);
    expect(found.length).toBeGreaterThan(40);
    const undeclared = found.filter(({ field }) => costOf(field).counts === undefined);
    expect(placesOf(undeclared).toSorted()).toEqual([...together, ...computed].toSorted());
  });

  it("is declared by every root field, except those that the gateway answers by itself", () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const undeclared = fields.filter(({ type, field }) => roots.includes(type) && costOf(field).counts === undefined);
    expect(placesOf(undeclared)).toEqual(["Query._service", "Query.backend", "Query.backends", "Query.viewer"]);
  });

  it("is declared by every field that returns an entity of which the parent has only the id", () => {
    const referring = ["customer", "parent", "plan", "service", "tax", "owner", "account"];
    const kept = ["AccountBalance.customer", "DriftValue.customer", "StatementRow.customer"];
    const undeclared = fields.filter(
      ({ type, field }) =>
        referring.includes(field.name) &&
        !/(Payload|Result|Edge)$/.test(type.name) &&
        isObjectType(getNamedType(field.type)) &&
        costOf(field).counts === undefined,
    );
    expect(placesOf(undeclared).filter((place) => !kept.includes(place))).toEqual([]);
  });

  it("is a call for every list with a page size", () => {
    const paged = fields.filter(({ field }) => getNamedType(field.type).name.endsWith("Connection"));
    expect(paged.length).toBeGreaterThan(10);
    expect(placesOf(paged.filter(({ field }) => costOf(field).counts !== "call"))).toEqual([]);
    expect(placesOf(paged.filter(({ field }) => !field.args.some(({ name }) => name === "first")))).toEqual([]);
  });

  it("is multiplied by the items of a page and of a fan-out", () => {
    const perItem = fields.filter(({ type, field }) =>
      type.name.endsWith("Connection")
        ? ["edges", "nodes"].includes(field.name)
        : type.name.endsWith("Payload") && field.name === "results",
    );
    expect(perItem.length).toBeGreaterThan(10);
    expect(placesOf(fields.filter(({ field }) => costOf(field).perItem))).toEqual(placesOf(perItem));
  });

  it("names existing arguments, and lengths of lists only", () => {
    for (const { place, field } of fields) {
      const { each, length } = costOf(field);
      if (each !== undefined)
        expect(
          field.args.map(({ name }) => name),
          place,
        ).toContain(each.split(".")[0]);
      if (length !== undefined) expect(isListType(getNullableType(field.type)), place).toBe(true);
    }
  });
});
