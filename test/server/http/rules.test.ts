import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";
import { send } from "./wire.ts";

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway();
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

const typename = JSON.stringify({ query: "{ __typename }" });
const json = { "content-type": "application/json" };
const search = (query: string): string => `/graphql?${new URLSearchParams({ query })}`;
const refused = (code: string) => ({ errors: [{ message: expect.any(String), extensions: { code, retryable: false } }] });
const answered = { data: { __typename: "Query" } };

describe("a POST", () => {
  it.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json ; charset="UTF-8"',
    "application/json;charset=UTF8",
  ])("is JSON: %s", async (type) => {
    const answer = await send(gateway, { method: "POST", headers: { "content-type": type }, body: typename });
    expect([answer.status, answer.json]).toEqual([200, answered]);
  });

  it.each([
    undefined,
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "text/json",
  ])("of another type is refused before it is read: %s", async (type) => {
    const headers = type === undefined ? {} : { "content-type": type };
    const answer = await send(gateway, { method: "POST", headers, body: typename });
    expect([answer.status, answer.json]).toEqual([415, refused("INVALID_INPUT")]);
    expect(answer.headers["accept-post"]).toBe("application/json");
  });

  it.each([
    ["application/json", "application/json; charset=utf-8"],
    ["application/graphql-response+json", "application/graphql-response+json; charset=utf-8"],
    ["*/*", "application/json; charset=utf-8"],
    ["application/*", "application/json; charset=utf-8"],
    [undefined, "application/json; charset=utf-8"],
    ["text/html, application/json;q=0.5", "application/json; charset=utf-8"],
  ])("that accepts %s is answered as %s", async (accept, type) => {
    const answer = await send(gateway, { method: "POST", headers: { ...json, ...(accept && { accept }) }, body: typename });
    expect([answer.status, answer.headers["content-type"], answer.json]).toEqual([200, type, answered]);
  });

  it.each(["text/html", "application/xml, image/*", "application/json;q=0", "nonsense"])(
    "that does not accept JSON runs nothing: %s",
    async (accept) => {
      const answer = await send(gateway, { method: "POST", headers: { ...json, accept }, body: typename });
      expect([answer.status, answer.json]).toEqual([406, refused("INVALID_INPUT")]);
    },
  );
});

describe("an answer in a type that cannot be written", () => {
  it.each([
    "application/json; charset=utf-16",
    'application/graphql-response+json;charset="latin1"',
    "text/event-stream;charset=x",
  ])("%s is refused before a mutation is executed", async (accept) => {
    await using gateway = await serveGateway();
    const query = `mutation { createCustomer(input: { customer: { name: "Not made" }, backends: ["pbx"] }) { operation { id } } }`;
    const headers = { ...json, accept };
    const answer = await send(gateway, { method: "POST", headers, body: JSON.stringify({ query }) });
    expect([answer.status, answer.json]).toEqual([406, refused("INVALID_INPUT")]);
    const recorded = await gateway.post({ query: "{ operations(first: 5) { nodes { id } } }" });
    expect(await recorded.json()).toMatchObject({ data: { operations: { nodes: [] } } });
  });

  it("is told of in JSON, for a subscription that accepts parts only", async () => {
    const body = JSON.stringify({ query: "subscription { operationUpdated { id } }" });
    const answer = await send(gateway, { method: "POST", headers: { ...json, accept: "multipart/mixed" }, body });
    expect([answer.status, answer.json]).toEqual([406, refused("INVALID_INPUT")]);
  });
});

describe("a GET", () => {
  it.each([
    { accept: "application/json" },
    { accept: "application/graphql-response+json, application/json;q=0.9" },
    // From urql.
    {
      accept: "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
    },
    // A script, in a browser and in Node
    { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site" },
    { accept: "*/*", "sec-fetch-mode": "cors" },
    { accept: "*/*", authorization: "Bearer something" },
  ])("from a program is answered: %j", async (headers) => {
    const answer = await send(gateway, { path: search("{ __typename }"), headers });
    expect([answer.status, answer.json]).toEqual([200, answered]);
  });

  it.each([
    { accept: "*/*" },
    {},
    { accept: "*/*", authorization: "Basic YWJjOmRlZg==" },
    // An image or script of any page, a link, and a script that does not need to see the answer.
    { accept: "image/avif,image/webp,*/*;q=0.8", "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site" },
    { accept: "*/*", "sec-fetch-mode": "no-cors", "sec-fetch-site": "same-site" },
    { accept: "application/json", "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site" },
    { accept: "application/json", "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" },
  ])("that another site's page may have caused is refused: %j", async (headers) => {
    const answer = await send(gateway, { path: search("{ __typename }"), headers });
    expect([answer.status, answer.json]).toEqual([406, refused("INVALID_INPUT")]);
  });

  it.each(["mutation { __typename }", "subscription { operationUpdated { id } }"])("cannot run a %s", async (query) => {
    const headers = { accept: "application/json, text/event-stream" };
    const answer = await send(gateway, { path: search(query), headers });
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST"]);
    expect(answer.text).toContain('"code":"INVALID_INPUT"');
    expect(answer.text).not.toContain('"data"');
  });
});

it.each(["HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])("%s is not a method of the API", async (method) => {
  const answer = await send(gateway, { method, headers: json });
  expect([answer.status, answer.headers["allow"]]).toEqual([405, "GET, POST"]);
  if (method !== "HEAD") expect(answer.json).toEqual(refused("INVALID_INPUT"));
});

it.each(["/graphql/x", "/graphqlx", "/other?x=/graphql", "//graphql", "/health/graphql", "/?/health"])(
  "there is nothing at %s",
  async (path) => {
    const answer = await send(gateway, { method: "POST", path, headers: json, body: typename });
    expect([answer.status, answer.json]).toEqual([404, refused("NOT_FOUND")]);
  },
);

it("event streams tell proxies not to buffer, and send heartbeats", async () => {
  await using gateway = await serveGateway();
  const leaving = new AbortController();
  const headers = { "content-type": "application/json", accept: "text/event-stream" };
  const body = JSON.stringify({ query: "subscription { operationUpdated { id } }" });
  const response = await fetch(gateway.url, { method: "POST", headers, body, signal: leaving.signal });
  expect(response.headers.get("x-accel-buffering")).toBe("no");
  expect(response.headers.get("cache-control")).toMatch(/no-(cache|store)/);
  let signs = 0;
  // Yoga sends them more often in tests.
  for await (const chunk of response.body ?? []) {
    signs += new TextDecoder().decode(chunk).split(":\n\n").length - 1;
    if (signs >= 3) break;
  }
  leaving.abort();
  expect((await gateway.post({ query: "{ __typename }" })).headers.get("x-accel-buffering")).toBeNull();
});

it("a subscription that does not accept events is refused before it starts", async () => {
  const body = JSON.stringify({ query: "subscription { operationUpdated { id } }" });
  const answer = await send(gateway, { method: "POST", headers: { ...json, accept: "application/json" }, body });
  expect([answer.status, answer.json]).toEqual([406, refused("INVALID_INPUT")]);
});

describe("without authentication", () => {
  it.each(["localhost:4000", "localhost", "LocalHost", "app.localhost:4000", "127.0.0.1:80", "127.1.2.3", "[::1]:4000"])(
    "it answers under %s",
    async (host) => {
      const answer = await send(gateway, { method: "POST", headers: { ...json, host }, body: typename });
      expect(answer.json).toEqual(answered);
    },
  );

  it.each(["evil.example.com", "127.0.0.1.evil.example.com", "192.168.0.1:4000", "localhost.example.com"])(
    "it does not answer under a name that somebody else may point at it: %s",
    async (host) => {
      const answer = await send(gateway, { method: "POST", headers: { ...json, host }, body: typename });
      expect([answer.status, answer.json]).toEqual([421, refused("FORBIDDEN")]);
    },
  );
});
