import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMetrics } from "../../../src/server/telemetry/metrics.ts";
import { patience } from "../../support/patience.ts";
import { type Sample, samplesOf, sumOf } from "./scrape.ts";
import { apiKeys, mintKey, type Served, serve } from "./served.ts";

const office = mintKey("back-office", ["read", "write"]);
const scraper = mintKey("prometheus", ["metrics"]);
let served: Served;
beforeEach(async () => {
  const limits = { maxBodyBytes: 4096, maxDepth: 5, requestsPerMinute: 30 };
  served = await serve({ sections: { ...apiKeys(office, scraper), limits }, backend: { timeoutMs: 2_000, concurrency: 1 } });
});
afterEach(() => served.close());

const scrape = async (): Promise<readonly Sample[]> => samplesOf(await (await served.get("/metrics", scraper.bearer)).text());

/** Scrapes until it is true: a request is counted after its answer. */
async function until(isSo: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]> {
  return vi.waitFor(async () => {
    const samples = await scrape();
    expect(isSo(samples)).toBe(true);
    return samples;
  }, patience);
}

const ask = async (
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<string> => (await served.post(query, variables, { ...office.bearer, ...headers })).text();
const customers = (backend: string, first = 1): string =>
  `{ customers(first: ${first}, backends: ["${backend}"]) { nodes { id } } }`;

describe("requests", () => {
  it("are counted by type, status and outcome, and timed", async () => {
    await ask(customers("pbx"));
    await ask("{ nonsense }");
    served.sandbox.backends.suite.setFaults([{ kind: "html502" }]);
    await ask(customers("suite"));
    const count = (samples: readonly Sample[], outcome: string) =>
      sumOf(samples, "billing_gateway_requests_total", { operation: "query", outcome });
    const samples = await until((each) => count(each, "failed") === 1);
    expect([count(samples, "ok"), count(samples, "refused")]).toEqual([1, 1]);
    expect(sumOf(samples, "billing_gateway_request_duration_seconds_count", { operation: "query" })).toBe(3);
    expect(sumOf(samples, "billing_gateway_errors_total", { code: "GRAPHQL_VALIDATION_FAILED" })).toBe(1);
    // The scrape itself is not counted.
    expect(sumOf(samples, "billing_gateway_requests_in_flight")).toBe(0);
  });

  it("that are refused are counted by reason", async () => {
    await (await served.post("{ __typename }", {}, { authorization: "Bearer wrong" })).text();
    await (await served.post("{ __typename }", { text: "x".repeat(5_000) }, office.bearer)).text();
    await ask("{ customers(first: 1) { nodes { plan { backend { plans(first: 1) { nodes { id } } } } } } }");
    for (let sent = 0; sent < 30; sent += 1) await ask("{ __typename }");
    const reason = (samples: readonly Sample[], name: string) =>
      sumOf(samples, "billing_gateway_refusals_total", { reason: name });
    const samples = await until((each) => (reason(each, "rate_limited") ?? 0) > 0);
    expect(reason(samples, "unauthenticated")).toBe(1);
    expect(reason(samples, "body_too_large")).toBe(1);
    expect(sumOf(samples, "billing_gateway_limit_refusals_total", { limit: "maxDepth" })).toBe(1);
    expect(sumOf(samples, "billing_gateway_errors_total", { code: "UNAUTHENTICATED" })).toBe(1);
  });

  it("have no labels that callers can choose", async () => {
    await ask("query CallersOwnName { __typename }");
    const text = await (await served.get("/metrics", scraper.bearer)).text();
    for (const chosen of ["CallersOwnName", "back-office", "prometheus"]) expect(text).not.toContain(chosen);
  });
});

describe("backends", () => {
  it("have their calls counted by function and outcome, and timed, with retries counted", async () => {
    const { recurring } = served.sandbox.backends;
    recurring.setFaults([{ kind: "html502", times: 1 }]);
    await ask(customers("recurring"));
    const samples = await scrape();
    const labels = { backend: "recurring", function: "GET /customers" };
    expect(sumOf(samples, "billing_gateway_backend_calls_total", { ...labels, outcome: "ok" })).toBe(1);
    expect(sumOf(samples, "billing_gateway_backend_retries_total", labels)).toBe(1);
    expect(sumOf(samples, "billing_gateway_backend_call_duration_seconds_count", labels)).toBe(1);
    expect(sumOf(samples, "billing_gateway_backend_up", { backend: "recurring" })).toBe(1);
    // Nobody has called it yet.
    expect(sumOf(samples, "billing_gateway_backend_up", { backend: "suite" })).toBeUndefined();
  });

  it("have function names without ids", async () => {
    for (const backend of ["pbx", "suite", "offices", "recurring"]) {
      await ask(`{ customers(first: 2, backends: ["${backend}"]) { nodes { id charges(first: 1) { nodes { id } } } } }`);
    }
    const functions = new Set((await scrape()).flatMap(({ labels }) => labels["function"] ?? []));
    expect(functions.size).toBeGreaterThan(4);
    for (const name of functions) expect(name).not.toMatch(/\d/);
  });

  it("report an open circuit", async () => {
    const circuit = (samples: readonly Sample[], state: string) =>
      sumOf(samples, "billing_gateway_backend_circuit", { backend: "pbx", state });
    const before = await scrape();
    expect([circuit(before, "closed"), circuit(before, "open")]).toEqual([1, 0]);
    served.sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
    for (let sent = 0; sent < 3; sent += 1) await ask(customers("pbx"));
    const after = await scrape();
    expect([circuit(after, "closed"), circuit(after, "open")]).toEqual([0, 1]);
    expect(sumOf(after, "billing_gateway_backend_up", { backend: "pbx" })).toBe(0);
  });

  it("report calls in flight and calls waiting for a place", async () => {
    // A concurrency of one, so the second call waits for the first. Two equal reads would be made once.
    served.sandbox.backends.pbx.setFaults([{ kind: "delay", milliseconds: 1_500 }]);
    const asked = [ask(customers("pbx", 1)), ask(customers("pbx", 2))];
    await until(
      (samples) =>
        sumOf(samples, "billing_gateway_backend_calls_in_flight", { backend: "pbx" }) === 1 &&
        sumOf(samples, "billing_gateway_backend_calls_queued", { backend: "pbx" }) === 1 &&
        sumOf(samples, "billing_gateway_requests_in_flight") === 2,
    );
    await Promise.all(asked);
  });
});

describe("clients", () => {
  it("are counted by their own name for themselves, up to a maximum of names", async () => {
    for (let client = 0; client < 60; client += 1)
      await ask("{ __typename }", {}, { "graphql-client-name": `program-${client}` });
    const named = (samples: readonly Sample[]) => samples.filter(({ name }) => name === "billing_gateway_client_requests_total");
    const samples = await until(
      (each) => (sumOf(named(each), "billing_gateway_client_requests_total", { client: "other" }) ?? 0) >= 10,
    );
    expect(named(samples).length).toBeLessThanOrEqual(51);
    expect(sumOf(samples, "billing_gateway_client_requests_total", { client: "program-0" })).toBe(1);
  });
});

describe("operations", () => {
  it("are counted by status, their steps by outcome, and unknown ones by age", async () => {
    const mutation = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { operation { status } } }`;
    const input = { backends: ["suite"], firstName: "Grace", lastName: "Hopper" };
    await ask(mutation, { input });
    served.sandbox.backends.suite.setFaults([{ kind: "dropBefore", function: "clients/save" }]);
    await ask(mutation, { input });
    const status = (samples: readonly Sample[], name: string) => sumOf(samples, "billing_gateway_operations", { status: name });
    const samples = await until((each) => status(each, "UNKNOWN") === 1);
    expect([status(samples, "SUCCEEDED"), status(samples, "FAILED")]).toEqual([1, 0]);
    expect(sumOf(samples, "billing_gateway_operations_unknown", { age: "<1m" })).toBe(1);
    expect(sumOf(samples, "billing_gateway_operations_unknown", { age: "older" })).toBe(0);
    expect(sumOf(samples, "billing_gateway_operations_unknown_oldest_seconds")).toBeLessThan(60);
    expect(sumOf(samples, "billing_gateway_store_up")).toBe(1);
    const step = { backend: "suite", action: "POST /clients/save" };
    expect(sumOf(samples, "billing_gateway_steps_total", { ...step, status: "SUCCEEDED" })).toBe(1);
    expect(sumOf(samples, "billing_gateway_steps_total", { ...step, status: "UNKNOWN" })).toBe(1);
  });
});

describe("charge runs", () => {
  it("are counted by state, with the rows left in those that are being sent", async () => {
    const { registry, watchOperations } = createMetrics("1.0.0");
    const runs = { byState: { RUNNING: 2, DONE: 5 }, rowsLeft: 120, rowsPerSecond: 40, secondsLeft: 3 };
    watchOperations(async () => ({ byStatus: {}, unknownSince: [], runs }));
    const samples = samplesOf(await registry.metrics());
    expect(sumOf(samples, "billing_gateway_charge_runs", { state: "RUNNING" })).toBe(2);
    expect(sumOf(samples, "billing_gateway_charge_runs", { state: "DONE" })).toBe(5);
    expect(sumOf(samples, "billing_gateway_charge_run_rows_left")).toBe(120);
    expect(sumOf(samples, "billing_gateway_charge_run_rows_per_second")).toBe(40);
    expect(sumOf(samples, "billing_gateway_charge_run_seconds_left")).toBe(3);
  });
});

describe("a store that is down", () => {
  it("is reported, without figures of its operations", async () => {
    const { registry, watchOperations } = createMetrics("1.0.0");
    watchOperations(() => Promise.reject(new Error("away")));
    const samples = samplesOf(await registry.metrics());
    expect(sumOf(samples, "billing_gateway_store_up")).toBe(0);
    for (const name of ["operations", "operations_unknown", "operations_unknown_oldest_seconds"]) {
      expect(sumOf(samples, `billing_gateway_${name}`)).toBeUndefined();
    }
  });

  it("is queried once, however often somebody scrapes", async () => {
    const { registry, watchOperations } = createMetrics("1.0.0");
    let asked = 0;
    watchOperations(async () => {
      asked += 1;
      return { byStatus: { UNKNOWN: 1 }, unknownSince: [new Date(Date.now() - 7_200_000).toISOString()] };
    });
    const texts = await Promise.all([registry.metrics(), registry.metrics(), registry.metrics()]);
    expect(asked).toBe(1);
    expect(sumOf(samplesOf(texts[2]), "billing_gateway_operations_unknown", { age: "<1d" })).toBe(1);
    expect(sumOf(samplesOf(texts[2]), "billing_gateway_operations_unknown_oldest_seconds")).toBeGreaterThanOrEqual(7_200);
  });
});

describe("the process", () => {
  it("shows its version, its memory and the lag of its event loop", async () => {
    const samples = await scrape();
    const build = samples.find(({ name }) => name === "billing_gateway_build_info");
    expect(build?.labels).toMatchObject({ version: expect.stringMatching(/^\d/), node_version: process.versions.node });
    expect(sumOf(samples, "process_resident_memory_bytes")).toBeGreaterThan(0);
    expect(sumOf(samples, "nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  });
});
