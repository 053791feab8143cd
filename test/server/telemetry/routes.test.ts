import { request } from "undici";
import { describe, expect, it } from "vitest";
import type { Backend } from "../../../src/adapter/backends.ts";
import { createBackends } from "../../../src/adapter/backends.ts";
import { anybody } from "../../../src/model/caller.ts";
import type { HealthStatus } from "../../../src/model/health.ts";
import { listen } from "../../../src/server/listen.ts";
import { createReadiness, type ReadinessOptions, withOperatorRoutes } from "../../../src/server/telemetry/routes.ts";
import { apiKeys, mintKey, serve } from "./served.ts";

const up = { status: 200, body: { status: "ready", store: "up" } };
const json = async (response: Response) => ({ status: response.status, body: await response.json() });

describe("/health", () => {
  it("answers while the process serves, whatever else is down", async () => {
    await using served = await serve();
    await served.sandbox.close();
    expect(await json(await served.get("/health"))).toEqual({ status: 200, body: { status: "ok" } });
  });

  it("is for GET and HEAD", async () => {
    await using served = await serve();
    const head = await fetch(`${served.origin}/health`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await fetch(`${served.origin}/health`, { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    await post.text();
  });
});

describe("/ready", () => {
  it("calls backends that were never called, and reports to everybody how many are up", async () => {
    const office = mintKey("back-office", ["read"], ["pbx", "suite"]);
    await using served = await serve({ sections: apiKeys(office) });
    expect(await json(await served.get("/ready"))).toEqual({ ...up, body: { ...up.body, backends: { up: 4, down: 0 } } });
    // A wrong credential must not take a gateway out of service.
    expect((await served.get("/ready", { authorization: "Bearer wrong" })).status).toBe(200);
  });

  it("reports to callers which of their backends are up, and no others", async () => {
    const office = mintKey("back-office", ["read"], ["pbx", "suite"]);
    await using served = await serve({ sections: apiKeys(office) });
    served.sandbox.backends.suite.setFaults([{ kind: "html502" }]);
    served.sandbox.backends.offices.setFaults([{ kind: "html502" }]);
    const { body } = await json(await served.get("/ready", office.bearer));
    expect(body).toMatchObject({ status: "ready", backends: { pbx: "up", suite: "down" } });
    expect(JSON.stringify(body)).not.toContain("offices");
  });

  it("reports not ready without any backend, and says so", async () => {
    await using served = await serve();
    for (const backend of Object.values(served.sandbox.backends)) backend.setFaults([{ kind: "html502" }]);
    expect(await json(await served.get("/ready"))).toMatchObject({
      status: 503,
      body: { status: "not ready", missing: ["backends"], store: "up" },
    });
  });
});

describe("/metrics", () => {
  const scraper = mintKey("prometheus", ["metrics"]);
  const admin = mintKey("root", ["admin"]);
  const office = mintKey("back-office", ["read", "write", "raw"]);

  it("is for callers with the scope metrics", async () => {
    await using served = await serve({ sections: apiKeys(scraper, admin, office) });
    const answer = async (headers: Record<string, string>) => {
      const response = await served.get("/metrics", headers);
      return [response.status, (await response.text()).includes("billing_gateway_requests_total")];
    };
    expect(await answer(scraper.bearer)).toEqual([200, true]);
    expect(await answer(admin.bearer)).toEqual([200, true]);
    expect(await answer(office.bearer)).toEqual([403, false]);
    expect(await answer({})).toEqual([401, false]);
    const refused = await served.get("/metrics");
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="billing-gateway"');
  });

  it("is open without authentication, but not under a foreign host name that points to this machine", async () => {
    await using served = await serve();
    expect((await served.get("/metrics")).status).toBe(200);
    const { status } = await requestAs(served.origin, "/metrics", "rebound.example.com");
    expect(status).toBe(421);
  });

  it("does not exist if switched off", async () => {
    await using served = await serve({ sections: { telemetry: { metrics: false } } });
    expect((await served.get("/metrics")).status).toBe(404);
  });
});

describe("readiness", () => {
  const backend = (key: string, status: HealthStatus, probe: () => Promise<void>): Backend =>
    ({
      key,
      label: key,
      adapter: { probe },
      health: () => ({ status, circuit: "CLOSED", latencyMs: 1, checkedAt: new Date().toISOString(), message: null }),
    }) as unknown as Backend;
  const look = (backends: readonly Backend[], changes: Partial<ReadinessOptions> = {}) =>
    createReadiness({ pingStore: async () => {}, storeProblem: () => null, backends: createBackends(backends), ...changes });

  it("fails while the store lacks records that it had", async () => {
    const up = [backend("a", "UP", async () => {})];
    expect(await look(up, { storeProblem: () => "It was restored from a backup." })()).toMatchObject({
      ready: false,
      store: "refused",
    });
    expect(await look(up)()).toMatchObject({ ready: true, store: "up" });
  });

  it("does not call backends that have just answered, and calls those that are down, so that they recover", async () => {
    const asked: string[] = [];
    const probe = (key: string) => async () => void asked.push(key);
    const readiness = look([
      backend("a", "UP", probe("a")),
      backend("b", "DEGRADED", probe("b")),
      backend("c", "DOWN", probe("c")),
    ]);
    expect((await readiness()).backends.map(({ up: isUp }) => isUp)).toEqual([true, true, true]);
    expect(asked).toEqual(["c"]);
  });

  it("checks once for all simultaneous probes, and again later", async () => {
    let asked = 0;
    const probe = async (): Promise<void> => {
      asked += 1;
    };
    const readiness = look([backend("a", "UNKNOWN", probe)], { keptMs: 50 });
    await Promise.all([readiness(), readiness(), readiness()]);
    expect(asked).toBe(1);
    await expect
      .poll(async () => {
        await readiness();
        return asked;
      })
      .toBe(2);
  });

  it("does not wait long for a backend that does not answer", async () => {
    const never = () => new Promise<void>(() => {});
    const readiness = look([backend("a", "UP", never)], { pingStore: never, patienceMs: 20 });
    expect(await readiness()).toEqual({ ready: false, store: "down", backends: [{ key: "a", up: true }] });
  });
});

it("first of all says that the gateway is stopping", async () => {
  const routes = {
    readiness: () => Promise.reject(new Error("not asked")),
    isStopping: () => true,
    workers: () => ({ wanted: 1, serving: 1 }),
    authenticate: async () => anybody,
    metrics: null,
  };
  const listening = await listen(
    withOperatorRoutes(() => {}, routes),
    { host: "127.0.0.1", port: 0, maxBodyBytes: 1 },
  );
  expect(await json(await fetch(`${listening.origin}/ready`))).toEqual({ status: 503, body: { status: "stopping" } });
  expect(await json(await fetch(`${listening.origin}/health`))).toMatchObject({ status: 200 });
  await listening.close(100);
});

/** fetch sets the Host header itself. */
async function requestAs(origin: string, path: string, host: string): Promise<{ status: number }> {
  const { statusCode, body } = await request(`${origin}${path}`, { headers: { host } });
  await body.text();
  return { status: statusCode };
}
