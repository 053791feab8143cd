import type { AccountReads } from "../accounts/account-reads.ts";
import { createResolvers } from "../accounts/resolving.ts";
import { createAccountViews } from "../accounts/views.ts";
import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import type { Directory } from "../directory/directory.ts";
import { createDirectoryReads } from "../directory/directory-reads.ts";
import type { OperationReads } from "../journal/operation-reads.ts";
import type { Runner } from "../journal/runner.ts";
import type { Caller, ClientProgram } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { once } from "../model/memoised.ts";
import { compareCharges, type DuplicateSettings } from "../mutations/comparing-charges.ts";
import { keyOf } from "../mutations/idempotency-key.ts";
import type { Planners } from "../mutations/mutation.ts";
import { createWrites, type WriteContext } from "../mutations/writes.ts";
import { createReads } from "../reads/reads.ts";
import { createSight, type Reach, type Sight } from "../reads/sight.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { Context, DescribedKind, Mutations } from "../schema/index.ts";
import type { SuggestionStore } from "../suggestions/store.ts";
import { createSuggestionReads } from "../suggestions/suggestion-reads.ts";
import { lookAhead } from "./document/look-ahead.ts";
import type { Lifetime } from "./lifetime.ts";

/** A caller's view: its backends, reached as the users that the caller is mapped to, and its own operations. */
interface View extends Reach {
  readonly planners: Planners<Mutations>;
  readonly operations: () => OperationReads;
  /** For one request: what it reads is kept for this request. */
  readonly accounts: (sight: Sight) => AccountReads;
  readonly directory: Directory;
  readonly suggestions: SuggestionStore;
  readonly runs: () => CallerRuns;
}

/** Shared by all requests. */
export interface Services {
  /** All kinds of backends, including those that are not configured. */
  readonly kinds: readonly DescribedKind[];
  readonly viewOf: (caller: Caller) => View;
  readonly runner: Runner;
  /** See WriteContext in mutations/writes.ts. */
  readonly refusal?: WriteContext<Mutations>["refusal"];
  /** How to handle charges that look like duplicates. */
  readonly duplicates: DuplicateSettings;
  /** By mutation: see Wording in mutations/same-input.ts. */
  readonly nullClears: Readonly<Record<keyof Mutations, boolean>>;
  readonly limits: { readonly maxPageSize: number; readonly maxBackendCalls: number; readonly requestTimeoutMs: number };
  /**
   * Registers a listener for writes: called when a write to a backend is about to be sent and when it has ended, and when a write
   * to the gateway's own store is recorded. Writes of other processes are reported as soon as the store tells of them.
   */
  readonly onWrite: (listener: () => void) => void;
}

/** The owner of a context: one request, or the execution of one query that several requests share. */
export interface ContextOwner {
  readonly caller: Caller;
  readonly lifetime: Lifetime;
  /** The header Idempotency-Key. */
  readonly headerKey: string | null;
  /** The program that sends the request, as it names itself. Recorded with mutations. */
  readonly client?: ClientProgram;
  /** Called with every call to a backend. */
  readonly record: (call: CallRecord) => void;
  /** Called when the answer to the next event of a subscription begins. */
  readonly onEvent?: () => void;
}

/**
 * Creates the context of one execution: its own loaders, its own count of backend calls, its own lifetime. Each part is created when
 * it is first used. The owner of the lifetime ends it.
 */
export function createContext(
  { viewOf, runner, nullClears, refusal, duplicates, limits }: Services,
  owner: ContextOwner,
): Context {
  const { caller, client, lifetime, headerKey, record } = owner;
  const { maxPageSize, maxBackendCalls } = limits;
  const view = viewOf(caller);
  const { backends, users } = view;
  let admitted = 0;
  const scope: { -readonly [Key in keyof CallScope]: CallScope[Key] } = {
    signal: lifetime.signal(),
    record,
    admit: () => {
      admitted += 1;
      if (admitted > maxBackendCalls) {
        const problem = `The query needs more than ${maxBackendCalls} calls to backends; ask for less at once.`;
        throw new BillingError("INVALID_INPUT", problem);
      }
    },
  };
  const operations = once(view.operations);
  const reads = once(() => createReads(backends, scope, maxPageSize));
  const sight = once(() => createSight(view, reads().load));
  const accounts = once(() => view.accounts(sight()));
  const views = once(() => createAccountViews({ reads: reads(), backends }));
  const writes = once(() =>
    createWrites<Mutations>({
      planners: view.planners,
      nullClears,
      resolvers: createResolvers(accounts(), {
        backends,
        readsNow: () => createReads(backends, { ...scope, fresh: true }, maxPageSize),
      }),
      runner,
      actor: caller.actor,
      client,
      users,
      maySee: operations().maySee,
      scope,
      refusal,
      duplicates: (input, targets) => compareCharges(input, targets, { ...duplicates, backends, scope }),
      maxBackendCalls,
      headerKey,
      afterWrite: (written) => {
        reads().renew(written);
        accounts().renew();
      },
    }),
  );
  const directory = once(() =>
    createDirectoryReads(view.directory, { backends, sight: sight(), reads: reads(), scope, maxPageSize }),
  );
  const suggestions = once(() =>
    createSuggestionReads(view.suggestions, {
      backends,
      sight: sight(),
      reads: reads(),
      maxPageSize,
      isKept: view.directory.isKept,
    }),
  );
  return {
    backends,
    viewer: caller,
    lookAhead,
    get reads() {
      return reads();
    },
    get writes() {
      return writes();
    },
    get operations() {
      return operations();
    },
    get accounts() {
      return accounts();
    },
    get views() {
      return views();
    },
    get directory() {
      return directory();
    },
    get suggestions() {
      return suggestions();
    },
    runs: once(view.runs),
    keyOf: (inputKey) => keyOf(inputKey ?? null, headerKey)?.key ?? null,
    reconcile: async (id) => ((await operations().byId(id)) ? runner.reconcile(id, scope) : null),
    decide: async (decision) => {
      if (await operations().byId(decision.operationId)) return runner.resolve({ ...decision, actor: caller.actor }, scope);
      throw new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "operationId"] });
    },
    nextEvent: () => {
      owner.onEvent?.();
      lifetime.extend();
      scope.signal = lifetime.signal();
      // An event reports a change, perhaps by another process, so cached reads may be stale.
      scope.fresh = true;
      admitted = 0;
      reads().renew([]);
      accounts().renew();
    },
  };
}
