import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { serveOn } from "./serving.ts";

/** Files of charge runs are limited as everything else that a caller asks for. */

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
});
afterAll(async () => sandbox?.close());

const digestOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");

describe("POST /runs and result.csv", () => {
  const upload = async (origin: string, headers: Record<string, string> = {}): Promise<Response> => {
    const place = `${origin}/runs?name=Copies`;
    const body = "customerId,name,amount\n";
    return fetch(place, { method: "POST", headers: { "content-type": "text/csv", ...headers }, body });
  };

  it("count with the caller's other requests, and say when to come back", async () => {
    await using gateway = await serveOn(sandbox, { sections: { limits: { requestsPerMinute: 3 } } });
    await gateway.ask("{ __typename }");
    const first = await upload(gateway.origin);
    expect(first.status).not.toBe(429);
    await first.arrayBuffer();
    const second = await fetch(`${gateway.origin}/runs/none/result.csv`);
    expect(second.status).toBe(404);
    const refused = await upload(gateway.origin);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
    expect((await fetch(`${gateway.origin}/runs/none/result.csv`)).status).toBe(429);
  });

  it("tell a guesser to wait, and let a right key in beside", async () => {
    const key = "a-key-of-more-than-thirty-two-characters";
    const auth = {
      mode: "apiKeys",
      apiKeys: [{ name: "office", sha256: await digestOf(key), scopes: ["read", "write"], backends: ["*"] }],
    };
    await using gateway = await serveOn(sandbox, { sections: { auth, limits: { requestsPerMinute: 50 } } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess += 1) {
      const response = await upload(gateway.origin, { authorization: `Bearer guess-${guess}` });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await upload(gateway.origin, { authorization: `Bearer ${key}` })).status).not.toBe(429);
  });
});
