import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "../server/http/serve.ts";

/**
 * Findings of GraphQL security auditors (mostly graphql-cop's checks, one by one), each with its request and how an answer shows
 * it. A caller with a key may introspect, use GET and open GraphiQL; the other checks apply to it too.
 */

const key = "auditor";
const credential = { authorization: `Bearer ${key}` };

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway({ keys: [key] });
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

interface Reply {
  readonly status: number;
  readonly text: string;
  /** Parsed JSON, else undefined. */
  readonly json: Answer | undefined;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
}

async function ask(path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`${gateway.origin}${path}`, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, text, json: isJson ? (JSON.parse(text) as Answer) : undefined };
}

const post = (body: unknown, headers: Headers = {}) =>
  ask("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const query = (text: string) => (headers: Headers) => post({ query: text }, headers);
const get = (text: string, more: Headers = {}) => {
  return (headers: Headers) => ask(`/graphql?${new URLSearchParams({ query: text })}`, { headers: { ...more, ...headers } });
};
const postAs = (type: string, body: string) => (headers: Headers) => post(body, { ...headers, "content-type": type });

const hasData = ({ json }: Reply): boolean => Object.values(json?.data ?? {}).some((value) => value !== null);
const says =
  (...words: readonly string[]) =>
  ({ text }: Reply) =>
    words.some((word) => text.toLowerCase().includes(word.toLowerCase()));

interface Check {
  readonly title: string;
  readonly send: (headers: Headers) => Promise<Reply>;
  readonly isFinding: (reply: Reply) => boolean;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");
const nested = (depth: number, inner: string): string =>
  depth === 0 ? inner : `fields { type { ${nested(depth - 1, inner)} } }`;
const names = "{ __schema { types { name fields { name } } } }";

const overload: readonly Check[] = [
  { title: "101 aliases", send: query(`{ ${times(101, (index) => `alias${index}: __typename`)} }`), isFinding: hasData },
  { title: "a field 500 times", send: query(`{ ${times(500, () => "__typename")} }`), isFinding: hasData },
  {
    title: "a field of objects 500 times",
    send: query(`{ ${times(500, () => "backends { key }")} }`),
    isFinding: hasData,
  },
  {
    title: "unknown directives: one error for each of ten",
    send: query(`{ __typename ${times(10, () => "@aa")} }`),
    isFinding: ({ json }) => (json?.errors?.length ?? 0) >= 10,
  },
  {
    title: "a known directive a hundred times",
    send: query(`{ __typename ${times(100, () => "@include(if: true)")} }`),
    isFinding: (reply) => hasData(reply) || (reply.json?.errors?.length ?? 0) >= 10,
  },
  {
    title: "a directive on each of a hundred fragments",
    send: query(`{ ${times(100, () => "... @include(if: true) { __typename }")} }`),
    isFinding: hasData,
  },
  { title: "introspection in circles", send: query(`{ __schema { types { ${nested(4, "name")} } } }`), isFinding: hasData },
  {
    title: "a circle of fragments",
    send: query(`{ __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }`),
    isFinding: ({ json }) => json?.errors === undefined,
  },
  {
    title: "a batch of eleven",
    send: (headers) =>
      post(
        Array.from({ length: 11 }, () => ({ query: "{ __typename }" })),
        headers,
      ),
    isFinding: (reply) => Array.isArray(reply.json) || hasData(reply) || reply.json?.errors?.length !== 1,
  },
  {
    title: "a batch of one",
    send: (headers) => post([{ query: "{ __typename }" }], headers),
    isFinding: ({ status }) => status < 400,
  },
];

const mutation = "mutation { __typename }";
const form = (text: string) => new URLSearchParams({ query: text }).toString();
const multipart = '--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ __typename }"}\r\n--b--\r\n';

const forgery: readonly Check[] = [
  { title: "a mutation by GET", send: get(mutation), isFinding: hasData },
  { title: "a mutation by GET that wants JSON", send: get(mutation, { accept: "application/json" }), isFinding: hasData },
  ...["x-http-method-override", "x-http-method", "x-method-override"].map((header) => ({
    title: `a mutation by GET with ${header}: POST`,
    send: get(mutation, { accept: "application/json", [header]: "POST" }),
    isFinding: hasData,
  })),
  {
    title: "a query in the address of a POST",
    send: (headers) => ask(`/graphql?${form("{ __typename }")}`, { method: "POST", headers }),
    isFinding: hasData,
  },
  { title: "a query in a form", send: postAs("application/x-www-form-urlencoded", form("{ __typename }")), isFinding: hasData },
  { title: "a mutation in a form", send: postAs("application/x-www-form-urlencoded", form(mutation)), isFinding: hasData },
  { title: "a query as text/plain", send: postAs("text/plain", JSON.stringify({ query: "{ __typename }" })), isFinding: hasData },
  { title: "a query as a file upload", send: postAs("multipart/form-data; boundary=b", multipart), isFinding: hasData },
  {
    title: "a type that only looks like JSON",
    send: postAs("text/plain; application/json", JSON.stringify({ query: "{ __typename }" })),
    isFinding: hasData,
  },
  {
    title: "a type that begins like JSON",
    send: postAs("application/jsonp", JSON.stringify({ query: "{ __typename }" })),
    isFinding: hasData,
  },
];

const leaks: readonly Check[] = [
  { title: "suggestions of fields", send: query("{ customer { nam } backend }"), isFinding: says("did you mean") },
  { title: "suggestions in the introspection", send: query("{ __schema { directive } }"), isFinding: says("did you mean") },
  {
    title: "suggestions of arguments and types",
    send: query("query ($a: Customr) { customers(frst: 1, filter: { statu: ACTIV }) { nodes { id } } }"),
    isFinding: says("did you mean"),
  },
  {
    title: "tracing",
    send: (headers) => post({ query: "{ __typename }" }, { ...headers, "x-apollo-tracing": "1" }),
    isFinding: ({ json }) => json?.extensions !== undefined,
  },
  {
    title: "exceptions and stacks",
    send: query("qwerty cop { abc }"),
    isFinding: says("exception", "stack", "node_modules", ".ts:"),
  },
  {
    title: "exceptions and stacks of variables",
    send: (headers) => post({ query: "query ($id: ID!) { customer(id: $id) { id } }", variables: { id: { a: [] } } }, headers),
    isFinding: says("exception", "stacktrace", "node_modules", ".ts:"),
  },
  ...["/graphiql", "/playground", "/console", "/altair", "/voyager", "/v1/graphql", "/api/graphql"].map((path) => ({
    title: `an explorer at ${path}`,
    send: (headers: Headers) => ask(path, { headers: { accept: "text/html", ...headers } }),
    isFinding: says("graphiql", "graphql playground", "graphql-playground", "altair", "voyager"),
  })),
];

const granted: readonly Check[] = [
  { title: "GET", send: get("{ __typename }"), isFinding: hasData },
  { title: "GET that wants JSON", send: get("{ __typename }", { accept: "application/json" }), isFinding: hasData },
  { title: "introspection", send: query(names), isFinding: hasData },
  {
    title: "GraphiQL",
    send: (headers) => ask("/graphql", { headers: { accept: "text/html", ...headers } }),
    isFinding: says("graphiql", "playground"),
  },
];

describe("an auditor without a credential finds nothing", () => {
  it.each([...overload, ...forgery, ...leaks, ...granted])("$title", async ({ send, isFinding }) => {
    const reply = await send({});
    expect(isFinding(reply), reply.text).toBe(false);
    expect(reply.status, reply.text).toBeLessThan(500);
  });
});

describe("an auditor with a credential finds no more than it is granted", () => {
  it.each([...overload, ...forgery, ...leaks])("$title", async ({ send, isFinding }) => {
    const reply = await send(credential);
    expect(isFinding(reply), reply.text).toBe(false);
    expect(reply.status, reply.text).toBeLessThan(500);
  });

  it.each(granted)("$title, which is granted", async ({ send, isFinding }) => {
    const reply = await send(credential);
    expect(isFinding(reply), reply.text).toBe(true);
  });
});

it("nobody is told what the server is made of", async () => {
  const { headers } = await fetch(gateway.url, { method: "POST" });
  expect([headers.get("server"), headers.get("x-powered-by"), headers.get("x-yoga-id")]).toEqual([null, null, null]);
});
