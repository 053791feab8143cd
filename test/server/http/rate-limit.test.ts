import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { rateLimits } from "../../../src/server/http/rate-limit.ts";
import { type ServedGateway, serveGateway } from "./serve.ts";

const typename = { query: "{ __typename }" };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const statuses = async (gateway: ServedGateway, times: number, headers: Record<string, string> = {}): Promise<number[]> => {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push((await gateway.post(typename, headers)).status);
  return found;
};

describe("limits.requestsPerMinute", () => {
  it("counts each caller separately, and says when to retry", async () => {
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

  it("lets nobody wait for more than a minute, even if the clock is set back", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 1 } });
    expect(await statuses(gateway, 1)).toEqual([200]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    const refused = await gateway.post(typename);
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 60]);
  });

  it("counts by address without authentication", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 2 } });
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
  });

  it("counts requests, not pages", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 1 } });
    for (const path of ["/graphql", "/", "/customers"]) {
      const page = await fetch(`${gateway.origin}${path}`, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toContain("text/html");
      await page.arrayBuffer();
    }
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
  });

  it("is switched off by 0", async () => {
    await using gateway = await serveGateway({ limits: { requestsPerMinute: 0 } });
    expect(new Set(await statuses(gateway, 50))).toEqual(new Set([200]));
  });
});

describe("a wrong credential", () => {
  const from = (address: string) => ({ "x-forwarded-for": address });

  it("makes its address wait after a tenth of a caller's requests", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 50 } });
    const guesses = Array.from({ length: 8 }, (_, index) => bearer(`guess${index}`));
    const found: number[] = [];
    for (const guess of guesses) found.push((await gateway.post(typename, guess)).status);
    expect(found).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = await gateway.post(typename);
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED", retryable: true } }] });
  });

  it("blocks no caller with a valid credential, known to this process or not", async () => {
    await using gateway = await serveGateway({ keys: ["right", "known"], limits: { requestsPerMinute: 50 } });
    expect(await statuses(gateway, 1, bearer("known"))).toEqual([200]);
    await Promise.all(Array.from({ length: 60 }, (_, index) => gateway.post(typename, bearer(`guess${index}`))));
    expect(await statuses(gateway, 2, bearer("right"))).toEqual([200, 200]);
    expect(await statuses(gateway, 2, bearer("known"))).toEqual([200, 200]);
  });

  it("costs no memory once its address has to wait, however many it sends", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const { failed } = rateLimits(600, () => "192.0.2.1");
    const guess = async (times: number): Promise<number> => {
      for (let time = 0; time < times; time += 1) await failed(`Bearer guess${Math.random()}`, {});
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await guess(1_000);
    expect((await guess(20_000)) - before).toBeLessThan(2_000_000);
    expect(await failed("Bearer guess", {})).toMatchObject({ status: 429 });
  });

  it("that is repeated does not use up the limit of everybody behind the address", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 200 } });
    expect(await statuses(gateway, 30, bearer("expired"))).toEqual([401, 401, ...Array(28).fill(429)]);
    // Another client, whose token has just expired, must learn that: otherwise it would not get a new one.
    expect(await statuses(gateway, 1, bearer("another"))).toEqual([401]);
  });

  it("that is missing counts for the address only, as pages send some before people sign in", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 100 } });
    expect(await statuses(gateway, 2, bearer("wrong"))).toEqual([401, 429]);
    expect(await statuses(gateway, 11)).toEqual([...Array(9).fill(401), 429, 429]);
  });

  it("counts by the token's claimed subject, whichever token it is", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 200 } });
    const tokenOf = (sub: string, iat: number): string =>
      [{ alg: "RS256" }, { sub, iat }, "signature"]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
    const found: number[] = [];
    for (let iat = 0; iat < 4; iat += 1) found.push(...(await statuses(gateway, 1, bearer(tokenOf("ada", iat)))));
    expect(found).toEqual([401, 401, 429, 429]);
    expect(await statuses(gateway, 1, bearer(tokenOf("grace", 0)))).toEqual([401]);
  });

  it("counts for the client's own address behind a trusted proxy", async () => {
    const server = { trustedProxies: ["127.0.0.0/8"] };
    await using gateway = await serveGateway({ keys: ["right"], server, limits: { requestsPerMinute: 20 } });
    const ask = async (address: string, guess: string) =>
      (await gateway.post(typename, { ...bearer(guess), ...from(address) })).status;
    expect([await ask("192.0.2.1", "a"), await ask("192.0.2.1", "b"), await ask("192.0.2.1", "c")]).toEqual([401, 401, 429]);
    expect(await ask("192.0.2.2", "a")).toBe(401);
    // Addresses that the client itself wrote come before the one that the proxy adds.
    expect(await ask("198.51.100.1, 192.0.2.1", "d")).toBe(429);
  });

  it("counts for the connection's address without one, whatever a header says", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 20 } });
    const found: number[] = [];
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
      found.push((await gateway.post(typename, { ...bearer(`guess ${address}`.replace(" ", "")), ...from(address) })).status);
    }
    expect(found).toEqual([401, 401, 429]);
  });

  it("costs callers with a key nothing", async () => {
    await using gateway = await serveGateway({ keys: ["right"], limits: { requestsPerMinute: 20 } });
    expect(await statuses(gateway, 20, bearer("right"))).toEqual(Array(20).fill(200));
  });
});
