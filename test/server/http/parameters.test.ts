import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyText } from "../../support/texts.ts";
import { type ServedGateway, serveGateway } from "./serve.ts";
import { type Reply, type Sent, send } from "./wire.ts";

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway();
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

const json = { "content-type": "application/json", accept: "application/graphql-response+json" };
const post = (body: string | Buffer): Promise<Reply> => send(gateway, { method: "POST", headers: json, body });
const get = (parameters: Record<string, string>): Promise<Reply> =>
  send(gateway, { path: `/graphql?${new URLSearchParams(parameters)}`, headers: { accept: "application/json" } });
const mistake = (code = "INVALID_INPUT") => ({ errors: [expect.objectContaining({ extensions: { code, retryable: false } })] });
const typename = '"query":"{ __typename }"';

describe("a malformed body is the caller's mistake", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "{ not json"],
    ["JSON that is cut off", `{${typename}`],
    ["JSON with more behind it", `{${typename}} {}`],
    ["invalid UTF-8", Buffer.from([...Buffer.from('{"query":"{ __typename } #'), 0xff, 0xfe, ...Buffer.from('"}')])],
    ["UTF-16", Buffer.from(`{${typename}}`, "utf16le")],
    ["null", "null"],
    ["a string", '"{ __typename }"'],
    ["a number", "42"],
    ["an array", `[{${typename}}]`],
    ["an empty array", "[]"],
    ["no query", "{}"],
    ["a query that is null", '{"query":null}'],
    ["a query that is no string", '{"query":{"a":1}}'],
    ["an operationName that is no string", `{${typename},"operationName":["a"]}`],
    ["variables that are no object", `{${typename},"variables":"{}"}`],
    ["variables that are an array", `{${typename},"variables":[]}`],
    ["extensions that are no object", `{${typename},"extensions":1}`],
    ["a parameter that there is not", `{${typename},"qeury":"{ a }"}`],
    ["nesting without an end", "[".repeat(100_000)],
  ])("%s", async (_, body) => {
    const answer = await post(body);
    expect([answer.status, answer.json]).toEqual([400, mistake()]);
  });

  it("and nothing of it is repeated", async () => {
    const answer = await post('{"query": "mutation secret-s3cret');
    expect(answer.text).not.toContain("s3cret");
  });
});

describe("a request that names something that does not exist", () => {
  it.each([
    ["an operation of another name", '{"query":"query A { __typename }","operationName":"B"}', "OPERATION_RESOLUTION_FAILURE"],
    ["one of several operations", '{"query":"query A { __typename } query B { __typename }"}', "OPERATION_RESOLUTION_FAILURE"],
    ["a document of fragments only", '{"query":"fragment A on Query { __typename }"}', "OPERATION_RESOLUTION_FAILURE"],
    ["no document", '{"query":"{"}', "GRAPHQL_PARSE_FAILED"],
    [
      "a variable of another type",
      '{"query":"query ($id: ID!) { node(id: $id) { id } }","variables":{"id":{}}}',
      "INVALID_INPUT",
    ],
    ["a variable that is missing", '{"query":"query ($id: ID!) { node(id: $id) { id } }"}', "INVALID_INPUT"],
  ])("%s", async (_, body, code) => {
    const answer = await post(body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`"code":"${code}"`)]);
  });
});

it("an operation without a name may be sent with an empty one", async () => {
  const body = { query: "query A { __typename }", operationName: "" };
  expect(await post(JSON.stringify(body))).toMatchObject({ status: 200, text: '{"data":{"__typename":"Query"}}' });
  const several = await post(JSON.stringify({ ...body, query: "query A { __typename } query B { __typename }" }));
  expect(several.status).toBe(400);
});

it("two mutations with one key are the caller's mistake", async () => {
  const body = JSON.stringify({ query: "mutation { one: __typename two: __typename }" });
  const answer = await send(gateway, { method: "POST", headers: { ...json, "idempotency-key": "one" }, body });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('"code":"INVALID_INPUT"')]);
});

describe("a URL", () => {
  it.each([
    { query: "{ __typename }", variables: "{" },
    { query: "{ __typename }", variables: "[]" },
    { query: "{ __typename }", variables: '"text"' },
    { query: "{ __typename }", extensions: "nonsense" },
    { variables: "{}" },
  ])("with unusable parameters is the caller's mistake: %j", async (parameters) => {
    const answer = await get(parameters);
    expect([answer.status, answer.json]).toEqual([400, mistake()]);
  });

  it("carries variables and the operation's name", async () => {
    const query = "query A { __typename } query B($name: String!) { __type(name: $name) { name } }";
    const answer = await get({ query, operationName: "B", variables: '{"name":"Customer"}' });
    expect(answer.json).toEqual({ data: { __type: { name: "Customer" } } });
  });
});

it("keeps text in all scripts intact", async () => {
  const answer = await post(
    JSON.stringify({ query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: "Run🏃 ä \u2028" } }),
  );
  expect(answer.status).toBe(200);
});

describe("any request", () => {
  const odd = fc.oneof(
    fc.string(),
    fc.constantFrom("", "application/json", "text/html", "*/*", "cors", "null", "%00", "Bearer x"),
  );
  const value = fc.oneof(fc.json(), fc.constantFrom("{ __typename }", '{"query":"{ __typename }"}', "[]", "{}"));
  const requests: fc.Arbitrary<Sent> = fc.record({
    method: fc.constantFrom("GET", "POST", "POST", "PUT", "HEAD", "OPTIONS"),
    path: fc.oneof(
      fc
        .tuple(fc.constantFrom("query", "variables", "extensions", "operationName", "documentId"), anyText())
        .map(([name, text]) => `/graphql?${new URLSearchParams({ query: "{ __typename }", [name]: text.toWellFormed() })}`),
      fc.webPath().map((path) => path || "/"),
      fc.constant("/graphql"),
    ),
    headers: fc.record(
      {
        "content-type": fc.oneof({ weight: 3, arbitrary: fc.constant("application/json") }, odd.map(headerText)),
        accept: odd.map(headerText),
        authorization: odd.map(headerText),
        origin: odd.map(headerText),
        "idempotency-key": odd.map(headerText),
        "x-request-id": odd.map(headerText),
      },
      { requiredKeys: ["content-type"] },
    ),
    body: fc.oneof(
      value,
      fc.string(),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ),
  });

  it("is answered in GraphQL's shape, and never as the server's failure", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { status, json: answer, headers } = await send(gateway, request);
        expect(status).toBeLessThan(500);
        if (request.method === "HEAD" || request.method === "OPTIONS" || headers["content-type"]?.startsWith("text/html")) return;
        const { data, errors } = answer as {
          data?: unknown;
          errors?: readonly { message: string; extensions: { code: string } }[];
        };
        expect(data !== undefined || errors !== undefined).toBe(true);
        for (const { message, extensions } of errors ?? []) {
          expect([typeof message, typeof extensions.code]).toEqual(["string", "string"]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Any valid header text. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "~").trim();
}
