import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { Plugin } from "graphql-yoga";
import type { CallRecord } from "../adapter/adapter.ts";
import type { Caller, ClientProgram } from "../model/caller.ts";
import type { AnalysedDocument, AnalysedOperation } from "./document/documents.ts";
import { clientOf } from "./http/client.ts";

/**
 * What the parts of the server learn of one request on its way: one object, made when the request comes and handed on with it. Yoga
 * carries it in its server context, which is the context of every hook.
 */
export interface RequestState {
  /** One name for the request in the answer, the log and the systems in front of the gateway: the header x-request-id. */
  readonly id: string;
  /** Of performance.now. */
  readonly started: number;
  readonly route: Route;
  /** The program that it says it comes from. */
  readonly client: ClientProgram;
  /** Null until somebody has proved who is asking. */
  caller: Caller | null;
  /** Null until its text is read. */
  document: AnalysedDocument | null;
  /** The one that is executed; null until the document is read, and where it has none of the name that was sent. */
  operation: AnalysedOperation | null;
  /** Calls to backends that the request has caused so far; of a subscription, for its current event. */
  readonly backendCalls: CallRecord[];
  /** All its calls to backends, by backend. */
  readonly backends: Map<string, BackendSum>;
  /** Of the answer's errors, and of those of all events of a subscription. */
  readonly errorCodes: Set<string>;
}

export interface BackendSum {
  calls: number;
  /** Of all calls together; they may have run at the same time. */
  milliseconds: number;
  /** Of calls that failed, not of those that were refused. */
  readonly failures: Set<string>;
}

/** What answers a request of a socket. */
export type Handle = (request: IncomingMessage, response: ServerResponse, state: RequestState) => void;

/** What was asked for, from a closed list: addresses may hold anything, also what must not be logged. */
const routes = ["/graphql", "/health", "/ready", "/metrics", "/runs", "/runs/ID", "/runs/ID/result.csv"] as const;
export type Route = (typeof routes)[number] | "other";

/** The route of an address, whatever run it names. */
function routeOf(path: string): Route {
  const named = path.replace(/^\/runs\/[^/]+/, "/runs/ID");
  return routes.find((each) => each === named) ?? "other";
}

export const requestIdHeader = "x-request-id";

/** Nothing that a log, a terminal or a header could take for something else; covers UUIDs, ULIDs, trace ids and base64. */
const acceptableId = /^[\w.:/+=@-]{1,128}$/;

/** The caller's own id is taken where it is acceptable. @param header undefined or null where there is none */
export function createRequestState(
  header: (name: string) => string | string[] | null | undefined,
  address: string | undefined,
): RequestState {
  const own = header(requestIdHeader);
  const path = (address ?? "/").replace(/\?.*$/s, "");
  return {
    id: typeof own === "string" && acceptableId.test(own) ? own : randomUUID(),
    started: performance.now(),
    route: routeOf(path),
    client: clientOf(header),
    caller: null,
    document: null,
    operation: null,
    backendCalls: [],
    backends: new Map(),
    errorCodes: new Set(),
  };
}

/** Yoga's server context, and with it the context of its hooks. */
export interface WithState {
  state?: RequestState;
}

/** The first of all plugins. Requests of a socket have their state already; those that are made in this process get theirs here. */
export const requestState: Plugin = {
  onRequest: ensureState,
  // Also where Yoga has answered before it asks any plugin, as it does preflights.
  onResponse: ensureState,
};

function ensureState({ request, serverContext }: { readonly request: Request; readonly serverContext: object }): void {
  const context = serverContext as WithState;
  context.state ??= createRequestState((name) => request.headers.get(name), new URL(request.url, "http://gateway").pathname);
}

/** @param context Yoga's, in any of its hooks */
export function stateOf(context: unknown): RequestState {
  const { state } = context as WithState;
  if (!state) throw new Error("A request has no state.");
  return state;
}

/** The caller of a request that the authentication has let through. Throws for any other: there is no caller by default. */
export function callerOf({ caller }: RequestState): Caller {
  if (!caller) throw new Error("A request has come past the authentication.");
  return caller;
}

/** To be told of every call to a backend that the request causes, or is answered by. */
export function noteCall({ backendCalls, backends }: RequestState, call: CallRecord): void {
  backendCalls.push(call);
  const { backend, milliseconds, outcome } = call;
  const sum = backends.get(backend) ?? { calls: 0, milliseconds: 0, failures: new Set() };
  backends.set(backend, sum);
  sum.calls += 1;
  sum.milliseconds += milliseconds;
  if (failureCodes.has(outcome)) sum.failures.add(outcome);
}

/** Codes that no caller can do anything about. */
export const failureCodes: ReadonlySet<string> = new Set([
  "UNAVAILABLE",
  "TIMEOUT",
  "BAD_RESPONSE",
  "OUTCOME_UNKNOWN",
  "INTERNAL",
]);
