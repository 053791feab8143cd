import type { GraphQLResolveInfo } from "graphql";
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
import { keyOf } from "../mutations/idempotency.ts";
import { compareCharges, type DuplicateSettings } from "../mutations/ledger.ts";
import type { Planners } from "../mutations/mutation.ts";
import { createWrites, type WriteContext } from "../mutations/writes.ts";
import { createSight, type Reach, type Sight } from "../reads/loaders.ts";
import { createReads } from "../reads/reads.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { Context, DescribedKind, LookAhead, Mutations } from "../schema/index.ts";
import type { SuggestionStore } from "../suggestions/store.ts";
import { createSuggestionReads } from "../suggestions/suggestion-reads.ts";
import { remembered } from "./execution/execution.ts";
import { walkFields } from "./execution/plan.ts";
import type { Lifetime } from "./state.ts";

/** For resolvers: see Context of the schema. The result is kept with the field's plan, and so with its document. */
export const lookAhead: LookAhead = (info, work) => remembered(info, work, () => work(namesBelow(info), info));

/** The names of the selected fields, without those under directives: these may turn out not to be selected. */
function namesBelow({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>();
  walkFields(fieldNodes, {
    fragments,
    includes: ({ directives }) => !directives?.length,
    field: ({ name }) => names.add(name.value),
  });
  return names;
}

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
  /** By mutation: see Wording in mutations/idempotency.ts. */
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
 * Creates the context of one execution: its own loaders, its own count of backend calls, its own lifetime. The owner of the lifetime ends
 * it.
 */
export function createContext(services: Services, owner: ContextOwner): Context {
  return new ExecutionContext(services, owner);
}

/**
 * Each part is made when it is first used. A class, because every request makes one: an object literal with as many getters takes 3 µs,
 * an instance 40 ns. Its functions are getters too: resolvers take the context apart.
 */
class ExecutionContext implements Context {
  readonly viewer: Caller;
  readonly backends: Context["backends"];
  readonly lookAhead = lookAhead;
  readonly #services: Services;
  readonly #owner: ContextOwner;
  readonly #view: View;
  readonly #scope: { -readonly [Key in keyof CallScope]: CallScope[Key] };
  #admitted = 0;
  #operations: Context["operations"] | undefined;
  #reads: Context["reads"] | undefined;
  #sight: Sight | undefined;
  #accounts: Context["accounts"] | undefined;
  #views: Context["views"] | undefined;
  #writes: Context["writes"] | undefined;
  #directory: Context["directory"] | undefined;
  #suggestions: Context["suggestions"] | undefined;
  #runs: CallerRuns | undefined;

  constructor(services: Services, owner: ContextOwner) {
    this.#services = services;
    this.#owner = owner;
    this.#view = services.viewOf(owner.caller);
    this.#scope = { signal: owner.lifetime.signal(), record: owner.record, admit: () => this.#admit() };
    this.viewer = owner.caller;
    this.backends = this.#view.backends;
  }

  #admit(): void {
    const { maxBackendCalls } = this.#services.limits;
    this.#admitted += 1;
    if (this.#admitted <= maxBackendCalls) return;
    const problem = `The query needs more than ${maxBackendCalls} calls to backends; ask for less at once.`;
    throw new BillingError("INVALID_INPUT", problem);
  }

  get operations() {
    this.#operations ??= this.#view.operations();
    return this.#operations;
  }
  get reads() {
    this.#reads ??= createReads(this.backends, this.#scope, this.#services.limits.maxPageSize);
    return this.#reads;
  }
  get #sightOfCaller(): Sight {
    this.#sight ??= createSight(this.#view, this.reads.load);
    return this.#sight;
  }
  get accounts() {
    this.#accounts ??= this.#view.accounts(this.#sightOfCaller);
    return this.#accounts;
  }
  get views() {
    this.#views ??= createAccountViews({ reads: this.reads, backends: this.backends });
    return this.#views;
  }
  get writes() {
    this.#writes ??= this.#createWrites();
    return this.#writes;
  }
  get directory() {
    this.#directory ??= createDirectoryReads(this.#view.directory, {
      backends: this.backends,
      sight: this.#sightOfCaller,
      reads: this.reads,
      scope: this.#scope,
      maxPageSize: this.#services.limits.maxPageSize,
    });
    return this.#directory;
  }
  get suggestions() {
    this.#suggestions ??= createSuggestionReads(this.#view.suggestions, {
      backends: this.backends,
      sight: this.#sightOfCaller,
      reads: this.reads,
      maxPageSize: this.#services.limits.maxPageSize,
      isKept: this.#view.directory.isKept,
    });
    return this.#suggestions;
  }
  get runs(): Context["runs"] {
    return () => {
      this.#runs ??= this.#view.runs();
      return this.#runs;
    };
  }
  get keyOf(): Context["keyOf"] {
    return (inputKey) => keyOf(inputKey ?? null, this.#owner.headerKey)?.key ?? null;
  }
  get reconcile(): Context["reconcile"] {
    return async (id) => ((await this.operations.byId(id)) ? this.#services.runner.reconcile(id, this.#scope) : null);
  }
  get decide(): Context["decide"] {
    return async (decision) => {
      if (await this.operations.byId(decision.operationId)) {
        return this.#services.runner.resolve({ ...decision, actor: this.viewer.actor }, this.#scope);
      }
      throw new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "operationId"] });
    };
  }
  get nextEvent(): Context["nextEvent"] {
    return () => {
      this.#owner.onEvent?.();
      const { lifetime } = this.#owner;
      lifetime.extend();
      this.#scope.signal = lifetime.signal();
      // An event reports a change, perhaps by another process, so cached reads may be stale.
      this.#scope.fresh = true;
      this.#admitted = 0;
      this.reads.renew([]);
      this.accounts.renew();
    };
  }

  #createWrites(): Context["writes"] {
    const { runner, nullClears, refusal, duplicates, limits } = this.#services;
    const { backends } = this;
    const scope = this.#scope;
    const { caller, client, headerKey } = this.#owner;
    const { maxPageSize, maxBackendCalls } = limits;
    return createWrites<Mutations>({
      planners: this.#view.planners,
      nullClears,
      resolvers: createResolvers(this.accounts, {
        backends,
        readsNow: () => createReads(backends, { ...scope, fresh: true }, maxPageSize),
      }),
      runner,
      actor: caller.actor,
      client,
      users: this.#view.users,
      maySee: this.operations.maySee,
      scope,
      refusal,
      duplicates: (input, targets) => compareCharges(input, targets, { ...duplicates, backends, scope }),
      maxBackendCalls,
      headerKey,
      afterWrite: (written) => {
        this.reads.renew(written);
        this.accounts.renew();
      },
    });
  }
}
