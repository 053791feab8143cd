import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { errorCodes } from "../../model/errors.ts";
import type { RequestState } from "../state.ts";
import { type Ending, outcomeOf } from "./log.ts";

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
