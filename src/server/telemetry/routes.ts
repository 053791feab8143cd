import type { IncomingMessage, ServerResponse } from "node:http";
import type { Backend, Backends } from "../../adapter/backends.ts";
import { type Caller, mayUse } from "../../model/caller.ts";
import { wasCalledWithin } from "../../model/health.ts";
import { keptFor } from "../../model/memoised.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { authenticationRefusal, credentialHeaders } from "../auth/credential.ts";
import type { Refusal } from "../http/responses.ts";
import { refuseHost } from "../http/rules.ts";
import type { Handle } from "../state.ts";
import type { WorkerCount } from "./worker-metrics.ts";

/** Serves GET /health, /ready and /metrics to operators and their tools. HEAD is answered like GET. */

export interface OperatorRoutes {
  readonly readiness: () => Promise<Readiness>;
  /** True once the process has been told to end. */
  readonly isStopping: () => boolean;
  readonly workers: () => WorkerCount;
  readonly authenticate: Authenticate;
  /** Returns the metrics in Prometheus' text format; null if telemetry.metrics is off. */
  readonly metrics: (() => Promise<string>) | null;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers the three routes; every other request goes to `next`. */
export function withOperatorRoutes(next: Handle, routes: OperatorRoutes): Handle {
  const replies: Readonly<Record<string, (request: IncomingMessage) => Reply | Promise<Reply>>> = {
    "/health": () => json(200, { status: "ok" }),
    "/ready": (request) => ready(request, routes),
    "/metrics": (request) => metrics(request, routes),
  };
  return async (request, response, state) => {
    const reply = replies[(request.url ?? "/").replace(/\?.*$/s, "")];
    if (!reply) return next(request, response, state);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return send(response, text(405, "Only GET and HEAD are answered here.", { allow: "GET, HEAD" }));
    }
    send(response, await reply(request));
  };
}

async function ready(request: IncomingMessage, { readiness, isStopping, workers, authenticate }: OperatorRoutes): Promise<Reply> {
  const { wanted, serving } = workers();
  if (isStopping()) return json(503, { status: "stopping" });
  const [{ ready: isReady, store, backends }, caller] = await Promise.all([readiness(), identify(request, authenticate)]);
  const missing = [...(store === "up" ? [] : ["store"]), ...(backends.some(({ up }) => up) ? [] : ["backends"])];
  return json(isReady ? 200 : 503, {
    status: isReady ? "ready" : "not ready",
    ...(missing.length > 0 && { missing }),
    store,
    ...(wanted > 1 && { workers: { wanted, serving } }),
    // Probes have no credential, which is not an error: they see only the counts.
    backends: "scopes" in caller ? byKey(backends, caller) : count(backends),
  });
}

/** The states of the backends that an authenticated caller may use, by key. */
function byKey(backends: Readiness["backends"], caller: Caller): Readonly<Record<string, string>> {
  const seen = backends.filter(({ key }) => mayUse(caller, key));
  return Object.fromEntries(seen.map(({ key, up }) => [key, up ? "up" : "down"]));
}

function count(backends: Readiness["backends"]): { readonly up: number; readonly down: number } {
  const up = backends.filter((each) => each.up).length;
  return { up, down: backends.length - up };
}

async function metrics(request: IncomingMessage, { metrics: read, authenticate }: OperatorRoutes): Promise<Reply> {
  if (!read) return text(404, "Metrics are switched off here (telemetry.metrics).");
  const caller = await identify(request, authenticate);
  if (!("scopes" in caller)) return text(caller.status, caller.message, caller.headers);
  if (!caller.scopes.has("metrics")) return text(403, "This credential lacks the scope metrics.");
  try {
    return { status: 200, headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" }, body: await read() };
  } catch {
    return text(503, "A worker did not report its metrics in time. Try again.");
  }
}

/** Returns the caller, or the refusal that an unauthenticated one gets. */
async function identify(request: IncomingMessage, authenticate: Authenticate): Promise<Caller | Refusal> {
  const { method, headers } = request;
  try {
    const caller = await authenticate(credentialHeaders(request));
    return (caller.actor === null && refuseHost(headers.host ?? null)) || caller;
  } catch (error) {
    return authenticationRefusal(error, { method, accept: headers.accept });
  }
}

function json(status: number, value: object): Reply {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}

function text(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: `${message}\n` };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Whether requests can be served: the store and at least one backend must answer. */
export interface Readiness {
  readonly ready: boolean;
  /** refused: it answers, but is not the same store as before, so mutations are refused. */
  readonly store: "up" | "down" | "refused";
  /** In the order of the configuration. */
  readonly backends: readonly { readonly key: string; readonly up: boolean }[];
}

export interface ReadinessOptions {
  /** Rejects while the store is down. */
  readonly pingStore: () => Promise<void>;
  /** Why the store may not be written to; null while it may. */
  readonly storeProblem: () => string | null;
  readonly backends: Backends;
  /** How long a result is kept, in milliseconds: outside probes must not become load on backends. */
  readonly keptMs?: number;
  /** How long to wait for those that do not answer, in milliseconds: less than usual probes wait. */
  readonly patienceMs?: number;
}

/** For how long a backend that has answered a call counts as up, in milliseconds. */
const freshMs = 30_000;

/**
 * Checks the store and the backends. A backend that has just answered a call counts as up. All others are probed: those never called,
 * and those that are down, because a gateway without requests would never see them come back.
 */
export function createReadiness(options: ReadinessOptions): () => Promise<Readiness> {
  const { pingStore, storeProblem, backends, keptMs = 5_000, patienceMs = 2_000 } = options;
  return keptFor(keptMs, async () => {
    const timeUp = AbortSignal.timeout(patienceMs);
    const [store, ...found] = await Promise.all([
      succeeds(pingStore(), timeUp),
      ...backends.all.map((backend) => isUp(backend, timeUp)),
    ]);
    const states = backends.all.map(({ key }, index) => ({ key, up: found[index] === true }));
    const isTheOne = storeProblem() === null;
    return {
      ready: store && isTheOne && states.some(({ up }) => up),
      store: !store ? "down" : isTheOne ? "up" : "refused",
      backends: states,
    };
  });
}

async function isUp({ adapter, health }: Backend, timeUp: AbortSignal): Promise<boolean> {
  const known = health();
  const { status } = known;
  if (wasCalledWithin(known, freshMs) && (status === "UP" || status === "DEGRADED")) return true;
  return succeeds(adapter.probe({ signal: timeUp }), timeUp);
}

/** False if the promise rejects, or has not ended when the time is up. */
function succeeds(promise: Promise<void>, timeUp: AbortSignal): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  timeUp.addEventListener("abort", () => resolve(false), { once: true });
  const ended = promise.then(
    () => true,
    () => false,
  );
  return Promise.race([ended, late]);
}
