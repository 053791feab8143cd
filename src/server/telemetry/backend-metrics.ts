import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { CallObserver, ObservedConnection, ObservedSurprise } from "../../connections/observer.ts";
import type { LoggedStep, LoggedWarning } from "./log.ts";

export interface BackendMetrics {
  readonly callEnded: CallObserver["ended"];
  readonly connectionOpened: CallObserver["opened"];
  readonly surprised: (surprise: ObservedSurprise) => void;
  readonly stepEnded: (step: LoggedStep) => void;
  readonly warned: (step: LoggedStep, warnings: readonly LoggedWarning[]) => void;
}

/** In seconds. A call ends at its backend's `timeoutMs`, 10 s unless configured otherwise. */
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const circuits = ["closed", "half_open", "open"] as const;

/**
 * Metrics of calls to backends and of the connections that they use. Functions and actions have the backends' own names, with
 * placeholders for ids ("GET /customers/{id}"): a closed list for each kind of backend.
 */
export function createBackendMetrics(registry: Registry): BackendMetrics {
  const registers = [registry];
  const connections = new Set<ObservedConnection>();
  const byBackend = () => Map.groupBy(connections, ({ backend }) => backend);

  const calls = new Counter({
    name: "billing_gateway_backend_calls_total",
    help: "Calls to backends that have ended, by function and outcome: ok or an error code. Retries belong to their call.",
    labelNames: ["backend", "function", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "billing_gateway_backend_call_duration_seconds",
    help: "Duration of calls to backends, from the wait for a free place to the answer, retries included.",
    labelNames: ["backend", "function"],
    buckets: latencyBuckets,
    registers,
  });
  const retries = new Counter({
    name: "billing_gateway_backend_retries_total",
    help: "Reads that were sent again.",
    labelNames: ["backend", "function"],
    registers,
  });
  new Gauge({
    name: "billing_gateway_backend_up",
    help: "1 = at least one connection of the backend is up, 0 = all are down; absent before the first call.",
    labelNames: ["backend"],
    registers,
    // Each worker knows only its own calls.
    aggregator: "max",
    collect() {
      this.reset();
      for (const [backend, each] of byBackend()) {
        const known = each.map(({ health }) => health().status).filter((status) => status !== "UNKNOWN");
        if (known.length > 0) this.set({ backend }, known.every((status) => status === "DOWN") ? 0 : 1);
      }
    },
  });
  new Gauge({
    name: "billing_gateway_backend_circuit",
    help: "Connections to a backend by the state of their circuit: closed, half_open, open.",
    labelNames: ["backend", "state"],
    registers,
    collect() {
      this.reset();
      for (const [backend, each] of byBackend()) {
        const states = each.map(({ health }) => health().circuit.toLowerCase());
        for (const state of circuits) this.set({ backend, state }, states.filter((known) => known === state).length);
      }
    },
  });
  new Gauge({
    name: "billing_gateway_backend_calls_in_flight",
    help: "Requests that a backend is working on.",
    labelNames: ["backend"],
    registers,
    collect() {
      this.reset();
      for (const { backend, load } of connections) this.inc({ backend }, load().inFlight);
    },
  });
  new Gauge({
    name: "billing_gateway_backend_calls_queued",
    help: "Requests that wait for one of their connection's `concurrency` places.",
    labelNames: ["backend"],
    registers,
    collect() {
      this.reset();
      for (const { backend, load } of connections) this.inc({ backend }, load().queued);
    },
  });
  new Gauge({
    name: "billing_gateway_backend_read_only",
    help: "1 = the operator has switched writes to the backend off.",
    labelNames: ["backend"],
    registers,
    aggregator: "max",
    collect() {
      this.reset();
      for (const [backend, each] of byBackend()) this.set({ backend }, each.some(({ readOnly }) => readOnly) ? 1 : 0);
    },
  });
  const steps = new Counter({
    name: "billing_gateway_steps_total",
    help: "Steps of operations by the status they ended in; one that ended UNKNOWN counts again once it is settled.",
    labelNames: ["backend", "action", "status"],
    registers,
  });

  const warnings = new Counter({
    name: "billing_gateway_step_warnings_total",
    help: "Warnings of steps by code: not_stored, stored_differently, not_compared, likely_duplicate, duplicates_not_looked_at.",
    labelNames: ["backend", "action", "code"],
    registers,
  });

  const surprises = new Counter({
    name: "billing_gateway_backend_surprises_total",
    help: "Changes in the form of a backend's answers: unknown_member, vanished_member, shape.",
    labelNames: ["backend", "function", "kind"],
    registers,
  });

  return {
    surprised: ({ backend, function: name, kind }) => surprises.inc({ backend, function: name, kind }),
    callEnded: ({ backend, function: name, outcome, milliseconds, attempts }) => {
      calls.inc({ backend, function: name, outcome });
      durations.observe({ backend, function: name }, milliseconds / 1000);
      retries.inc({ backend, function: name }, Math.max(0, attempts - 1));
    },
    connectionOpened: (connection) => {
      connections.add(connection);
      return () => connections.delete(connection);
    },
    warned: ({ backend, action }, told) => {
      for (const { code } of told) warnings.inc({ backend, action, code: code.toLowerCase() });
    },
    stepEnded: ({ backend, action, status }) => steps.inc({ backend, action, status }),
  };
}
