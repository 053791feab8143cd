import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { type Identities, openIdentities } from "./adapters/identities.ts";
import type { backendSettings } from "./adapters/index.ts";
import type { Backends } from "./billing/backends.ts";
import { anybody } from "./billing/caller.ts";
import { BillingError } from "./billing/errors.ts";
import type { CallObserver } from "./billing/observer.ts";
import type { MutationName, Target } from "./billing/planning.ts";
import type { Configuration } from "./config.ts";
import { followWrites } from "./operations/follow-writes.ts";
import { type HousekeepingOptions, startHousekeeping, usualHousekeeping } from "./operations/housekeeping.ts";
import type { Operation, Step } from "./operations/model.ts";
import { createOperationReads } from "./operations/reads.ts";
import { createRunner, type Runner } from "./operations/runner.ts";
import { openStore, type Store } from "./operations/store.ts";
import type { Journal } from "./operations/work.ts";
import type { Services } from "./server/request.ts";

/** The composition root: configuration → store → adapters → what the server and the commands work with. */

export type GatewayConfiguration = Configuration<typeof backendSettings>;

export interface Composition {
  readonly services: Services;
  /** All of them, as the gateway's own user. */
  readonly backends: Backends;
  readonly store: Store;
  readonly runner: Runner;
  /** See operations/runner.ts. */
  readonly announce: Runner["announce"];
  /** Starts what goes on in the background: see operations/housekeeping.ts. */
  readonly keepHouse: (options?: Partial<HousekeepingOptions>) => void;
  /** Ends the background work, the connections to backends and the store, in this order. */
  readonly close: () => Promise<void>;
}

/** Several heartbeats: how long a process may be silent before others take its operations over. */
const usualLeaseMs = 12_000;

export interface CompositionOptions {
  readonly leaseMs?: number | undefined;
  readonly observer?: CallObserver | undefined;
  /** Told of every step of an operation that is recorded as ended. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
}

/** Rejects with StoreError when the store cannot be opened, with UNAVAILABLE when it goes down in the meantime. */
export async function compose(
  configuration: GatewayConfiguration,
  logger: Logger,
  { leaseMs = usualLeaseMs, observer, onStep }: CompositionOptions = {},
): Promise<Composition> {
  const store = await openStore(configuration.store.url);
  const identities = openIdentities({ backends: configuration.backends, users: configuration.auth.users }, observer);
  const { settleSeconds, reconcileSeconds } = configuration.operations;
  const owner = randomUUID();
  const journal: Journal = {
    store,
    plan: (operation) => planAgain(identities, operation),
    owner,
    lastHeartbeat: Number.NEGATIVE_INFINITY,
    leaseMs,
    settleMs: settleSeconds * 1000,
    pausesMs: reconcileSeconds.map((seconds) => seconds * 1000),
    onStep: (operation, step) => {
      // Also what a look finds to have happened is a write that reads of before do not show.
      identities.written(step.backend);
      onStep?.(operation, step);
    },
    report: (problem, details) => logger.warn(details, problem),
  };
  try {
    if (identities.caches) await followWrites(store, identities.written);
  } catch (error) {
    await Promise.all([identities.close(), store.close()]);
    throw error;
  }
  const runner = createRunner(journal);
  const retentionMs = configuration.store.retentionHours * 3_600_000;
  let stopHousekeeping = async (): Promise<void> => undefined;
  return {
    services: {
      viewOf: (caller) => ({
        ...identities.reachOf(caller),
        operations: createOperationReads(store, caller, configuration.limits.maxPageSize),
      }),
      runner,
      limits: configuration.limits,
    },
    backends: identities.reachOf(anybody).backends,
    store,
    runner,
    announce: runner.announce,
    keepHouse: (options) => {
      stopHousekeeping = startHousekeeping(journal, runner, { ...usualHousekeeping, retentionMs, ...options }).stop;
    },
    close: async () => {
      await stopHousekeeping();
      await identities.close();
      await store.close();
    },
  };
}

/**
 * As the users it began as, and over every backend: what was sent is settled even if its caller is mapped to another user by now,
 * or may no longer see where it went.
 */
function planAgain({ reachAs }: Identities, { users, mutation, input }: Operation): readonly Target[] {
  const { planners } = reachAs(users);
  const plan = Object.hasOwn(planners, mutation) ? planners[mutation as MutationName] : undefined;
  if (!plan) throw new BillingError("CONFLICT", `This version of the gateway has no mutation ${mutation}.`);
  return plan(input as never);
}
