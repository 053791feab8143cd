import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "../server/http/serve.ts";

/** GraphQL over HTTP: every audit of the package graphql-http (MUST, SHOULD and MAY), as a caller with a key and without keys. */

const key = "auditor";
const modes = [
  { mode: "with a key", keys: [key], headers: { authorization: `Bearer ${key}` } },
  { mode: "without authentication", keys: undefined, headers: {} },
];

describe.each(modes)("GraphQL over HTTP, $mode", ({ keys, headers }) => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await serveGateway(keys ? { keys } : {});
  });
  afterAll(async () => gateway?.[Symbol.asyncDispose]());

  const fetchFn = (address: string, init: RequestInit = {}) =>
    fetch(address, { ...init, headers: { ...init.headers, ...headers } });
  const audits = serverAudits({ url: () => gateway.url, fetchFn });

  it("has all audits", () => expect(audits).toHaveLength(61));

  it.each(audits)("$id: $name", async ({ fn }) => {
    const result = await fn();
    expect("reason" in result ? result.reason : result.status).toBe("ok");
  });
});
