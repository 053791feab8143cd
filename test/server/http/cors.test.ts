import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";

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
  it.each([app, "http://localhost:5173"])("may ask, without a credential for the preflight: %s", async (origin) => {
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
  ])("sees %s, with what they say about themselves", async (_, headers, status) => {
    const response = await gateway.post({ query: "{ __typename }" }, { origin: app, ...headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(app);
    expect(response.headers.get("access-control-expose-headers")).toBe("x-request-id, retry-after");
    expect(response.headers.get("vary")).toContain("Origin");
  });
});

describe("a page of an origin that is not listed", () => {
  it.each([other, "null", `${app}.example.net`, "http://app.example.com"])("is told nothing: %s", async (origin) => {
    const refused = await preflight(origin);
    expect(corsHeaders(refused)).toEqual([]);
    const answer = await gateway.post({ query: "{ __typename }" }, { origin, authorization: `Bearer ${key}` });
    expect(corsHeaders(answer)).toEqual([]);
    expect(answer.headers.get("vary")).toContain("Origin");
  });
});

it("no page may call where no origin is listed", async () => {
  await using closed = await serveGateway();
  const response = await closed.post({ query: "{ __typename }" }, { origin: app });
  expect(corsHeaders(response)).toEqual([]);
});
