import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { CallObserver, ObservedConnection, ObservedSurprise } from "../../connections/observer.ts";
import { errorCodes } from "../../model/errors.ts";
import type { RequestState } from "../state.ts";
import { type Ending, type LoggedStep, type LoggedWarning, outcomeOf } from "./log.ts";

export interface RequestMetrics {
  readonly began: (state: RequestState) => void;
  readonly ended: (state: RequestState, ending: Ending) => void;
  /** Called with the message of every error. Counts those that name a limit. */
  readonly refused: (message: string) => void;
}

/** In seconds. A request waits for backends, whose calls may take `timeoutMs` (10 s) each, and ends at limits.requestTimeoutMs (30 s). */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Reasons for refusing a request before execution, by the status of the answer. */
const refusals: ReadonlyMap<number, string> = new Map([
  [400, "invalid_request"],
  [401, "unauthenticated"],
  [403, "forbidden"],
  [405, "method_not_allowed"],
  [406, "not_acceptable"],
  [413, "body_too_large"],
  [415, "unsupported_media_type"],
  [421, "wrong_host"],
  [429, "rate_limited"],
]);

const limits = ["maxDepth", "maxComplexity", "maxTokens", "maxAliases", "maxDirectives", "maxPageSize", "maxBackendCalls"];

/** Callers choose their own client names, so only this many get series of their own. */
const mostClients = 50;

/** Counts requests to /graphql; probes, scrapes and the console's files are left out. */
export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const open = new Set<RequestState>();
  const openOf = (isSubscription: boolean): number =>
    [...open].filter(({ operation }) => (operation?.kind === "subscription") === isSubscription).length;

  const requests = new Counter({
    name: "billing_gateway_requests_total",
    help: "GraphQL requests that have ended, by type of operation, HTTP status and outcome.",
    labelNames: ["operation", "status", "outcome"],
    registers,
  });
  const clients = new Counter({
    name: "billing_gateway_client_requests_total",
    help: "GraphQL requests that have ended, by the client program that they name; programs beyond the first 50 count as other.",
    labelNames: ["client", "version"],
    registers,
  });
  const knownClients = new Set<string>();
  const clientLabels = ({ name, version }: RequestState["client"]): { client: string; version: string } => {
    const labels = { client: name ?? "none", version: version ?? "none" };
    const known = JSON.stringify(labels);
    if (!knownClients.has(known) && knownClients.size >= mostClients) return { client: "other", version: "other" };
    knownClients.add(known);
    return labels;
  };
  const durations = new Histogram({
    name: "billing_gateway_request_duration_seconds",
    help: "Duration of GraphQL requests, from the first byte of the request to the last byte of the answer; subscriptions are left out.",
    labelNames: ["operation"],
    buckets: durationBuckets,
    registers,
  });
  new Gauge({
    name: "billing_gateway_requests_in_flight",
    help: "GraphQL requests that are being answered; subscriptions are left out.",
    registers,
    collect() {
      this.set(openOf(false));
    },
  });
  new Gauge({
    name: "billing_gateway_subscriptions_open",
    help: "Subscriptions that are open.",
    registers,
    collect() {
      this.set(openOf(true));
    },
  });
  const errors = new Counter({
    name: "billing_gateway_errors_total",
    help: "GraphQL requests whose answer had an error, by code; each code counts once a request.",
    labelNames: ["code"],
    registers,
  });
  const refusedRequests = new Counter({
    name: "billing_gateway_refusals_total",
    help: "Requests that were refused before they were executed, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const refusedByLimit = new Counter({
    name: "billing_gateway_limit_refusals_total",
    help: "Errors of requests beyond a limit of the configuration, by the name of the limit.",
    labelNames: ["limit"],
    registers,
  });
  // rate() does not see the first increase of a series that begins with it, so all begin at 0.
  for (const code of errorCodes) errors.inc({ code }, 0);
  for (const reason of refusals.values()) refusedRequests.inc({ reason }, 0);
  for (const limit of limits) refusedByLimit.inc({ limit }, 0);

  return {
    began: (state) => {
      if (state.route === "/graphql") open.add(state);
    },
    ended: (state, ending) => {
      const { route, operation, errorCodes: codes } = state;
      const reason = refusals.get(ending.status ?? 0);
      if (reason !== undefined && route !== "other") refusedRequests.inc({ reason });
      if (!open.delete(state)) return;
      const type = operation?.kind ?? "none";
      clients.inc(clientLabels(state.client));
      requests.inc({ operation: type, status: ending.status ?? "aborted", outcome: outcomeOf(state, ending) });
      if (type !== "subscription") durations.observe({ operation: type }, ending.milliseconds / 1000);
      for (const code of codes) errors.inc({ code });
    },
    refused: (message) => {
      const limit = limits.find((each) => message.includes(`limits.${each}`));
      if (limit !== undefined) refusedByLimit.inc({ limit });
    },
  };
}

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
  /** Functions by backend whose series of retries has begun, with 0. */
  const begun = new Map<string, Set<string>>();
  const isNew = (backend: string, name: string): boolean => {
    const known = begun.get(backend) ?? new Set();
    begun.set(backend, known);
    return known.size < known.add(name).size;
  };
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
    help: "Warnings of steps by code: not_stored, stored_differently, not_compared, likely_duplicate, duplicates_not_looked_at, named_twice.",
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
      if (attempts > 1 || isNew(backend, name)) retries.inc({ backend, function: name }, Math.max(0, attempts - 1));
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
