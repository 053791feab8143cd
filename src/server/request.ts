import type { CallRecord, CallScope } from "../billing/adapter.ts";
import type { Backends } from "../billing/backends.ts";
import type { Caller } from "../billing/caller.ts";
import { BillingError } from "../billing/errors.ts";
import type { Planners } from "../billing/planning.ts";
import { createReads } from "../billing/reads.ts";
import { createWrites } from "../billing/writes.ts";
import type { OperationReads } from "../operations/reads.ts";
import type { Runner } from "../operations/runner.ts";
import type { Context } from "../schema/index.ts";

/** What exists for a caller: the backends that it may see, reached as the users that it is mapped to, and operations of its own. */
export interface View {
  readonly backends: Backends;
  readonly planners: Planners;
  /** By backend: as which of its `users` it is reached; as the gateway's own where there is no entry. */
  readonly users: Readonly<Record<string, string>>;
  readonly operations: OperationReads;
}

/** What all requests share. */
export interface Services {
  readonly viewOf: (caller: Caller) => View;
  readonly runner: Runner;
  readonly limits: { readonly maxPageSize: number; readonly maxBackendCalls: number; readonly requestTimeoutMs: number };
}

/** The context of one request: its own loaders, its own count and record of backend calls, its own end. */
export function createContext({ viewOf, runner, limits }: Services, request: Request, caller: Caller): Context {
  const { backends, planners, users, operations } = viewOf(caller);
  const backendCalls: CallRecord[] = [];
  let admitted = 0;
  const client = nativeSignal(request.signal);
  const timeLimit = (): AbortSignal => AbortSignal.any([client, AbortSignal.timeout(limits.requestTimeoutMs)]);
  const scope: { -readonly [Key in keyof CallScope]: CallScope[Key] } = {
    signal: timeLimit(),
    record: (call) => backendCalls.push(call),
    admit: () => {
      admitted += 1;
      if (admitted > limits.maxBackendCalls) {
        const problem = `The query needs more than ${limits.maxBackendCalls} calls to backends; ask for less at once.`;
        throw new BillingError("INVALID_INPUT", problem);
      }
    },
  };
  const reads = createReads(backends, scope, limits.maxPageSize);
  const writes = createWrites({
    planners,
    runner,
    actor: caller.actor,
    users,
    maySee: operations.maySee,
    scope,
    maxBackendCalls: limits.maxBackendCalls,
    headerKey: request.headers.get("idempotency-key"),
    afterWrite: reads.renew,
  });
  const nextEvent = (): void => {
    scope.signal = timeLimit();
    // An event tells that something has changed just now, maybe by another process: what is kept may be of before.
    scope.fresh = true;
    admitted = 0;
    backendCalls.length = 0;
    reads.renew([]);
  };
  const reconcile = async (id: string) => ((await operations.byId(id)) ? runner.reconcile(id, scope) : null);
  return { backends, reads, writes, operations, reconcile, viewer: caller, backendCalls, nextEvent };
}

/** Yoga's signal looks like an AbortSignal, but is not one that the platform can combine with others. */
function nativeSignal(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
