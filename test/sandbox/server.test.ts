import { request } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/index.ts";
import { type RunningBackend, type ServeOptions, serveSimulated } from "../../src/sandbox/server.ts";
import type { Fault, SimulatedBackend } from "../../src/sandbox/simulated.ts";

/** Counts what was processed. */
const serveCounter = async (options: ServeOptions = {}) => {
  let processed = 0;
  const backend: SimulatedBackend = {
    kind: "counter",
    basePath: "/api/",
    answer: ({ method, path }) => {
      processed += 1;
      if (path.endsWith("/defect")) throw new Error("out of order");
      return { function: `${method} ${path}`, status: 200, body: JSON.stringify({ count: processed, text: "some text" }) };
    },
  };
  const server = await serveSimulated(backend, options);
  onTestFinished(server.close);
  return { server, processed: () => processed };
};

const withFault = (fault: Fault) => serveCounter({ faults: [fault] });

describe("serveSimulated", () => {
  it("serves on loopback, answers JSON and logs each call", async () => {
    const { server } = await serveCounter();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/$/);
    const response = await request(`${server.url}things?secret=1`);
    expect(response.headers["content-type"]).toBe("application/json");
    expect(await response.body.json()).toEqual({ count: 1, text: "some text" });
    expect(server.calls).toEqual([{ function: "GET /api/things", method: "GET", status: 200 }]);
    server.clearCalls();
    expect(server.calls).toEqual([]);
  });

  it("distinguishes a defect of the simulator from a dropped call", async () => {
    const { server } = await serveCounter();
    const response = await request(`${server.url}defect`);
    expect(response.statusCode).toBe(500);
    expect(await response.body.text()).toContain("out of order");
  });

  it("rejects when the port is taken", async () => {
    const { server } = await serveCounter();
    const port = Number(new URL(server.url).port);
    await expect(
      serveSimulated({ kind: "other", basePath: "/", answer: () => ({ function: "", status: 200, body: "" }) }, { port }),
    ).rejects.toThrow("EADDRINUSE");
  });

  it("answers later with latency and with the fault delay", async () => {
    const { server } = await serveCounter({ latencyMs: 60, faults: [{ kind: "delay", milliseconds: 60 }] });
    const started = performance.now();
    await (await request(server.url)).body.dump();
    expect(performance.now() - started).toBeGreaterThan(115);
  });
});

describe("faults", () => {
  it.each([
    ["dropBefore", 0],
    ["dropAfter", 1],
  ] as const)("%s closes the connection, %i processed", async (kind, expected) => {
    const { server, processed } = await withFault({ kind });
    await expect(request(`${server.url}things/17`, { method: "POST" })).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
    expect(processed()).toBe(expected);
    expect(server.calls).toEqual([
      { function: kind === "dropBefore" ? "POST /things/*" : "POST /api/things/17", method: "POST", status: 0 },
    ]);
  });

  it.each([
    ["html502", 0],
    ["html502After", 1],
  ] as const)("%s is a proxy's page, %i processed", async (kind, expected) => {
    const { server, processed } = await withFault({ kind });
    const response = await request(server.url);
    expect(response.statusCode).toBe(502);
    expect(response.headers["content-type"]).toBe("text/html");
    expect(await response.body.text()).toContain("502 Bad Gateway");
    expect(processed()).toBe(expected);
  });

  it.each([
    [{}, 403, "text/html", "403 Forbidden"],
    [{ status: 404, json: true }, 404, "application/json", '{"message":"Forbidden"}'],
  ] as const)("blockedAfter is a firewall's answer, 1 processed: %j", async (members, status, type, text) => {
    const { server, processed } = await withFault({ kind: "blockedAfter", ...members });
    const response = await request(server.url);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([status, type]);
    expect(await response.body.text()).toContain(text);
    expect(processed()).toBe(1);
  });

  it("truncate cuts the JSON, not the connection", async () => {
    const { server } = await withFault({ kind: "truncate" });
    const response = await request(server.url);
    const text = await response.body.text();
    expect(response.statusCode).toBe(200);
    expect(Number(response.headers["content-length"])).toBe(text.length);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it("emptyEnvelope answers with an empty envelope", async () => {
    const { server } = await withFault({ kind: "emptyEnvelope" });
    expect(await (await request(server.url)).body.json()).toEqual({});
  });

  it("rateLimit is 429 with Retry-After, without processing", async () => {
    const { server, processed } = await withFault({ kind: "rateLimit", retryAfterSeconds: 7 });
    const response = await request(server.url);
    await response.body.dump();
    expect([response.statusCode, response.headers["retry-after"], processed()]).toEqual([429, "7", 0]);
  });

  it("echo repeats the request, credentials included", async () => {
    const { server, processed } = await withFault({ kind: "echo" });
    const response = await request(`${server.url}?auth_password=pa55`, { headers: { authorization: "Basic c2VjcmV0" } });
    const text = await response.body.text();
    expect(text).toContain("pa55");
    expect(text).toContain("c2VjcmV0");
    expect(processed()).toBe(0);
  });

  it("hits only the named function, as often as it should", async () => {
    const { server } = await withFault({ kind: "html502", function: "things", times: 2 });
    const statuses: number[] = [];
    for (const path of ["others", "things", "things", "things"]) {
      const response = await request(`${server.url}${path}`);
      await response.body.dump();
      statuses.push(response.statusCode);
    }
    expect(statuses).toEqual([200, 502, 502, 200]);
  });

  it("draws its probability from the seed", async () => {
    const outcomes: number[][] = [];
    for (let run = 0; run < 2; run++) {
      const { server } = await serveCounter({ seed: 5, faults: [{ kind: "html502", probability: 0.5 }] });
      const statuses: number[] = [];
      for (let call = 0; call < 20; call++) {
        const response = await request(server.url);
        await response.body.dump();
        statuses.push(response.statusCode);
      }
      outcomes.push(statuses);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(new Set(outcomes[0])).toEqual(new Set([200, 502]));
  });
});

describe("/_sandbox", () => {
  const put = (server: RunningBackend, body: string) => request(`${server.origin}/_sandbox/faults`, { method: "PUT", body });

  it("shows and clears the call log, and is not in it", async () => {
    const { server } = await serveCounter();
    await (await request(server.url)).body.dump();
    const log = `${server.origin}/_sandbox/calls`;
    expect(await (await request(log)).body.json()).toEqual([{ function: "GET /api/", method: "GET", status: 200 }]);
    await (await request(log, { method: "DELETE" })).body.dump();
    expect(await (await request(log)).body.json()).toEqual([]);
  });

  it("sets, shows and removes faults", async () => {
    const { server } = await serveCounter();
    const faults = [{ kind: "rateLimit", times: 2 }];
    expect((await put(server, JSON.stringify(faults))).statusCode).toBe(200);
    expect((await request(server.url)).statusCode).toBe(429);
    expect(await (await request(`${server.origin}/_sandbox/faults`)).body.json()).toEqual([{ kind: "rateLimit", times: 1 }]);
    await (await request(`${server.origin}/_sandbox/faults`, { method: "DELETE" })).body.dump();
    expect((await request(server.url)).statusCode).toBe(200);
  });

  it.each(["nonsense", "{}", '[{"kind":"explode"}]', '[{"kind":"delay","times":0}]', '[{"kind":"delay","when":1}]'])(
    "refuses %s readably and keeps what was set",
    async (body) => {
      const { server } = await withFault({ kind: "rateLimit" });
      const response = await put(server, body);
      expect(response.statusCode).toBe(400);
      expect(await response.body.json()).toEqual({ error: expect.stringContaining("must be a JSON array of faults") });
      expect((await request(server.url)).statusCode).toBe(429);
    },
  );

  it("describes HostedSuite v3 at its own address, and no other backend", async () => {
    const sandbox = await startSandbox({ customers: 1 });
    onTestFinished(sandbox.close);
    const { offices, pbx } = sandbox.backends;
    const description = await (await request(`${offices.origin}/_sandbox/openapi.json`)).body.json();
    expect(description).toMatchObject({ openapi: "3.0.3", servers: [{ url: offices.url.replace(/\/$/, "") }] });
    expect((await request(`${pbx.origin}/_sandbox/openapi.json`)).statusCode).toBe(404);
  });

  it("has no other addresses", async () => {
    const { server } = await serveCounter();
    expect((await request(`${server.origin}/_sandbox/secrets`)).statusCode).toBe(404);
  });
});
