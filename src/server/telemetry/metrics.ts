import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { type BackendMetrics, createBackendMetrics } from "./backend-metrics.ts";
import { type CountedOperations, watchOperations } from "./operation-metrics.ts";
import { createRequestMetrics, type RequestMetrics } from "./request-metrics.ts";

/**
 * What this process counts, under the names and in the units of docs/metrics.md. No label has values that a caller could choose:
 * names of operations, callers and ids are in the log.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: RequestMetrics;
  readonly backends: BackendMetrics;
  readonly watchOperations: (count: () => Promise<CountedOperations>) => void;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  // Under the names that every Node.js dashboard knows: nodejs_eventloop_lag_p99_seconds, process_resident_memory_bytes, …
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: "billing_gateway_build_info",
    help: "Always 1; the version of the gateway and of Node.js.",
    labelNames: ["version", "node_version"],
    aggregator: "max",
    registers: [registry],
  });
  build.set({ version, node_version: process.versions.node }, 1);
  return {
    registry,
    requests: createRequestMetrics(registry),
    backends: createBackendMetrics(registry),
    watchOperations: watchOperations(registry),
  };
}
