import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { keptFor } from "../../model/memoised.ts";
import type { ConnectionCounts } from "../http/connections.ts";
import { type BackendMetrics, createBackendMetrics, createRequestMetrics, type RequestMetrics } from "./request-metrics.ts";
import type { WorkerCount } from "./worker-metrics.ts";

/**
 * The metrics of this process, with the names and units of docs/metrics.md. No label has values that a caller can choose: names of
 * operations, callers and ids are in the log.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: RequestMetrics;
  readonly backends: BackendMetrics;
  readonly watchOperations: (count: () => Promise<CountedOperations>) => void;
  readonly watchWorkers: (count: () => WorkerCount) => void;
  readonly watchConnections: (count: () => ConnectionCounts) => void;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  // The default names, which every Node.js dashboard knows: nodejs_eventloop_lag_p99_seconds, process_resident_memory_bytes, …
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
    watchWorkers: watchWorkers(registry),
    watchConnections: watchConnections(registry),
  };
}

function watchWorkers(registry: Registry): Metrics["watchWorkers"] {
  let read = (): WorkerCount => ({ wanted: 1, serving: 0 });
  new Gauge({
    name: "billing_gateway_workers",
    help: "Processes behind one port: how many are wanted, and how many of them serve.",
    labelNames: ["state"],
    // Each of them knows both.
    aggregator: "max",
    registers: [registry],
    collect() {
      for (const [state, workers] of Object.entries(read())) this.set({ state }, workers);
    },
  });
  return (count) => {
    read = count;
  };
}

function watchConnections(registry: Registry): Metrics["watchConnections"] {
  let read = (): ConnectionCounts => ({ open: 0, evicted: 0, refused: 0 });
  const registers = [registry];
  new Gauge({
    name: "billing_gateway_connections_open",
    help: "Connections of callers that are open.",
    registers,
    collect() {
      this.set(read().open);
    },
  });
  new Counter({
    name: "billing_gateway_connections_closed_total",
    help: "Connections of callers that were closed because server.maxConnections were open: evicted, idle ones; refused, new ones.",
    labelNames: ["reason"],
    registers,
    collect() {
      const { evicted, refused } = read();
      this.reset();
      this.inc({ reason: "evicted" }, evicted);
      this.inc({ reason: "refused" }, refused);
    },
  });
  return (count) => {
    read = count;
  };
}

/** Counts of the journal: see journal/store.ts. */
export interface CountedOperations {
  readonly byStatus: Readonly<Record<string, number>>;
  /** When each was recorded: RFC 3339, the oldest first. */
  readonly unknownSince: readonly string[];
  readonly runs?: CountedRuns | undefined;
  /** True: the store answers, but is not the same as before, so mutations are refused. */
  readonly isRefused?: boolean | undefined;
}

/** Counts of charge runs: see runs/run-reads.ts. */
interface CountedRuns {
  readonly byState: Readonly<Record<string, number>>;
  readonly rowsLeft: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
}

/** The store is read at most this often, however often somebody scrapes. */
const keptMs = 5_000;

/** Age groups of unknown operations, with their upper bounds in seconds. */
const ages = [
  ["<1m", 60],
  ["<10m", 600],
  ["<1h", 3_600],
  ["<1d", 86_400],
  ["older", Number.POSITIVE_INFINITY],
] as const;

/**
 * Registers metrics of the journal's operations, read from the store at a scrape. All processes see the same operations, hence "max"
 * over workers. Returns a function that sets how they are counted: each reload of the configuration opens the store anew.
 */
function watchOperations(registry: Registry): (count: () => Promise<CountedOperations>) => void {
  const registers = [registry];
  let read: () => Promise<CountedOperations | null> = async () => null;
  new Gauge({
    name: "billing_gateway_store_up",
    help: "1 = the store of operations answered and takes writes, 0 = it does not, or is not the same as before.",
    registers,
    aggregator: "min",
    async collect() {
      const counted = await read();
      this.set(counted && !counted.isRefused ? 1 : 0);
    },
  });
  new Gauge({
    name: "billing_gateway_operations",
    help: "Operations in the journal by status, each counted up to 10,000; absent while the store is down.",
    labelNames: ["status"],
    registers,
    aggregator: "max",
    async collect() {
      const counted = await read();
      this.reset();
      for (const [status, total] of Object.entries(counted?.byStatus ?? {})) this.set({ status }, total);
    },
  });
  new Gauge({
    name: "billing_gateway_operations_unknown",
    help: "Operations of unknown outcome by the time since they were recorded; absent while the store is down.",
    labelNames: ["age"],
    registers,
    aggregator: "max",
    async collect() {
      const counted = await read();
      this.reset();
      if (!counted) return;
      for (const [age] of ages) this.set({ age }, 0);
      for (const since of counted.unknownSince) this.inc({ age: ageOf(since) });
    },
  });
  new Gauge({
    name: "billing_gateway_operations_unknown_oldest_seconds",
    help: "Age of the oldest operation of unknown outcome; 0 = there is none; absent while the store is down.",
    registers,
    aggregator: "max",
    async collect() {
      const counted = await read();
      this.reset();
      if (!counted) return this.remove();
      const [oldest] = counted.unknownSince;
      this.set(oldest === undefined ? 0 : secondsSince(oldest));
    },
  });
  watchRuns(registry, async () => (await read())?.runs);
  return (count) => {
    read = keptFor(keptMs, () => count().catch(() => null));
  };
}

/** Registers metrics of charge runs. They are absent while the store is down. */
function watchRuns(registry: Registry, read: () => Promise<CountedRuns | undefined>): void {
  const registers = [registry];
  new Gauge({
    name: "billing_gateway_charge_runs",
    help: "Charge runs by state; absent while the store is down.",
    labelNames: ["state"],
    registers,
    aggregator: "max",
    async collect() {
      const counted = await read();
      this.reset();
      for (const [state, runs] of Object.entries(counted?.byState ?? {})) this.set({ state }, runs);
    },
  });
  const gauges = {
    rows_left: ["Unsent rows of the charge runs that are being sent.", "rowsLeft"],
    rows_per_second: ["Rows a second of charge runs that are being sent, since each was confirmed.", "rowsPerSecond"],
    seconds_left: [
      "Seconds until all rows of the charge runs that are being sent are sent, at this rate; 0 = no run is being sent.",
      "secondsLeft",
    ],
  } as const;
  for (const [name, [help, member]] of Object.entries(gauges)) {
    new Gauge({
      name: `billing_gateway_charge_run_${name}`,
      help,
      registers,
      aggregator: "max",
      async collect() {
        const counted = await read();
        this.reset();
        if (counted) this.set(counted[member]);
        else this.remove();
      },
    });
  }
}

function ageOf(since: string): string {
  const seconds = secondsSince(since);
  return ages.find(([, bound]) => seconds < bound)?.[0] ?? "older";
}

function secondsSince(instant: string): number {
  return Math.max(0, (Date.now() - Date.parse(instant)) / 1000);
}
