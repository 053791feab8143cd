import { describe, expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";

const typename = { query: "{ __typename }" };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const statuses = async (gateway: ServedGateway, times: number, headers: Record<string, string> = {}): Promise<number[]> => {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push((await gateway.post(typename, headers)).status);
  return found;
};

describe("limits.requestsPerMinute", () => {
  it("holds for each caller alone, and says when to come back", async () => {
    await using gateway = await serveGateway({ keys: ["first", "second"], limits: { requestsPerMinute: 3 } });
    expect(await statuses(gateway, 3, bearer("first"))).toEqual([200, 200, 200]);
    const refused = await gateway.post(typename, bearer("first"));
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({
      errors: [
        { message: expect.stringContaining("limits.requestsPerMinute"), extensions: { code: "RATE_LIMITED", retryable: true } },
      ],
    });
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await statuses(gateway, 3, bearer("second"))).toEqual([200, 200, 200]);
  });

  it("holds for an address where nobody tells callers apart", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 2 } });
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
  });

  it("counts what is asked for, not pages", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 1 } });
    for (const path of ["/graphql", "/", "/customers"]) {
      const page = await fetch(`${gateway.origin}${path}`, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toContain("text/html");
      await page.arrayBuffer();
    }
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
  });

  it("is off with 0", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 0 } });
    expect(new Set(await statuses(gateway, 50))).toEqual(new Set([200]));
  });
});

describe("guessing keys", () => {
  it("is slow: after some wrong ones nothing is listened to, not even a right one", async () => {
    await using gateway = await serveGateway({ keys: ["right", "known"], limits: { requestsPerMinute: 50 } });
    expect(await statuses(gateway, 1, bearer("known"))).toEqual([200]);
    const guesses = await Promise.all(["a", "b", "c", "d", "e"].map((guess) => gateway.post(typename, bearer(guess))));
    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const refused = await gateway.post(typename, bearer("right"));
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED", retryable: true } }] });
    // Callers that share the guesser's address, behind a proxy, go on.
    expect(await statuses(gateway, 2, bearer("known"))).toEqual([200, 200]);
  });

  it("costs those nothing who have a key", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 20 } });
    expect(await statuses(gateway, 20, bearer("right"))).toEqual(Array(20).fill(200));
  });
});
