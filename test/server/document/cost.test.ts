import { readFileSync } from "node:fs";
import { getIntrospectionQuery, getOperationAST, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { gatewaySchema } from "../../../src/config/schema.ts";
import { computeCost, planCost, weights } from "../../../src/server/document/cost.ts";
import { fragmentsOf } from "../../../src/server/execution/plan.ts";
import { graphiqlTabs } from "../../../src/server/graphiql/tabs.ts";
import { chargesOfTen, customersByName, customerWithTaxes } from "../../bench/queries.ts";
import { documentsShown } from "../../docs/executed.ts";
import { readPage } from "../../docs/pages.ts";
import { sectionUnder, tableRows } from "../../support/markdown.ts";
import { schema } from "../../support/schema.ts";

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
const limits = gatewaySchema.shape.limits.parse({});

/** The estimated cost of a document, with the default limits. */
function cost(text: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, null);
  if (!operation) throw new Error("There has to be one operation.");
  return computeCost(planCost({ schema, fragments: fragmentsOf(document) }, operation, limits.maxPageSize), variables);
}

describe("the default limit", () => {
  const ids = Array.from({ length: limits.maxPageSize }, String);
  const largest = {
    first: limits.maxPageSize,
    ids,
    customerIds: ids,
    input: { charges: ids, backends: ids.slice(190) },
  };
  const trusted = Object.values(JSON.parse(read("schema/trusted-documents.json")) as Record<string, string>);
  const nameOf = (text: string): string => getOperationAST(parse(text), null)?.name?.value ?? text;

  it.each(trusted.map((text) => [nameOf(text), text]))("lets %s pass, with the largest pages", (_, text) => {
    expect(cost(text, largest)).toBeLessThanOrEqual(limits.maxComplexity);
  });

  it("lets GraphiQL's tabs and its introspection pass", () => {
    const costs = [...graphiqlTabs(undefined).map(({ query }) => query), getIntrospectionQuery()].map((text) => cost(text));
    expect(Math.max(...costs)).toBeLessThanOrEqual(limits.maxComplexity);
  });

  it("lets the documents' queries pass", () => {
    const shown = documentsShown;
    const counted = tableRows(readPage("docs/api.md"), "Query").map(
      (row) => `{ ${row["Query"]?.replaceAll("`", "").replaceAll("KEY", '"x"')} }`,
    );
    const costs = [...shown.map(({ text }) => text), ...counted].map((text) => cost(text));
    expect(costs.length).toBeGreaterThan(3);
    expect(Math.max(...costs)).toBeLessThanOrEqual(limits.maxComplexity);
  });

  it("lets the benchmark's queries pass", () => {
    const customerIds = ids.slice(0, 100);
    const reads = [chargesOfTen, customersByName, customerWithTaxes].map(({ document }) => cost(document, { customerIds }));
    const customers = ids.slice(0, 100);
    const theirs = cost(
      "query ($customerIds: [ID!]!) { charges(customerIds: $customerIds, first: 100) { nodes { name amount { amount } customer { name } } } }",
      { customerIds: customers },
    );
    const ours = cost(
      "mutation ($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { results { status errors { code } } operation { status } } }",
      { charges: ids },
    );
    expect(Math.max(...reads, theirs, ours)).toBeLessThanOrEqual(limits.maxComplexity);
  });

  it("refuses nested lists with the largest pages", () => {
    expect(cost("{ customers(first: 200) { nodes { charges(first: 200) { nodes { id } } } } }")).toBeGreaterThan(
      limits.maxComplexity,
    );
  });
});

const { object, lookup, call, introspection } = weights;

describe("an estimate", () => {
  it.each([
    ["an object by its id", '{ customer(id: "x") { id name email } }', call + object],
    ["what it refers to", '{ customer(id: "x") { plan { name } } }', call + object + lookup + object],
    ["a part of it", '{ customer(id: "x") { amountDue { amount } } }', call + object + object],
    ["a field of the gateway's own", "{ backends { key } viewer { name } }", 5 * object + object],
    ["a page without a size", "{ customers { nodes { id } } }", call + object + 20 * object],
    ["a page", "{ customers(first: 7) { nodes { id } } }", call + object + 7 * object],
    ["a page that is larger than pages may be", "{ customers(first: 100000) { nodes { id } } }", call + object + 200 * object],
    ["edges", "{ customers(first: 7) { edges { cursor node { id } } } }", call + object + 7 * 2 * object],
    ["both", "{ customers(first: 7) { edges { cursor } nodes { id } } }", call + object + 7 * 2 * object],
    ["what a page is about", "{ customers(first: 7) { pageInfo { hasNextPage } unavailable { code } } }", call + 3 * object],
    ["null as a size", "{ customers(first: null) { nodes { id } } }", call + object + 20 * object],
    [
      "pages in a page",
      "{ customers(first: 7) { nodes { charges(first: 3) { nodes { id } } } } }",
      call + object + 7 * (object + call + object + 3 * object),
    ],
    ["objects by their ids", '{ nodes(ids: ["a", "b", "c"]) { id } }', 3 * (call + object)],
    ["one id where a list may be", '{ nodes(ids: "a") { id } }', call + object],
    ["charges of customers", '{ charges(customerIds: ["a", "b"], first: 9) { nodes { id } } }', 2 * call + object + 9 * object],
    ["a list without a size", '{ customer(id: "x") { taxes { id } } }', call + object + call + 5 * object],
    ["a value that is asked for", '{ tax(id: "x") { isLiable(customerId: "y") } }', call + object + call],
    [
      "an interface: its costliest type",
      '{ node(id: "x") { ... on Customer { plan { id } } ... on Tax { id } } }',
      10 + 1 + 2 + 1,
    ],
    [
      "no type of it twice",
      '{ node(id: "x") { ...F ... on Node { ...F } } } fragment F on Customer { plan { id } }',
      10 + 1 + 2 + 1,
    ],
    ["the schema", "{ __schema { types { name } } }", introspection],
    ["nothing", "{ __typename }", 0],
    ["an event", "subscription { operationUpdated { id } }", call + object],
  ])("of %s", (_, text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it("takes sizes from variables, and from their defaults", () => {
    const query = "query ($n: Int = 3) { customers(first: $n) { nodes { id } } }";
    expect([cost(query), cost(query, { n: 9 }), cost(query, { n: null })]).toEqual([14, 20, 31]);
  });

  it("counts every target of a mutation", () => {
    const charges = "mutation ($input: CreateChargesInput!) { createCharges(input: $input) { results { charge { id } } } }";
    expect(cost(charges, { input: { charges: [{}, {}, {}] } })).toBe(3 * call + object + 3 * 2 * object);
    const one = "mutation ($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { operation { id } } }";
    expect(cost(one, { charges: [{}, {}] })).toBe(2 * call + 2 * object);
    const tax = 'mutation { createTax(input: { name: "x", backends: ["a", "b"] }) { results { status } } }';
    expect(cost(tax)).toBe(2 * call + object + 2 * object);
  });

  it("treats wrong variables as the largest page, and is always finite", () => {
    const query = "query ($n: Int) { customers(first: $n) { nodes { id } } }";
    expect(cost(query, { n: "many" })).toBe(call + object + 200 * object);
    expect(cost(query, { n: -1 })).toBe(call + object + 200 * object);
    const levels = Array.from(
      { length: 300 },
      (_, level) =>
        `fragment F${level} on Customer { parent { ...F${level + 1} } charges { nodes { customer { ...F${level + 1} } } } }`,
    );
    const bomb = `{ node(id: "x") { ...F0 } } ${levels.join(" ")} fragment F300 on Customer { id }`;
    expect(cost(bomb)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("the table of weights", () => {
  it("is the same as in docs/api.md", () => {
    const shown = tableRows(readPage("docs/api.md"), "In the query").map((row) => Number.parseInt(row["Counts"] ?? "", 10));
    expect(shown).toEqual(Object.values(weights));
  });

  it("results in the example of docs/api.md", () => {
    const query = (customers: number, charges: number): string =>
      `{ customers(first: ${customers}) { nodes { name charges(first: ${charges}) { nodes { name } } } } }`;
    const section = sectionUnder(readPage("docs/api.md"), "Limits of a query");
    expect(section).toContain(`100 customers with 20 charges each cost ${cost(query(100, 20))},`);
    expect(section.replaceAll("\n", " ")).toContain(`and 200 with 200 cost ${cost(query(200, 200))}, which is refused`);
  });
});
