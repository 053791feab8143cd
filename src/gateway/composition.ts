import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { createAccountReads } from "../accounts/account-reads.ts";
import { createResolvers } from "../accounts/resolving.ts";
import { createAccountStore } from "../accounts/store.ts";
import type { Backends } from "../adapter/backends.ts";
import { kindsOf, type Registry, registry as usualRegistry } from "../adapters/index.ts";
import { createWriteBell } from "../connections/caching.ts";
import type { CallObserver } from "../connections/observer.ts";
import { createDirectory, type Directory, type DirectoryPace } from "../directory/directory.ts";
import { forgetUnconfigured } from "../directory/sources.ts";
import { followWrites } from "../journal/follow-writes.ts";
import { type HousekeepingOptions, startHousekeeping, usualHousekeeping } from "../journal/housekeeping.ts";
import { createPresence, type Presence, processClock } from "../journal/leases.ts";
import type { Operation, Step } from "../journal/model.ts";
import { createOperationReads } from "../journal/operation-reads.ts";
import { createRunner, type Runner } from "../journal/runner.ts";
import { openStore, type Store } from "../journal/store.ts";
import type { Target } from "../journal/target.ts";
import type { Journal } from "../journal/work.ts";
import { anybody } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { createSight } from "../reads/loaders.ts";
import { createReads } from "../reads/reads.ts";
import type { RunReach } from "../runs/model.ts";
import type { CountedRuns } from "../runs/run-reads.ts";
import { createRuns } from "../runs/runs.ts";
import { createRunStore } from "../runs/store.ts";
import type { RunBackends } from "../runs/worker.ts";
import type { Services } from "../server/context.ts";
import { type Continuity, createContinuity } from "../store/continuity.ts";
import { createFinder, startUpkeep } from "../suggestions/find.ts";
import { createSuggestionStore } from "../suggestions/store.ts";
import { type GatewayConfiguration, originOf, systemOf } from "./configuration.ts";
import { limitHeap } from "./heap.ts";
import { type Identities, openIdentities } from "./identities.ts";
import { isOwnAction, nullClears } from "./mutations.ts";
import { createStoreHealthLog } from "./store-health.ts";

/** The composition root: it turns a configuration into a store, adapters, and the services of the server and the commands. */

export interface Composition {
  readonly services: Services;
  /** All backends, each reached as the gateway's own user. */
  readonly backends: Backends;
  readonly store: Store;
  readonly runner: Runner;
  /** How the journal knows this process. */
  readonly presence: Presence;
  /** Whether the store is still the same as before. */
  readonly continuity: Continuity;
  readonly directory: Directory;
  /** Starts the background work: see journal/housekeeping.ts, directory/walk.ts and suggestions/find.ts. */
  readonly keepHouse: (options?: Partial<HousekeepingOptions>, pace?: Partial<DirectoryPace>) => void;
  readonly countRuns: () => Promise<CountedRuns>;
  /** Stops charge runs: begins no more rows, and resolves when those in flight have ended. */
  readonly endRuns: () => Promise<void>;
  /** Ends the background work, the connections to backends and the store, in this order. */
  readonly close: () => Promise<void>;
}

/** Used if the directory is switched off: records of removed backends are deleted even then. */
const usualUpkeepMinutes = 60;

/** Heartbeats per lease: each renews the lease, and looks for operations of processes that have lost theirs. */
const heartbeatsInLease = 4;
/** The share of the lease in which a recorded request may be sent, so that it leaves well before the lease ends. */
const permitShare = 2 / 3;

export interface CompositionOptions {
  /** The kinds of backends. Default: those of src/adapters. */
  readonly registry?: Registry | undefined;
  readonly observer?: CallObserver | undefined;
  /** Called with every step of an operation that is recorded as ended. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
  /** Called once with the warnings of a step. */
  readonly onWarnings?: Journal["onWarnings"];
}

/** Composes a gateway. Rejects with StoreError if the store cannot be opened, with UNAVAILABLE if it goes down meanwhile. */
export async function compose(
  configuration: GatewayConfiguration,
  logger: Logger,
  { registry = usualRegistry, observer, onStep, onWarnings }: CompositionOptions = {},
): Promise<Composition> {
  // Whatever fails from here on, what was opened is closed.
  await using opening = new AsyncDisposableStack();
  const store = await openStore(configuration.store.url);
  opening.defer(store.close);
  const healthLog = createStoreHealthLog(logger);
  opening.defer(async () => healthLog.end());
  store.engine.writeHealth.listen(healthLog.changed);
  const accounts = createAccountStore(store.engine);
  const suggestions = createSuggestionStore(store.engine);
  const kept = { linking: accounts, declining: suggestions };
  const report = (problem: string, details: object): void => logger.warn(details, problem);
  const { users } = configuration.auth;
  const sections = configuration.readOnly ? allReadOnly(configuration.backends) : configuration.backends;
  const identities = openIdentities({ registry, backends: sections, users, kept, report }, observer);
  opening.defer(identities.close);
  // For writes to the gateway's own store: they leave reads of backends valid, but can make whole answers stale.
  const own = createWriteBell();
  const { settleSeconds, reconcileSeconds, leaseSeconds } = configuration.operations;
  const leaseMs = leaseSeconds * 1000;
  const heartbeatMs = leaseMs / heartbeatsInLease;
  const retentionMs = configuration.store.retentionHours * 3_600_000;
  const { backends } = identities.reachOf(anybody);
  const origins = new Map(Object.entries(configuration.backends).map(([key, settings]) => [key, originOf(settings)]));
  const systems = new Map(Object.entries(configuration.backends).map(([key, settings]) => [key, systemOf(settings, registry)]));
  const directory = createDirectory({
    engine: store.engine,
    backends,
    originOf: (backend) => origins.get(backend) ?? "",
    refreshMs: configuration.directory.refreshMinutes * 60_000,
    charges: configuration.directory.charges,
    retentionMs,
    owner: randomUUID(),
    report,
  });
  const finder = createFinder(store.engine, report);
  directory.listen(finder.onIndexed);
  const continuity = createContinuity({ engine: store.engine, markFile: markFileOf(configuration.store), report });
  const presence = createPresence({ store, leaseMs, heartbeatMs, clock: processClock, report });
  const journal: Journal = {
    store,
    plan: (operation) => planAgain(identities, operation),
    systemOf: ({ backend, action }) => (isOwnAction(action) ? null : (systems.get(backend) ?? null)),
    admit: async () => {
      await continuity.confirm();
      const problem = continuity.problem();
      if (problem !== null) throw new BillingError("UNAVAILABLE", `${problem} ${untilAccepted}`, { retryable: true });
    },
    presence,
    clock: processClock,
    permitMs: leaseMs * permitShare,
    longestCallMs: Math.max(0, ...Object.values(configuration.backends).map(({ timeoutMs }) => timeoutMs)),
    settleMs: settleSeconds * 1000,
    pausesMs: reconcileSeconds.map((seconds) => seconds * 1000),
    onStep: (operation, step) => {
      if (isOwnAction(step.action)) own.happened();
      else {
        // A reconciled write, too, invalidates reads that started before it.
        identities.written(step.backend);
        directory.noticed(operation, step);
      }
      onStep?.(operation, step);
    },
    onWarnings,
    report,
  };
  await continuity.check();
  const { written, caches } = identities;
  if (isShareable(configuration.store.url)) await followWrites(store, { changed: own.happened, written, caches, isOwnAction });
  const runner = createRunner(journal);
  const dayMs = 86_400_000;
  const refusal = (targets: readonly Target[]): BillingError | null => refuseSwitchedOff(configuration, targets);
  const runs = createRuns({
    store: createRunStore(store.engine),
    journal: store,
    runner,
    presence,
    admit: journal.admit,
    reachOf: runBackends,
    refusal,
    concurrencyOf: (backend) => configuration.backends[backend]?.concurrency ?? 1,
    settings: runSettings(configuration),
    duplicates: { inRuns: configuration.duplicates.runs, windowHours: configuration.duplicates.windowHours },
    maxPageSize: configuration.limits.maxPageSize,
    changed: own.happened,
    isWorking: (isWorking) => limitHeap(isWorking ? "run" : "usual"),
    report,
  });
  let pruning: NodeJS.Timeout | undefined;

  /** The backends, reached as the user who made or confirmed a run. */
  function runBackends({ actor, backends: seen }: RunReach): RunBackends {
    const reach = identities.reachOf({ actor, backends: seen === "*" ? "*" : new Set(seen) });
    const readsNow = () => createReads(reach.backends, { fresh: true }, 1);
    const sight = createSight(reach, readsNow().load);
    const resolvers = createResolvers(createAccountReads(accounts, sight, 1), { backends: reach.backends, readsNow });
    return {
      ...reach,
      customerOfAccount: async (accountId, backend) => {
        const { charge } = (await resolvers.createCharge?.({ charge: { accountId, backend } }, async () => null)) ?? {
          charge: {},
        };
        return charge.customerId ?? "";
      },
    };
  }

  let stopHousekeeping = async (): Promise<void> => undefined;
  let endUpkeep = async (): Promise<void> => undefined;
  const opened = opening.move();
  return {
    services: {
      kinds: kindsOf(registry),
      viewOf: (caller) => {
        const reach = identities.reachOf(caller);
        const { maxPageSize } = configuration.limits;
        return {
          ...reach,
          operations: () => createOperationReads(store, { caller, users: reach.users }, maxPageSize),
          accounts: (sight) => createAccountReads(accounts, sight, maxPageSize),
          directory,
          suggestions,
          runs: () => runs.of(caller),
        };
      },
      runner,
      nullClears,
      refusal,
      duplicates: { handling: configuration.duplicates.charges, windowHours: configuration.duplicates.windowHours },
      limits: configuration.limits,
      onWrite: (listener) => {
        identities.onWrite(listener);
        own.listen(listener);
      },
    },
    backends,
    store,
    runner,
    presence,
    continuity,
    directory,
    keepHouse: (options, pace) => {
      stopHousekeeping = startHousekeeping(journal, runner, {
        ...usualHousekeeping,
        takeOverEveryMs: heartbeatMs,
        retentionMs,
        onceRetentionMs: Math.max(configuration.runs.retentionDays * dayMs, retentionMs),
        checkStore: async () => {
          await continuity.check();
          await store.ping();
        },
        ...options,
      }).stop;
      runs.worker.start(heartbeatMs);
      const prune = (): void => void runs.prune().catch((error: unknown) => report("old runs could not be deleted", { error }));
      pruning = setInterval(prune, usualHousekeeping.pruneEveryMs).unref();
      directory.start(pace);
      endUpkeep = startUpkeep({
        finder,
        forget: (signal) => forgetUnconfigured(store.engine, Object.keys(configuration.backends), Date.now(), signal),
        everyMs: (configuration.directory.refreshMinutes || usualUpkeepMinutes) * 60_000,
        report,
      }).end;
    },
    countRuns: runs.count,
    endRuns: runs.worker.end,
    close: async () => {
      clearInterval(pruning);
      await runs.worker.end();
      await stopHousekeeping();
      // The finder's backlog must not delay the end of the directory. What the directory still commits meanwhile is compared too.
      await Promise.all([finder.end(), endUpkeep(), directory.close()]);
      await opened.disposeAsync();
    },
  };
}

/** Refuses a mutation that the operator has switched off, for all backends or for one that it would write to. Nothing is recorded. */
function refuseSwitchedOff({ readOnly, backends }: GatewayConfiguration, targets: readonly Target[]): BillingError | null {
  const told = "switched off by the operator. Nothing was recorded or sent.";
  if (readOnly) return new BillingError("UNAVAILABLE", `All mutations are ${told}`);
  const writesTo = ({ plan }: Target): boolean =>
    plan instanceof BillingError || plan.steps.some(({ action }) => !isOwnAction(action));
  const off = targets.find((target) => backends[target.backend]?.readOnly && writesTo(target));
  return off
    ? new BillingError("UNAVAILABLE", `Mutations of ${backends[off.backend]?.label ?? off.backend} are ${told}`, {
        backend: off.backend,
      })
    : null;
}

function allReadOnly(sections: GatewayConfiguration["backends"]): GatewayConfiguration["backends"] {
  return Object.fromEntries(Object.entries(sections).map(([key, section]) => [key, { ...section, readOnly: true }]));
}

function runSettings({ runs: { references, retentionDays, approval, approvalHours } }: GatewayConfiguration) {
  const above = approval === undefined || approval === "always" ? {} : approval.above;
  return { references, retentionDays, approval: { always: approval === "always", above, expiresAfterHours: approvalHours } };
}

const untilAccepted = "Mutations are refused until an operator says what happened: `npm run gateway -- operations accept-store`.";

/** The place of a store's mark: see store/continuity.ts. */
function markFileOf({ url, markFile }: GatewayConfiguration["store"]): string | null {
  if (markFile !== undefined) return markFile;
  return url.startsWith("sqlite:") && isShareable(url) ? `${url.slice("sqlite:".length)}.mark` : null;
}

/** Whether other processes may write into the same store. */
function isShareable(storeUrl: string): boolean {
  return storeUrl !== "sqlite::memory:";
}

/**
 * Plans an operation again, as the users with which it began and over every backend. So what was sent is settled even if its caller is
 * mapped to another user by now, or may no longer see the backend.
 */
function planAgain({ reachAs }: Identities, { users, mutation, input }: Operation): readonly Target[] {
  const { planners } = reachAs(users);
  const plan = Object.hasOwn(planners, mutation) ? planners[mutation as keyof typeof planners] : undefined;
  if (!plan) throw new BillingError("CONFLICT", `This version of the gateway has no mutation ${mutation}.`);
  return plan(input as never);
}
