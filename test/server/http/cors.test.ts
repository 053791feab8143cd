import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";
import { exchange } from "./wire.ts";

const app = "https://app.example.com";
const other = "https://other.example.com";
const key = "browser";
const wanted = "content-type,authorization,idempotency-key,x-request-id,traceparent,x-own";

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway({ keys: [key], server: { cors: [app, "http://localhost:5173"] } });
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

const preflight = (origin: string) =>
  fetch(gateway.url, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": wanted },
  });
const corsHeaders = ({ headers }: Response): string[] => [...headers.keys()].filter((name) => name.startsWith("access-control"));

describe("a page of a listed origin", () => {
  it.each([app, "http://localhost:5173"])("may send requests, and its preflight needs no credential: %s", async (origin) => {
    const response = await preflight(origin);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(response.headers.get("access-control-allow-headers")).toBe(wanted);
    expect(Number(response.headers.get("access-control-max-age"))).toBeGreaterThan(0);
    expect(response.headers.get("vary")).toContain("Origin");
  });

  it.each([
    ["answers", { authorization: `Bearer ${key}` }, 200],
    ["refusals", {}, 401],
  ])("may read %s, with the headers that describe them", async (_, headers, status) => {
    const response = await gateway.post({ query: "{ __typename }" }, { origin: app, ...headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(app);
    expect(response.headers.get("access-control-expose-headers")).toBe("x-request-id, retry-after");
    expect(response.headers.get("vary")).toContain("Origin");
  });
});

describe("an early refusal", () => {
  const from = (origin: string) =>
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: ${origin}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nconnection: close\r\n`;
  const refusals: readonly (readonly [status: number, what: string, bytes: (origin: string) => string])[] = [
    [400, "a name that is none", (origin) => `${from(origin).replace("127.0.0.1", "a b")}\r\n`],
    [400, "a header without a name", (origin) => `${from(origin)}: x\r\n\r\n`],
    [400, "a length that is none", (origin) => `${from(origin)}content-length: -1\r\n\r\n`],
    [408, "a body that does not come", (origin) => `${from(origin)}content-length: 10\r\n\r\n1`],
    [413, "a body that is too long", (origin) => `${from(origin)}content-length: 999999999\r\n\r\n`],
    [417, "an expectation", (origin) => `${from(origin)}expect: 200-ok\r\n\r\n`],
    [431, "headers that are too long", (origin) => `${from(origin)}x-long: ${"x".repeat(20_000)}\r\n\r\n`],
  ];
  let impatient: ServedGateway;
  beforeAll(async () => {
    impatient = await serveGateway({ keys: [key], server: { cors: [app] }, limits: { requestTimeoutMs: 500 } });
  });
  afterAll(async () => impatient?.[Symbol.asyncDispose]());

  it.each(refusals)("can be read by pages of a listed origin only: %i, %s", async (status, _, bytes) => {
    const [allowed, refused] = [await exchange(impatient, bytes(app)), await exchange(impatient, bytes(other))];
    for (const answer of [allowed, refused]) {
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toMatch(/^vary: Origin/im);
      expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
    }
    expect(allowed).toMatch(/^access-control-allow-origin: https:\/\/app\.example\.com\r$/im);
    expect(allowed).toMatch(/^access-control-expose-headers: x-request-id, retry-after\r$/im);
    expect(refused).not.toMatch(/^access-control/im);
  });

  it.each(["/health", "/nowhere", "/assets/none.js"])("is the same at every address: %s", async (path) => {
    const { headers } = await fetch(`${gateway.origin}${path}`, { headers: { origin: app } });
    expect(headers.get("access-control-allow-origin")).toBe(app);
  });
});

describe("a page of an origin that is not listed", () => {
  it.each([other, "null", `${app}.example.net`, "http://app.example.com"])("gets no CORS headers: %s", async (origin) => {
    const refused = await preflight(origin);
    expect(corsHeaders(refused)).toEqual([]);
    const answer = await gateway.post({ query: "{ __typename }" }, { origin, authorization: `Bearer ${key}` });
    expect(corsHeaders(answer)).toEqual([]);
    expect(answer.headers.get("vary")).toContain("Origin");
  });
});

it("no page may read answers if no origin is listed", async () => {
  await using closed = await serveGateway();
  const response = await closed.post({ query: "{ __typename }" }, { origin: app });
  expect(corsHeaders(response)).toEqual([]);
});
