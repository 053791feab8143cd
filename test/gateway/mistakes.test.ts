import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type ListeningGateway, startListeningGateway } from "../client/gateway.ts";
import { readPage } from "../docs/pages.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";

/** The mistakes of who writes a front end: each answer has a code that docs/api.md lists, and says in words what is wrong. */

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await startListeningGateway();
});
afterAll(async () => gateway?.close());

interface Answer {
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

const page = readPage("docs/api.md");
const listed = new Set(
  ["Code", "Code of GraphQL"].flatMap((column) => tableRows(page, column).flatMap((row) => codeSpans(row[column] ?? ""))),
);

const customer = encodeId({ type: "Customer", backend: "pbx", id: "101" });
const deep = Array.from({ length: 15 }).reduce<string>((inside) => `charges { nodes { customer { ${inside} } } }`, "id");
const json = { "content-type": "application/json", accept: "application/graphql-response+json" };
const create = "mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { code } operation { id } } }";
const charge = (members: object, others: object = {}) => ({
  query: create,
  variables: { input: { charge: { customerId: customer, name: "x", ...members }, validateOnly: true, ...others } },
});
const asking = (query: string, variables: object = {}): RequestInit => ({ body: JSON.stringify({ query, variables }) });
const sending = (body: object): RequestInit => ({ body: JSON.stringify(body) });
const typed = (type: string, more: Readonly<Record<string, string>> = {}): RequestInit => ({
  headers: { ...json, "content-type": type, ...more },
  body: '{"query":"{ backends { key } }"}',
});
const hash = "a".repeat(64);

const mistakes: Readonly<Record<string, RequestInit & { readonly path?: string }>> = {
  "a nonsense id": asking('{ customer(id: "nonsense") { name } }'),
  "an empty id": asking('{ customer(id: "") { name } }'),
  "an id of another kind": asking(`{ charge(id: "${customer}") { name } }`),
  "an id of a backend that there is not": asking(
    `{ customer(id: "${encodeId({ type: "Customer", backend: "nope", id: "1" })}") { name } }`,
  ),
  "a bad cursor": asking('{ customers(after: "zzz") { nodes { id } } }'),
  "no page at all": asking("{ customers(first: 0) { nodes { id } } }"),
  "too long a page": asking("{ customers(first: 100000) { nodes { id } } }"),
  "a backend that there is not": asking('{ customers(backends: ["nope"]) { nodes { id } } }'),
  "an unknown enum value": asking("{ customers(filter: { status: SLEEPING }) { nodes { id } } }"),
  "an unknown enum value in a variable": sending(charge({ amount: "1", kind: "Recurring" })),
  "a decimal comma": sending(charge({ amount: "19,99" })),
  "an amount with its currency": sending(charge({ amount: "19.99 EUR" })),
  "a German date": sending(charge({ amount: "1", date: "30.11.2026" })),
  "a day that there is not": sending(charge({ amount: "1", date: "2026-02-30" })),
  "a currency in words": sending(charge({ amount: "1", currency: "Euro" })),
  "too long a name": sending(charge({ amount: "1", name: "x".repeat(10_000) })),
  "a misspelt member": sending(charge({ amuont: "1" })),
  "no owner": sending({ query: create, variables: { input: { charge: { amount: "1" } } } }),
  "no variables": asking(create),
  "a blank idempotency key": sending(charge({ amount: "1" }, { idempotencyKey: " " })),
  "too long an idempotency key": sending(charge({ amount: "1" }, { idempotencyKey: "k".repeat(300) })),
  "two idempotency keys": {
    ...sending(charge({ amount: "1" }, { idempotencyKey: "a" })),
    headers: { ...json, "idempotency-key": "b" },
  },
  "too deep a query": asking(`{ customers { nodes { ${deep} } } }`),
  "too much at once": asking("{ customers(first: 200) { nodes { charges(first: 200) { nodes { id } } } } }"),
  "too many aliases": asking(`{ ${Array.from({ length: 40 }, (_, index) => `a${index}: backends { key }`).join(" ")} }`),
  "too long a document": asking(`{ backends { ${"key ".repeat(3_000)} } }`),
  "a syntax error": asking("{ customers(first: 2{ nodes { id } } }"),
  "an empty document": asking(""),
  "a field that there is not": asking("{ customers { nodes { fullName } } }"),
  "an argument that there is not": asking("{ customers(limit: 2) { nodes { id } } }"),
  "no selection": asking("{ customers }"),
  "@defer": asking("{ customers { nodes { id ... @defer { name } } } }"),
  "two operations without a name": asking("query A { __typename } query B { __typename }"),
  "another operation's name": sending({ query: "query A { __typename }", operationName: "B" }),
  "variables as a text": sending({ query: "{ __typename }", variables: "{}" }),
  "no document": sending({}),
  "a batch": sending([{ query: "{ __typename }" }]),
  "no JSON": { body: "{ backends { key } }" },
  "an empty body": { body: "" },
  "bytes that are no UTF-8": { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
  "application/graphql": typed("application/graphql"),
  "a form": typed("application/x-www-form-urlencoded"),
  "an upload": typed("multipart/form-data; boundary=x"),
  "another charset": typed("application/json; charset=iso-8859-1"),
  "a compressed body": typed("application/json", { "content-encoding": "gzip" }),
  "an answer in HTML": typed("application/json", { accept: "text/html" }),
  "a hash as Apollo sends it": sending({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
  "a hash": sending({ documentId: `sha256:${hash}` }),
  "a name instead of a hash": sending({ documentId: "CreateCharge" }),
  "a hash of another document": sending({ query: "{ __typename }", documentId: `sha256:${hash}` }),
  "a mutation by GET": { method: "GET", path: `?query=${encodeURIComponent("mutation { __typename }")}` },
  "a subscription by GET": { method: "GET", path: `?query=${encodeURIComponent("subscription { operationUpdated { id } }")}` },
  "a GET without a document": { method: "GET" },
  "broken variables in a GET": { method: "GET", path: "?query={__typename}&variables={a" },
  "another method": { method: "PUT", ...asking("{ __typename }") },
  "another address": { path: "s", ...asking("{ __typename }") },
  "a subscription that wants JSON": asking("subscription { operationUpdated { id } }"),
  "too large a body": asking("{ __typename }", { x: "x".repeat(2_000_000) }),
};

it.each(Object.entries(mistakes))("%s", async (name, { path = "", ...request }) => {
  const response = await fetch(`${gateway.url}${path}`, { method: "POST", headers: json, ...request });
  const { errors = [] } = (await response.json()) as Answer;
  expect(errors).not.toEqual([]);
  expect(response.headers.get("x-request-id")).toBeTruthy();
  for (const { message, extensions } of errors) {
    expect([...listed]).toContain(extensions["code"]);
    expect(extensions["code"]).not.toBe("INTERNAL");
    // Apollo's clients and urql compare this word.
    if (name === "a hash as Apollo sends it") expect(message).toBe("PersistedQueryNotSupported");
    else expect(message).toMatch(/\w+ .*\w+/);
    expect(message).not.toMatch(/undefined|\[object|Could not determine| at \w+ \(|node_modules/);
  }
});
