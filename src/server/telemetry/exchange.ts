import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { CallRecord } from "../../adapter/adapter.ts";
import type { ClientProgram } from "../../model/caller.ts";
import type { ErrorCode } from "../../model/errors.ts";
import { clientOf } from "../http/client.ts";

/** One HTTP request and its answer, with what the parts of the server learn of it on the way. */
export interface Exchange {
  readonly requestId: string;
  /** Of performance.now. */
  readonly started: number;
  readonly route: Route;
  operation: { readonly name: string | null; readonly type: OperationType } | null;
  readonly client: ClientProgram;
  /** Null until somebody has proved who is asking. */
  caller: string | null;
  /** Calls to backends by backend. */
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

export type OperationType = "query" | "mutation" | "subscription";

/** How an exchange ended. */
export interface Ending {
  readonly milliseconds: number;
  /** Null: the client was gone before there was an answer. */
  readonly status: number | null;
  /** The answer did not reach the client completely. */
  readonly aborted: boolean;
}

/** What was asked for, from a closed list: addresses may hold anything, also what must not be logged. */
const routes = ["/graphql", "/health", "/ready", "/metrics"] as const;
export type Route = (typeof routes)[number] | "other";

const exchanges = new WeakMap<IncomingMessage, Exchange>();

/** The exchange of a request; undefined for those that came without HTTP. */
export function exchangeOf(request: IncomingMessage | undefined): Exchange | undefined {
  return request && exchanges.get(request);
}

/**
 * To be called first with every request: gives it an id, which everything behind reads off its header and every answer carries, a
 * refusal of its body and an unknown address as well. `onEnd` is told once the answer is out, or its client gone.
 */
export function beginExchange(
  request: IncomingMessage,
  response: ServerResponse,
  onEnd: (exchange: Exchange, ending: Ending) => void,
): Exchange {
  const requestId = requestIdFrom(request.headers[requestIdHeader]);
  request.headers[requestIdHeader] = requestId;
  response.setHeader(requestIdHeader, requestId);
  const started = performance.now();
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  const route = routes.find((each) => each === path) ?? "other";
  const exchange: Exchange = {
    requestId,
    started,
    route,
    client: clientOf((name) => request.headers[name]),
    operation: null,
    caller: null,
    backends: new Map(),
    errorCodes: new Set(),
  };
  exchanges.set(request, exchange);
  response.once("close", () => {
    const status = response.headersSent ? response.statusCode : null;
    const refusal = exchange.errorCodes.size === 0 && refusalOf(status);
    if (refusal) exchange.errorCodes.add(refusal);
    onEnd(exchange, { milliseconds: performance.now() - started, status, aborted: !response.writableFinished });
  });
  return exchange;
}

/** The code of what is answered before it reaches GraphQL: see http/refusal.ts. */
function refusalOf(status: number | null): ErrorCode | null {
  if (status === null || status < 400) return null;
  return refusals.get(status) ?? (status < 500 ? "INVALID_INPUT" : "INTERNAL");
}

const refusals: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [421, "FORBIDDEN"],
  [429, "RATE_LIMITED"],
  [503, "UNAVAILABLE"],
  [504, "TIMEOUT"],
]);

export function addCalls({ backends }: Exchange, calls: readonly CallRecord[]): void {
  for (const { backend, milliseconds, outcome } of calls) {
    const sum = backends.get(backend) ?? { calls: 0, milliseconds: 0, failures: new Set() };
    backends.set(backend, sum);
    sum.calls += 1;
    sum.milliseconds += milliseconds;
    if (failures.has(outcome)) sum.failures.add(outcome);
  }
}

/**
 * How an exchange went, for everybody who counts. `failed`: the gateway failed, or a call to a backend did, which the answer may
 * tell among its data, in the result of one backend of several. `refused`: the caller has to change something. Pure.
 */
export function outcomeOf({ errorCodes, backends }: Exchange, { status }: Ending): "ok" | "refused" | "failed" {
  const isFailed =
    [...errorCodes].some((code) => failures.has(code)) || [...backends.values()].some((sum) => sum.failures.size > 0);
  if (isFailed || (status ?? 0) >= 500) return "failed";
  return (status ?? 0) >= 400 || errorCodes.size > 0 ? "refused" : "ok";
}

/** Codes that no caller can do anything about. */
const failures: ReadonlySet<string> = new Set(["UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE", "OUTCOME_UNKNOWN", "INTERNAL"]);

/** One name for a request in the answer, the log and the systems in front of the gateway: the header x-request-id. */

export const requestIdHeader = "x-request-id";

/** Nothing that a log, a terminal or a header could take for something else; covers UUIDs, ULIDs, trace ids and base64. */
const acceptable = /^[\w.:/+=@-]{1,128}$/;

/** The caller's own id where it gave an acceptable one, else a new one. */
export function requestIdFrom(header: string | string[] | null | undefined): string {
  return typeof header === "string" && acceptable.test(header) ? header : randomUUID();
}

const ids = new WeakMap<Request, string>();

/** The same for one request as often as it is asked for. */
export function requestIdOf(request: Request): string {
  const id = ids.get(request) ?? requestIdFrom(request.headers.get(requestIdHeader));
  ids.set(request, id);
  return id;
}
