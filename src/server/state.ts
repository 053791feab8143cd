import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallRecord } from "../adapter/adapter.ts";
import type { Caller, ClientProgram } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import type { AnalysedDocument, AnalysedOperation } from "./document/documents.ts";
import type { Refusal } from "./http/responses.ts";

/**
 * The state of one request: what the parts of the server learn about it. It is created when the request arrives and passed on with it.
 * Yoga carries it in its server context, which is the context of every hook.
 */
export interface RequestState {
  /** The id of the request in the answer, the log and the systems in front of the gateway: the header x-request-id. */
  readonly id: string;
  /** When the request arrived, by performance.now (milliseconds). */
  readonly started: number;
  readonly route: Route;
  /** The program that sends the request, as it names itself. */
  readonly client: ClientProgram;
  /** Null until the caller is authenticated. */
  caller: Caller | null;
  /** Null until the document is parsed. */
  document: AnalysedDocument | null;
  /** The operation to execute; null until the document is parsed, and if it has no operation of the given name. */
  operation: AnalysedOperation | null;
  /** Calls to backends that the request has made so far; for a subscription, those of its current event. */
  readonly backendCalls: CallRecord[];
  /** Sums of all its calls, by backend. */
  readonly backends: Map<string, BackendSum>;
  /** Codes of all errors of the answer; for a subscription, of all its events. */
  readonly errorCodes: Set<string>;
  /** Set once the request is counted for the limit of its caller. */
  counted: { readonly refused: Refusal | null } | null;
  /** The body, once reading it has begun. */
  body: Promise<Uint8Array> | null;
  /** The result, once the execution has begun: nothing executes the request again. */
  executed: Promise<ExecutionResult> | null;
}

export interface BackendSum {
  calls: number;
  /** The time of all calls added up; they may have run at the same time. */
  milliseconds: number;
  /** Error codes of calls that failed; refusals are left out. */
  readonly failures: Set<string>;
}

/** Answers a request of a socket. What it throws is a fault of the gateway, and answered as one (listen.ts). */
export type Handle = (request: IncomingMessage, response: ServerResponse, state: RequestState) => void | Promise<void>;

/** A closed list of routes: an address may hold anything, even what must not be logged. */
const routes = ["/graphql", "/health", "/ready", "/metrics", "/runs", "/runs/ID", "/runs/ID/result.csv"] as const;
export type Route = (typeof routes)[number] | "other";

/** The route of an address, with the id of a run replaced. */
function routeOf(path: string): Route {
  const named = path.replace(/^\/runs\/[^/]+/, "/runs/ID");
  return routes.find((each) => each === named) ?? "other";
}

export const requestIdHeader = "x-request-id";

/** Harmless in a log, a terminal and a header; fits UUIDs, ULIDs, trace ids and base64. */
const acceptableId = /^[\w.:/+=@-]{1,128}$/;

/** Creates the state. Takes over the caller's own request id if it is acceptable. @param header undefined or null if missing */
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
    counted: null,
    body: null,
    executed: null,
  };
}

/** Part of Yoga's server context, and so of the context of its hooks. */
export interface WithState {
  state?: RequestState;
}

/** The first of all plugins. Requests of a socket have their state already; requests made in this process get it here. */
export const requestState: Plugin = {
  onRequest: ensureState,
  // Needed for preflights: Yoga answers them before it calls any plugin's onRequest.
  onResponse: ensureState,
};

function ensureState({ request, serverContext }: { readonly request: Request; readonly serverContext: object }): void {
  const context = serverContext as WithState;
  context.state ??= createRequestState((name) => request.headers.get(name), new URL(request.url, "http://gateway").pathname);
}

/** Returns the state of a request. @param context Yoga's, in any of its hooks */
export function stateOf(context: unknown): RequestState {
  const { state } = context as WithState;
  if (!state) throw new Error("A request has no state.");
  return state;
}

/** Returns the caller of an authenticated request. Throws for any other: there is no default caller. */
export function callerOf({ caller }: RequestState): Caller {
  if (!caller) throw new Error("A request got past the authentication.");
  return caller;
}

/** Records a call to a backend that the request has made, or whose answer it shares. */
export function noteCall({ backendCalls, backends }: RequestState, call: CallRecord): void {
  backendCalls.push(call);
  const { backend, milliseconds, outcome } = call;
  const sum = backends.get(backend) ?? { calls: 0, milliseconds: 0, failures: new Set() };
  backends.set(backend, sum);
  sum.calls += 1;
  sum.milliseconds += milliseconds;
  if (failureCodes.has(outcome)) sum.failures.add(outcome);
}

/** Failures that a caller cannot fix. */
export const failureCodes: ReadonlySet<string> = new Set([
  "UNAVAILABLE",
  "TIMEOUT",
  "BAD_RESPONSE",
  "OUTCOME_UNKNOWN",
  "INTERNAL",
]);

/** Harmless in a log, a terminal and a metric. */
const acceptableName = /^[\w.@/:+-]{1,64}$/;

/** The program that sends a request, from the headers that GraphQL tools agreed on. */
function clientOf(header: (name: string) => string | string[] | null | undefined): ClientProgram {
  const read = (name: string): string | null => {
    const value = header(name);
    return typeof value === "string" && acceptableName.test(value) ? value : null;
  };
  return { name: read("graphql-client-name"), version: read("graphql-client-version") };
}

/** How long a request, or a shared execution, may go on: until nobody waits for it any more, or its time is up. */
export interface Lifetime {
  /** For calls to backends. Aborted with the client's reason, or with a TimeoutError. `extend` replaces it, so ask anew. */
  readonly signal: () => AbortSignal;
  /**
   * For the execution. Aborted with the error to answer: as soon as nobody waits, or shortly after the time is up, if the request may be
   * cut. By then its backend calls have ended, and the answer holds what they gave. Nothing else is awaited.
   */
  readonly over: AbortSignal;
  /** Restarts the time, for the next event of a subscription, unless it has ended. */
  readonly extend: () => void;
  /** Ends the lifetime without aborting anything. */
  readonly end: () => void;
}

/** After the backend calls are aborted, a query has this long to answer with what it has (milliseconds). */
const graceMs = 1_000;

/**
 * Uses one timer and its own controllers: combined signals of the platform (AbortSignal.any, AbortSignal.timeout) make each of their
 * listeners more expensive, and each backend call is one.
 *
 * @param client aborted when nobody waits any more. May be Yoga's signal, which has the methods of an AbortSignal but is not a real one
 * @param mayBeCut false for mutations: the journal decides what they send, and they answer when it has finished
 */
export function openLifetime(client: AbortSignal, timeoutMs: number, mayBeCut: boolean): Lifetime {
  const over = new AbortController();
  let controller = new AbortController();
  let timer = start();
  let isOver = false;

  function start(): NodeJS.Timeout {
    return setTimeout(stop, timeoutMs).unref();
  }
  function stop(): void {
    controller.abort(new DOMException("The request timed out.", "TimeoutError"));
    if (mayBeCut) timer = setTimeout(() => over.abort(timedOut(timeoutMs)), graceMs).unref();
  }
  const leave = (): void => {
    end();
    controller.abort(client.reason);
    over.abort(givenUp());
  };
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
    client.removeEventListener("abort", leave);
  };
  if (client.aborted) leave();
  else client.addEventListener("abort", leave, { once: true });

  return {
    signal: () => controller.signal,
    over: over.signal,
    extend: () => {
      if (isOver) return;
      clearTimeout(timer);
      controller = new AbortController();
      timer = start();
    },
    end,
  };
}

export function givenUp(): BillingError {
  return new BillingError("CONFLICT", "The client cancelled the request.", { retryable: true });
}

function timedOut(timeoutMs: number): GraphQLError {
  const message = `The query took longer than ${timeoutMs} ms (limits.requestTimeoutMs); ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: "TIMEOUT", retryable: true, http: { status: 504, spec: true } } });
}
