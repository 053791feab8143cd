import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { type backendSettings, openBackend } from "./adapters/index.ts";
import type { CallRecord } from "./billing/adapter.ts";
import { type Backends, createBackends } from "./billing/backends.ts";
import { BillingError } from "./billing/errors.ts";
import { createPlanners, type MutationName, type Planners } from "./billing/planning.ts";
import type { Configuration } from "./config.ts";
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
  readonly backends: Backends;
  readonly store: Store;
  readonly runner: Runner;
  /**
   * Notes in the store that this process is alive: before it owns its first operation, or others would take that one over at once.
   * Housekeeping then repeats it. Rejects with UNAVAILABLE while the store is down.
   */
  readonly announce: () => Promise<void>;
  /** Starts what goes on in the background: see operations/housekeeping.ts. */
  readonly keepHouse: (options?: Partial<HousekeepingOptions>) => void;
  /** Ends the background work, the connections to backends and the store, in this order. */
  readonly close: () => Promise<void>;
}

/** Several heartbeats: how long a process may be silent before others take its operations over. */
const usualLeaseMs = 12_000;

export interface CompositionOptions {
  readonly leaseMs?: number | undefined;
  /** Told of every call to a backend that has ended, whoever caused it. */
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Told of every step of an operation that is recorded as ended. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
}

/** Rejects with StoreError when the store cannot be opened. */
export async function compose(
  configuration: GatewayConfiguration,
  logger: Logger,
  { leaseMs = usualLeaseMs, onCall, onStep }: CompositionOptions = {},
): Promise<Composition> {
  const store = await openStore(configuration.store.url);
  const opened = Object.entries(configuration.backends).map(([key, settings]) => {
    const { adapter, connection } = openBackend(key, settings, onCall);
    return { key, label: settings.label ?? key, adapter, connection, health: connection.health };
  });
  const backends = createBackends(opened);
  const planners = createPlanners(backends);
  const { settleSeconds, reconcileSeconds } = configuration.operations;
  const owner = randomUUID();
  const journal: Journal = {
    store,
    plan: (operation) => planAgain(planners, operation),
    owner,
    lastHeartbeat: Number.NEGATIVE_INFINITY,
    leaseMs,
    settleMs: settleSeconds * 1000,
    pausesMs: reconcileSeconds.map((seconds) => seconds * 1000),
    onStep,
    report: (problem, details) => logger.warn(details, problem),
  };
  const runner = createRunner(journal);
  const view = { backends, planners, operations: createOperationReads(store, configuration.limits.maxPageSize) };
  const retentionMs = configuration.store.retentionHours * 3_600_000;
  let stopHousekeeping = async (): Promise<void> => undefined;
  return {
    services: {
      viewOf: () => view,
      runner,
      limits: configuration.limits,
    },
    backends,
    store,
    runner,
    announce: () => store.heartbeat(owner),
    keepHouse: (options) => {
      stopHousekeeping = startHousekeeping(journal, runner, { ...usualHousekeeping, retentionMs, ...options }).stop;
    },
    close: async () => {
      await stopHousekeeping();
      await Promise.all(opened.map(({ connection }) => connection.close()));
      await store.close();
    },
  };
}

function planAgain(planners: Planners, { mutation, input }: { readonly mutation: string; readonly input: unknown }) {
  const plan = planners[mutation as MutationName];
  if (!plan) throw new BillingError("CONFLICT", `This version of the gateway has no mutation ${mutation}.`);
  return plan(input as never);
}
