import { type Backends, createBackends } from "../../src/adapter/backends.ts";
import { backendSettings, openBackend } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startHousekeeping } from "../../src/journal/housekeeping.ts";
import { createPresence, processClock } from "../../src/journal/leases.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Journal } from "../../src/journal/work.ts";
import { BillingError } from "../../src/model/errors.ts";
import { type BackendMutations, createPlanners, nullClears } from "../../src/mutations/planning.ts";
import { createWrites, type Writes } from "../../src/mutations/writes.ts";
import { type Death, settleMs, timeoutMs } from "./faults.ts";

export interface GatewayOptions {
  /** Path of the journal, which successive and simultaneous gateways share. */
  readonly journal: string;
  readonly backends: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly circuitFailures: number;
  /** How long a gateway may be silent before another takes over its work. */
  readonly leaseMs: number;
  readonly death: Death | undefined;
  readonly report: (event: string) => void;
}

export interface SimulatedGateway {
  readonly backends: Backends;
  readonly writes: (signal?: AbortSignal) => Writes<BackendMutations>;
  /** Resolves when it dies. */
  readonly died: Promise<void>;
  readonly isDead: () => boolean;
  /** From now on its changes are counted, and it may die. */
  readonly arm: () => void;
  /** It does not die any more. */
  readonly spare: () => void;
  /** Ends it in order, unless it is dead. */
  readonly close: () => Promise<void>;
}

/**
 * A gateway in this process that can die as if killed: from one instant on its connections are gone and its requests to the
 * journal have no effect and no answer, so none of its code continues.
 */
export async function startGateway(options: GatewayOptions): Promise<SimulatedGateway> {
  const configuration = parseConfiguration(
    {
      operations: { settleSeconds: settleMs / 1000, reconcileSeconds: [0.05, 0.1, 0.2] },
      backends: Object.fromEntries(
        Object.entries(options.backends).map(([key, section]) => [
          key,
          { ...section, timeoutMs, retries: 1, circuit: { failures: options.circuitFailures, openMs: 150 } },
        ]),
      ),
    },
    { backendSettings, environment: {} },
  );
  const report = (problem: string, details: object): void => options.report(`${problem} ${describe(details)}`);
  const opened = Object.entries(configuration.backends).map(([key, settings]) => {
    const { adapter, connection } = openBackend(key, settings, report);
    return { key, label: key, adapter, connection, health: connection.health };
  });
  const disconnect = () => Promise.all(opened.map(({ connection }) => connection.close()));
  const { store, died, isDead, arm, spare } = mortal(await openStore(`sqlite:${options.journal}`), options.death, () => {
    options.report("the gateway is killed");
    disconnect().catch(() => undefined);
  });
  const backends = createBackends(opened);
  const planners = createPlanners(backends);
  const { settleSeconds, reconcileSeconds } = configuration.operations;
  const journal: Journal = {
    store,
    plan: ({ mutation, input }) => planners[mutation as keyof BackendMutations](input as never),
    systemOf: ({ backend }) => backend,
    admit: async () => undefined,
    presence: createPresence({ store, leaseMs: options.leaseMs, heartbeatMs: options.leaseMs / 5, clock: processClock, report }),
    clock: processClock,
    permitMs: (options.leaseMs * 2) / 3,
    longestCallMs: timeoutMs,
    settleMs: settleSeconds * 1000,
    pausesMs: reconcileSeconds.map((seconds) => seconds * 1000),
    report,
  };
  const runner = createRunner(journal);
  const times = { takeOverEveryMs: options.leaseMs / 5, lookEveryMs: 40, pruneEveryMs: 60_000, retentionMs: 3_600_000 };
  const housekeeping = startHousekeeping(journal, runner, times);
  return {
    backends,
    writes: (signal) => {
      const caller = {
        actor: null,
        users: {},
        maySee: () => true,
        headerKey: null,
        maxBackendCalls: 500,
        scope: { signal },
        afterWrite: () => undefined,
      };
      return createWrites({ planners, nullClears, resolvers: {}, runner, ...caller });
    },
    died,
    isDead,
    arm,
    spare,
    close: async () => {
      if (isDead()) return;
      await housekeeping.stop();
      await disconnect();
      await store.close();
    },
  };
}

const changes: ReadonlySet<string> = new Set(["insert", "saveStep", "addSteps", "save", "claim", "reclaim"]);

/** The store of a process that dies at a given change. */
function mortal(store: Store, death: Death | undefined, onDeath: () => void) {
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const underWay = new Set<Promise<unknown>>();
  let dead = false;
  let mayDie = false;
  let changed = 0;

  const die = (): void => {
    if (dead || !mayDie) return;
    dead = true;
    onDeath();
    resolve();
    Promise.allSettled(underWay)
      .then(store.close)
      .catch(() => undefined);
  };

  const guarded =
    (name: string, method: (...parameters: unknown[]) => Promise<unknown>) =>
    async (...parameters: unknown[]): Promise<unknown> => {
      if (mayDie && changes.has(name)) changed += 1;
      const fatal = mayDie && changes.has(name) && changed === death?.change;
      if (fatal && death.moment === "before") die();
      if (dead) return forever();
      const working = method(...parameters);
      underWay.add(working);
      await working.catch(() => undefined).finally(() => underWay.delete(working));
      if (fatal && death.moment === "after") die();
      if (fatal && death.moment === "later") setTimeout(die, death.laterMs);
      return dead ? forever() : working;
    };

  const methods = Object.entries(store).map(([name, method]) => [name, guarded(name, method)]);
  const arm = (): void => {
    mayDie = true;
  };
  const spare = (): void => {
    mayDie = false;
  };
  return { store: Object.fromEntries(methods) as Store, died, isDead: () => dead, arm, spare };
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}

function describe(details: object): string {
  const error = "error" in details ? details.error : null;
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    causes.push(cause instanceof BillingError ? `${cause.code}: ${cause.message}` : cause.message);
  }
  return `${JSON.stringify(details, (name, value: unknown) => (name === "error" ? undefined : value))} ${causes.join(" <- ")}`;
}
