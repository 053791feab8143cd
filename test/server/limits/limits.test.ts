import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attacks, expensiveToValidate } from "./attacks.ts";
import { type LimitedAnswer, type LimitedGateway, startLimitedGateway } from "./gateway.ts";

let gateway: LimitedGateway;
beforeAll(async () => {
  gateway = await startLimitedGateway();
});
afterAll(async () => gateway?.close());

const messagesOf = ({ errors = [] }: LimitedAnswer): string => errors.map(({ message }) => message).join("\n");

describe("a request that tries to cost much", () => {
  it.each(attacks)("is refused: $name", async ({ refusedFor, name: _, ...body }) => {
    const before = gateway.calls();
    const answer = await gateway.post(body);
    expect(answer.status).toBeLessThan(500);
    expect(answer.data ?? null).toBeNull();
    expect(messagesOf(answer)).toMatch(refusedFor);
    expect(gateway.calls()).toBe(before);
  });

  it.each(attacks)("is answered briefly: $name", async ({ refusedFor: _, name: __, ...body }) => {
    const { errors, length } = await gateway.post(body);
    expect(errors?.length).toBeLessThanOrEqual(11);
    expect(length).toBeLessThan(20_000);
  });

  it.each(expensiveToValidate)("is answered or refused: $name", async ({ query }) => {
    const answer = await gateway.post({ query });
    expect(answer.status).toBeLessThan(500);
    expect(answer).toMatchObject(answer.errors ? { errors: expect.any(Array) } : { data: expect.anything() });
  });
});

describe("a refusal", () => {
  const query = "{ a: __typename ".concat("b: __typename ".repeat(30), "}");

  it("names the limit, the value and the remedy", async () => {
    const { errors } = await gateway.post({ query });
    const message =
      "The query has 31 aliases and repeated fields; send several requests. At most 30 are allowed (limits.maxAliases).";
    expect(errors).toEqual([{ message, extensions: { code: "INVALID_INPUT", retryable: false } }]);
  });

  it("has the status of a validation error, depending on what the client accepts", async () => {
    expect((await gateway.post({ query })).status).toBe(400);
    expect((await gateway.post({ query }, "application/json")).status).toBe(200);
    const large = "{ customers(first: 200) { nodes { charges(first: 200) { nodes { id } } } } }";
    expect((await gateway.post({ query: large })).status).toBe(400);
    expect((await gateway.post({ query: large }, "application/json")).status).toBe(200);
  });

  it("is the same the second time, from the cached document", async () => {
    const [first, second] = [await gateway.post({ query }), await gateway.post({ query })];
    expect(second).toEqual(first);
  });

  it("is also the answer to several operations in one body", async () => {
    const answer = await gateway.post([{ query: "{ __typename }" }, { query: "{ __typename }" }]);
    expect(answer).toMatchObject({ status: 400, errors: [{ message: expect.stringMatching(/one operation.*batches/) }] });
    expect((await gateway.post([])).errors).toMatchObject([{ extensions: { code: "INVALID_INPUT" } }]);
  });
});

describe("a request within the limits", () => {
  it.each([
    ["30 aliases", `{ ${Array.from({ length: 30 }, (_, index) => `a${index}: __typename`).join(" ")} }`],
    ["a depth of 12", `{ a: node(id: "x") { id } ${"... { ".repeat(40)} __typename ${"}".repeat(40)} }`],
    [
      "a long text in a variable",
      "query ($search: String) { customers(first: 1, filter: { search: $search }) { nodes { id } } }",
    ],
  ])("is answered: %s", async (_, query) => {
    const answer = await gateway.post({ query, variables: { search: "x".repeat(300_000) } });
    expect(messagesOf(answer)).not.toMatch(/limits\./);
  });

  it("counts only the named operation, whatever else the document contains", async () => {
    const query =
      "query Small { __typename } query Large { customers(first: 200) { nodes { charges(first: 200) { nodes { id } } } } }";
    expect(await gateway.post({ query, operationName: "Small" })).toMatchObject({ data: { __typename: "Query" } });
    expect(messagesOf(await gateway.post({ query, operationName: "Large" }))).toMatch(/maxComplexity/);
  });

  it("names an operation that does not exist, or does not name one of two", async () => {
    const query = "query A { __typename } query B { __typename }";
    for (const operationName of ["C", undefined]) {
      expect(await gateway.post({ query, operationName })).toMatchObject({ status: 400, errors: [expect.anything()] });
    }
  });
});

describe("a long value", () => {
  it("is not repeated in each of its errors", async () => {
    const fields = Array.from({ length: 25 }, (_, index) => `a${index}: customers(backends: [$key]) { nodes { id } }`);
    const query = `query ($key: String!) { ${fields.join(" ")} }`;
    const { length, errors } = await gateway.post({ query, variables: { key: "x".repeat(100_000) } });
    expect(errors).not.toHaveLength(0);
    expect(length).toBeLessThan(50_000);
  });
});

describe("names of the schema", () => {
  it.each([
    ["a field", "{ customer(id: 1) { nam } }", {}],
    ["a type", "query ($a: Custome) { customer(id: $a) { name } }", {}],
    ["an argument", "{ customers(fist: 1) { nodes { id } } }", {}],
    ["an enum's value", "{ customers(filter: { status: ACTIV }) { nodes { id } } }", {}],
    ["an input's field", "{ customers(filter: { serch: 1 }) { nodes { id } } }", {}],
    ["a field in a variable", "query ($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }", { f: { serch: "x" } }],
    [
      "an enum's value in a variable",
      "query ($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }",
      { f: { status: "ACTIV" } },
    ],
    ["a directive", "{ __typename @includ(if: true) }", {}],
    ["a fragment", "{ ...Fragmen } fragment Fragment on Query { __typename }", {}],
  ])("are not suggested: %s", async (_, query, variables) => {
    const answer = await gateway.post({ query, variables });
    expect(answer.errors).not.toHaveLength(0);
    expect(messagesOf(answer)).not.toMatch(/did you mean|"?(name|first|search|ACTIVE|include)"?\?/i);
  });
});

describe("introspection", () => {
  it("is answered with the default limits, as GraphiQL and code generators need", async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true });
    const answer = await gateway.post({ query });
    expect(answer).toMatchObject({ status: 200, data: { __schema: { queryType: { name: "Query" } } } });
    expect(answer.errors).toBeUndefined();
  });

  it("is refused if it is switched off, but __typename is not", async () => {
    const closed = await startLimitedGateway({ server: { introspection: false } });
    try {
      for (const query of [
        getIntrospectionQuery(),
        '{ __type(name: "Query") { name } }',
        "{ ...A } fragment A on Query { s: __schema { description } }",
      ]) {
        const answer = await closed.post({ query });
        expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "INVALID_INPUT", retryable: false } }] });
        expect(messagesOf(answer)).toMatch(/^Introspection is switched off here/);
      }
      expect(await closed.post({ query: "{ __typename }" })).toMatchObject({ status: 200, data: { __typename: "Query" } });
    } finally {
      await closed.close();
    }
  });
});

describe("extensions.cost", () => {
  const query = "query ($first: Int!) { mine: customers(first: $first) { nodes { id name } } }";

  it("has the estimate and the actual use, if the request asks for it", async () => {
    const { extensions } = await gateway.post({ query, variables: { first: 3 }, extensions: { cost: true } });
    const backendCalls = (extensions?.["backendCalls"] as unknown[] | undefined)?.length ?? expect.any(Number);
    const cost = { estimated: 14, limit: 5000, depth: 3, aliases: 1, tokens: 26, backendCalls };
    expect(extensions?.["cost"]).toEqual(cost);
  });

  it("is also on a refusal, with no actual use", async () => {
    const large = "{ customers(first: 200) { nodes { charges(first: 200) { nodes { id } } } } }";
    const { extensions, errors } = await gateway.post({ query: large, extensions: { cost: true } });
    expect(errors).toHaveLength(1);
    expect(extensions?.["cost"]).toMatchObject({ estimated: 42_411, limit: 5000, backendCalls: 0 });
  });

  it.each([undefined, null, {}, { cost: false }, { cost: "true" }])("is absent for %j", async (extensions) => {
    const answer = await gateway.post({ query, variables: { first: 1 }, extensions });
    expect(answer.data).toBeDefined();
    expect(answer.extensions?.["cost"]).toBeUndefined();
  });
});
