import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLObjectType, getNamedType, isListType, isNonNullType, isObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { updateCache } from "../../src/client/apollo.ts";

/** Which records `updateCache` evicts from Apollo's cache, for every mutation of the schema. */

const schema = buildSchema(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

/** The fields that updateCache evicts after an answer. */
function evictedBy(data: unknown): ReadonlySet<string> {
  const evicted = new Set<string>();
  const evict = ({ fieldName }: { readonly fieldName: string }): boolean => Boolean(evicted.add(fieldName));
  updateCache({ extract: () => ({ "Customer:1": {} }), evict, gc: () => [] }, { data });
  return evicted;
}

const payloadOf = (mutation: (typeof mutations)[number]): GraphQLObjectType => getNamedType(mutation.type) as GraphQLObjectType;

/** Kinds of records in a mutation's answer: at its top level, and in its results. */
function recordsOf(payload: GraphQLObjectType): readonly string[] {
  const kinds = Object.values(payload.getFields()).map(({ type }) => getNamedType(type));
  const inResults = kinds.filter(isObjectType).filter(({ name }) => name.endsWith("Result"));
  return [
    ...kinds.map(({ name }) => name),
    ...inResults.flatMap((result) => Object.values(result.getFields()).map(({ type }) => getNamedType(type).name)),
  ].filter((name) => ["Charge", "Customer", "Tax", "Account", "ChargeRun", "Operation"].includes(name));
}

/** The names of fields that list records of a kind. */
function listsOf(kind: string): readonly string[] {
  const nodes = (type: unknown): boolean => {
    const named = getNamedType(type as GraphQLObjectType);
    const plain = isNonNullType(type) ? type.ofType : type;
    if (isListType(plain)) return named.name === kind;
    return isObjectType(named) && named.name === `${kind}Connection`;
  };
  return objects
    .filter(({ name }) => !/Connection$|Payload$|Mutation$|Subscription$|^ApplicableTaxes$/.test(name))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => nodes(field.type))
        .map(({ name }) => name),
    );
}

const done = (payload: GraphQLObjectType): object => ({ __typename: payload.name, operation: { status: "SUCCEEDED" } });

describe("updateCache", () => {
  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    "drops the lists that %s may change",
    (name, mutation) => {
      const payload = payloadOf(mutation);
      const lists = recordsOf(payload).flatMap(listsOf);
      expect(lists).not.toEqual([]);
      expect([...evictedBy({ [name]: done(payload) })]).toEqual(expect.arrayContaining(lists));
      // If the caller uses an alias, the type of the answer identifies it.
      expect([...evictedBy({ mine: done(payload) })]).toEqual(expect.arrayContaining(lists));
    },
  );

  it("drops only fields that exist", () => {
    const known = new Set(objects.flatMap((type) => Object.keys(type.getFields())));
    const evicted = mutations.flatMap((mutation) => [...evictedBy({ [mutation.name]: done(payloadOf(mutation)) })]);
    expect(evicted.filter((field) => !known.has(field))).toEqual([]);
  });

  it("drops records of all kinds when an operation is settled that may have changed any of them", () => {
    const settled = { reconcileOperation: { operation: { status: "SUCCEEDED" } } };
    expect([...evictedBy(settled)]).toEqual(expect.arrayContaining(["charges", "customers", "taxes", "accounts"]));
  });

  it("drops what a credit changes", () => {
    expect([...evictedBy({ createCredit: { operation: { status: "SUCCEEDED" } } })]).toEqual(
      expect.arrayContaining(["charges", "amountDue", "balances", "statement"]),
    );
  });

  it.each([
    ["an answer without its outcome", { createCharge: { charge: null } }],
    ["no answer of a mutation that may have acted", { createCharge: null }],
    ["several mutations", { archiveTax: { operation: { status: "FAILED" } }, second: { __typename: "ChargePayload" } }],
    ["a charge run, whose answer has no operation", { executeChargeRun: { run: null, errors: [] } }],
  ])("takes %s", (_, data) => {
    expect([...evictedBy(data)]).toContain("charges");
  });

  it.each([undefined, null, {}])("does not count %s as a change", (data) => {
    expect(evictedBy(data).size).toBe(0);
  });

  it("drops no record if nothing was changed", () => {
    expect([...evictedBy({ createCharge: { operation: { status: "VALIDATED" } } })]).toEqual([]);
    expect([...evictedBy({ createCharge: { operation: { status: "FAILED" } } })]).toEqual(["operations"]);
  });
});
