import type { AccountReads } from "../accounts/reads.ts";
import { createResolvers } from "../accounts/resolving.ts";
import { createAccountViews } from "../accounts/views.ts";
import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Directory } from "../directory/directory.ts";
import { createDirectoryReads } from "../directory/reads.ts";
import type { OperationReads } from "../journal/reads.ts";
import type { Runner } from "../journal/runner.ts";
import type { Caller, ClientProgram } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { keyOf } from "../mutations/idempotency-key.ts";
import type { Planners } from "../mutations/mutation.ts";
import { createWrites, type WriteContext } from "../mutations/writes.ts";
import { createReads } from "../reads/reads.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { Context, DescribedKind, Mutations } from "../schema/index.ts";
import { createSuggestionReads } from "../suggestions/reads.ts";
import type { SuggestionStore } from "../suggestions/store.ts";
import { lookAhead } from "./document/look-ahead.ts";
import { clientOf } from "./http/client.ts";
import { type Lifetime, openLifetime } from "./lifetime.ts";

/** What exists for a caller: the backends that it may see, reached as the users that it is mapped to, and operations of its own. */
export interface View {
  readonly backends: Backends;
  readonly planners: Planners<Mutations>;
  /** By backend: as which of its `users` it is reached; as the gateway's own where there is no entry. */
  readonly users: Readonly<Record<string, string>>;
  readonly operations: OperationReads;
  /** Of one request: what is read of them is kept for it. */
  readonly accounts: AccountReads;
  readonly directory: Directory;
  readonly suggestions: SuggestionStore;
  readonly runs: () => CallerRuns;
}

/** What all requests share. */
export interface Services {
  /** The kinds of backends that there are, also those of which none is configured. */
  readonly kinds: readonly DescribedKind[];
  readonly viewOf: (caller: Caller) => View;
  readonly runner: Runner;
  /** See WriteContext in mutations/writes.ts. */
  readonly refusal?: WriteContext<Mutations>["refusal"];
  /** By mutation: see Wording in mutations/same-input.ts. */
  readonly nullClears: Readonly<Record<keyof Mutations, boolean>>;
  readonly limits: { readonly maxPageSize: number; readonly maxBackendCalls: number; readonly requestTimeoutMs: number };
  /**
   * Tells of every write that the gateway makes or learns of: to a backend when it is about to be sent and when it has ended, into
   * its own store when it is recorded. Of those of other processes as soon as the store tells.
   */
  readonly onWrite: (listener: () => void) => void;
}

/** What a context is made for: one request, or the execution of one query that several requests wait for. */
export interface Asking {
  readonly caller: Caller;
  readonly lifetime: Lifetime;
  /** The header Idempotency-Key. */
  readonly headerKey: string | null;
  /** The headers graphql-client-name and graphql-client-version. */
  readonly client?: ClientProgram;
  /** Where calls to backends are noted. */
  readonly backendCalls: CallRecord[];
  /** Told of each of them as well. */
  readonly record?: (call: CallRecord) => void;
}

/** The context of one request, whose calls are noted in `backendCalls`. Whoever gives a lifetime ends it. */
export function createContext(
  services: Services,
  request: Request,
  caller: Caller,
  backendCalls: CallRecord[] = [],
  lifetime: Lifetime = openLifetime(request.signal, services.limits.requestTimeoutMs, true),
): Context {
  const headerKey = request.headers.get("idempotency-key");
  const client = clientOf((name) => request.headers.get(name));
  return contextOf(services, { caller, client, lifetime, headerKey, backendCalls });
}

/** The context of one execution: its own loaders, its own count and record of backend calls, its own end. */
export function contextOf({ viewOf, runner, nullClears, refusal, limits }: Services, asking: Asking): Context {
  const { caller, client, lifetime, headerKey, backendCalls } = asking;
  const { backends, planners, users, operations, accounts, directory, suggestions, runs } = viewOf(caller);
  let admitted = 0;
  const scope: { -readonly [Key in keyof CallScope]: CallScope[Key] } = {
    signal: lifetime.signal(),
    record: (call) => {
      backendCalls.push(call);
      asking.record?.(call);
    },
    admit: () => {
      admitted += 1;
      if (admitted > limits.maxBackendCalls) {
        const problem = `The query needs more than ${limits.maxBackendCalls} calls to backends; ask for less at once.`;
        throw new BillingError("INVALID_INPUT", problem);
      }
    },
  };
  const reads = createReads(backends, scope, limits.maxPageSize);
  const writes = createWrites<Mutations>({
    planners,
    nullClears,
    resolvers: createResolvers(accounts, {
      backends,
      readsNow: () => createReads(backends, { ...scope, fresh: true }, limits.maxPageSize),
    }),
    runner,
    actor: caller.actor,
    client,
    users,
    maySee: operations.maySee,
    scope,
    refusal,
    maxBackendCalls: limits.maxBackendCalls,
    headerKey,
    afterWrite: (written) => {
      reads.renew(written);
      accounts.renew();
    },
  });
  const suggested = createSuggestionReads(suggestions, {
    backends,
    users,
    reads,
    maxPageSize: limits.maxPageSize,
    isKept: directory.isKept,
  });
  const found = createDirectoryReads(directory, { backends, users, reads, scope, maxPageSize: limits.maxPageSize });
  const nextEvent = (): void => {
    lifetime.extend();
    scope.signal = lifetime.signal();
    // An event tells that something has changed just now, maybe by another process: what is kept may be of before.
    scope.fresh = true;
    admitted = 0;
    backendCalls.length = 0;
    reads.renew([]);
    accounts.renew();
  };
  const reconcile = async (id: string) => ((await operations.byId(id)) ? runner.reconcile(id, scope) : null);
  const decide: Context["decide"] = async (decision) => {
    if (await operations.byId(decision.operationId)) return runner.resolve({ ...decision, actor: caller.actor }, scope);
    throw new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "operationId"] });
  };
  const views = createAccountViews({ reads, backends });
  return {
    backends,
    reads,
    writes,
    operations,
    accounts,
    views,
    directory: found,
    suggestions: suggested,
    runs,
    keyOf: (inputKey) => keyOf(inputKey ?? null, headerKey)?.key ?? null,
    reconcile,
    decide,
    viewer: caller,
    backendCalls,
    lookAhead,
    nextEvent,
  };
}
