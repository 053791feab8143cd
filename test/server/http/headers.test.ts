import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";

const key = "reader";

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway({ keys: [key], limits: { maxBodyBytes: 100 } });
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

const authorization = `Bearer ${key}`;
const answers: readonly (readonly [string, number, string, RequestInit])[] = [
  ["an answer", 200, "/graphql?query={__typename}", { headers: { authorization } }],
  [
    "a mistake in a query",
    400,
    "/graphql?query={nope",
    { headers: { authorization, accept: "application/graphql-response+json" } },
  ],
  ["a preflight", 204, "/graphql", { method: "OPTIONS" }],
  ["a request without a credential", 401, "/graphql", {}],
  ["a wrong content type", 415, "/graphql", { method: "POST", body: "x", headers: { authorization } }],
  ["a wrong address", 404, "/nowhere", { headers: { authorization } }],
  ["a body that is too long", 413, "/graphql", { method: "POST", body: "x".repeat(200) }],
  ["GraphiQL", 200, "/graphql", { headers: { authorization, accept: "text/html" } }],
  ["a file of the console that is not there", 401, "/assets/none.js", {}],
];

describe("every answer has security headers for browsers", () => {
  it.each(answers)("%s", async (_, status, path, init) => {
    const { headers, ...response } = await fetch(`${gateway.origin}${path}`, init).then(async (answer) => {
      await answer.arrayBuffer();
      return { status: answer.status, headers: answer.headers };
    });
    expect(response.status).toBe(status);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("content-security-policy")).toMatch(/default-src '(none|self)'/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect([headers.get("server"), headers.get("x-powered-by")]).toEqual([null, null]);
  });
});

it("the console's page allows only its own files' scripts, and is revalidated each time", async () => {
  const { headers } = await fetch(`${gateway.origin}/`, { headers: { accept: "text/html" } });
  expect(headers.get("cache-control")).toBe("no-cache");
  expect(headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(headers.get("content-security-policy")).not.toMatch(/script-src|unsafe-eval/);
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
});
