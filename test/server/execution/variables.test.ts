import fc from "fast-check";
import {
  type GraphQLInputType,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  parse,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../../src/model/id.ts";
import { variableProblems } from "../../../src/server/execution/variables.ts";
import { valuesFor } from "../../security/malformed-values.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { depth, seed } from "../../support/sample.ts";
import { schema } from "../../support/schema.ts";

const inputTypes = Object.values(schema.getTypeMap()).filter((type) => isInputType(type) && !type.name.startsWith("__"));
const shapes = inputTypes.flatMap(({ name }) => [name, `${name}!`, `[${name}!]`, `[${name}]!`]);

function operation(type: string): OperationDefinitionNode {
  return parse(`query ($value: ${type}) { __typename }`).definitions[0] as OperationDefinitionNode;
}

function problems(type: string, value: unknown): readonly string[] {
  return variableProblems(schema, operation(type), { value }).map(({ message }) => message);
}

const known = { ids: [encodeId({ type: "Customer", backend: "pbx", id: "1" })], cursors: ["YWJj"], backends: ["pbx"] };
const valueFor = valuesFor(known, 10);
const typeNamed = (name: string): GraphQLInputType => schema.getType(name.replace(/[[\]!]/g, "")) as GraphQLInputType;

describe("an error in variables", () => {
  it("is found exactly where GraphQL finds it", () => {
    const cases = fc.constantFrom(...shapes).chain((shape) => {
      const one = valueFor(typeNamed(shape));
      return fc.tuple(fc.constant(shape), shape.startsWith("[") ? fc.oneof(one, fc.array(one, { maxLength: 4 })) : one);
    });
    fc.assert(
      fc.property(cases, ([shape, made]) => {
        // As in a request: values that JSON cannot express are left out.
        const value: unknown = JSON.parse(JSON.stringify({ made })).made;
        const inputs = value === undefined ? {} : { value };
        const { variableDefinitions } = operation(shape);
        const { errors } = getVariableValues(schema, variableDefinitions ?? [], inputs);
        expect(problems(shape, value).length > 0).toBe(errors !== undefined);
      }),
      { numRuns: 1_000 * depth, seed },
    );
  });

  it.each([
    ["CreateChargeInput!", undefined, /^Variable "\$value" of required type "CreateChargeInput!" was not provided\.$/],
    ["ChargeFilter", { status: ["ACTIVE", "NO"] }, /at "value\.status\[1\]": expected a value of the type ChargeStatus\.$/],
    ["ChargeFilter", { from: "tomorrow" }, /at "value\.from": Date: expected a day of the calendar such as "2026-11-21"\.$/],
    ["ChargeFilter", { form: "2026-01-01" }, /: the type ChargeFilter has no field "form"\.$/],
    ["ChargeFilter", { "": 1 }, /: the type ChargeFilter has no field with the name that one has\.$/],
    ["ChargeFilter", "all", /: expected an object of the type ChargeFilter\.$/],
    ["ArchiveTaxInput", {}, /: the field "id" of the type ArchiveTaxInput is missing\.$/],
    ["[ID!]!", ["a", null], /at "value\[1\]": expected a value of the type ID!, which must not be null\.$/],
  ])("is reported for %s %j", (type, value, message) => {
    expect(problems(type, value)).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    [
      "mutation ($given: CreateChargeInput!) { createCharge(input: $given) { errors { code } } }",
      { given: { charge: { amount: "1,5" } } },
      ["input", "charge", "amount"],
    ],
    ["mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { code } } }", {}, ["input"]],
    ["mutation ($input: ArchiveTaxInput!) { archiveTax(input: $input) { errors { code } } }", { input: {} }, ["input", "id"]],
    [
      "mutation ($sum: Decimal) { createCharge(input: { charge: { amount: $sum } }) { errors { code } } }",
      { sum: "1,5" },
      ["input", "charge", "amount"],
    ],
    ["query ($keys: [String!]) { customers(backends: $keys) { nodes { id } } }", { keys: ["pbx", 1] }, ["backends", "1"]],
    [
      "query ($many: Int) { customers { ...Page } } fragment Page on CustomerConnection { nodes { charges(first: $many) { totalCount } } }",
      { many: "x" },
      ["many"],
    ],
  ])("names the member that is wrong, as an error of a mutation does: %s", (document, variables, field) => {
    const [definition] = parse(document).definitions;
    const [error] = variableProblems(schema, definition as OperationDefinitionNode, variables);
    expect(error?.extensions).toEqual({ field });
  });

  it("is reported at most ten times", () => {
    expect(
      problems(
        "[Int!]!",
        Array.from({ length: 500 }, () => "x"),
      ),
    ).toHaveLength(10);
    const input = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 1]));
    expect(problems("ChargeFilter", input)).toHaveLength(10);
  });
});

/** Texts, numbers and names that do not occur in the schema. */
const canaries = ["canary-7331", 7331.7331, { x: "canary-7331" }, ["canary-7331"], "canary7331"] as const;

/** A value of the type's shape, with one of them at every leaf. */
function spoilt(type: GraphQLInputType, canary: unknown, depth = 0): unknown {
  if (isNonNullType(type)) return spoilt(type.ofType, canary, depth);
  if (isListType(type)) return [spoilt(type.ofType, canary, depth)];
  if (!isInputObjectType(type) || depth > 3) return canary;
  const fields = Object.values(type.getFields());
  return Object.fromEntries(fields.map((field) => [field.name, spoilt(field.type, canary, depth + 1)]));
}

/** As GraphQL literals: unquoted member names and enum values. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inside]) => `${name}: ${literal(inside)}`)
      .join()}}`;
  }
  return value === "canary7331" ? value : JSON.stringify(value);
}

describe("an error message repeats no value", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { customers: 3 } });
  });
  afterAll(async () => gateway?.close());

  const places = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) => {
    const operationType = root?.name.toLowerCase();
    return Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.map((argument) => ({ operationType, field, argument })),
    );
  });

  async function expectNothingRepeated(query: string, variables?: Record<string, unknown>): Promise<number> {
    const { data, errors = [] } = await gateway.send<object | undefined>(query, variables);
    // If GraphQL accepts a value, the gateway or a backend may still refuse it.
    if (data !== undefined) return 0;
    expect(errors.length, query).toBeGreaterThan(0);
    expect(JSON.stringify(errors), query).not.toMatch(/7331/);
    return errors.length;
  }

  it.each(places)("of $operationType.$field.name($argument.name)", async ({ operationType, field, argument }) => {
    let refusals = 0;
    for (const canary of canaries) {
      const value = spoilt(argument.type, canary);
      const selection = /[A-Z]\w*(Payload|Connection)?/.test(String(field.type)) ? "{ __typename }" : "";
      const others = field.args.filter((each) => each !== argument && isNonNullType(each.type));
      const others_ = others.map(({ name }) => `, ${name}: null`).join("");
      const [asVariable, asLiteral] = ["$value", literal(value)].map(
        (text) => `${field.name}(${argument.name}: ${text}${others_}) ${selection}`,
      );
      refusals += await expectNothingRepeated(`${operationType} ($value: ${argument.type}) { ${asVariable} }`, { value });
      refusals += await expectNothingRepeated(`${operationType} { ${asLiteral} }`);
    }
    expect(refusals).toBeGreaterThan(0);
  });

  it.each([
    '{ "canary-7331" }',
    "{ backends(7331) { key } }",
    "{ backends { key } } 7331.7331",
    '{ node(id: x "canary-7331") { id } }',
    '{ node(id: """canary-7331""" "") { id } } """canary-7331"""',
    'query ($x: Int = "canary-7331") { customers(first: $x) { nodes { id } } }',
    'query ($x: CurrencyCode = "canary-7331") { __typename }',
    "query ($x: ChargeStatus = canary7331) { __typename }",
    'query ($x: ChargeFilter = { nope: "canary-7331" }) { __typename }',
    '{ __typename @include(if: "canary-7331") }',
    "{ __typename @skip(if: 7331) }",
  ])("of %s", async (query) => {
    expect(await expectNothingRepeated(query)).toBeGreaterThan(0);
  });
});
