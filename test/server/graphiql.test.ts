import { createHash } from "node:crypto";
import { parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphiqlDocuments } from "../../src/server/graphiql.ts";
import { schema } from "../support/schema.ts";
import { type ServedGateway, serveGateway } from "./http/serve.ts";
import { send } from "./http/wire.ts";

it.each(graphiqlDocuments)("is valid: %s", (document) => {
  expect(validate(schema, parse(document))).toEqual([]);
});

describe("the page at /graphql", () => {
  const key = "developer";
  const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  const withKey = { authorization: `Bearer ${key}` };
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await serveGateway({ keys: [key] });
  });
  afterAll(async () => gateway?.[Symbol.asyncDispose]());

  it("is for callers; a browser without a credential is asked for one", async () => {
    const refused = await fetch(gateway.url, { headers: browser });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('Basic realm="billing-gateway"');
    expect(await refused.text()).not.toMatch(/graphiql/i);
    const basic = { authorization: `Basic ${Buffer.from(`anybody:${key}`).toString("base64")}` };
    const page = await fetch(gateway.url, { headers: { ...browser, ...basic } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("Billing gateway");
  });

  it("runs its own script and no other", async () => {
    const page = await fetch(gateway.url, { headers: { ...browser, ...withKey } });
    const policy = page.headers.get("content-security-policy") ?? "";
    const text = await page.text();
    const script = text.slice(text.indexOf("<script>") + "<script>".length, text.lastIndexOf("</script>"));
    const hash = createHash("sha256").update(script).digest("base64");
    expect(policy.split("; ")).toContain(`script-src 'sha256-${hash}'`);
    expect(policy.split("; ")).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
  });

  it("is packed for those who take it packed", async () => {
    const headers = { ...browser, ...withKey };
    const packed = await fetch(gateway.url, { headers: { ...headers, "accept-encoding": "gzip" } });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const plain = await fetch(gateway.url, { headers: { ...headers, "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await packed.text()).toBe(await plain.text());
  });

  it("is not shown where server.graphiql is off", async () => {
    await using hidden = await serveGateway({ server: { graphiql: false } });
    const answer = await send(hidden, { headers: { ...browser, "sec-fetch-mode": "navigate" } });
    expect(answer.status).toBe(406);
    expect(answer.text).not.toMatch(/graphiql/i);
  });
});
