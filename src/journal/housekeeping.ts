import type { CallScope } from "../adapter/adapter.ts";
import { createEpisodes } from "../model/episodes.ts";
import type { Operation } from "./model.ts";
import type { Runner } from "./runner.ts";
import type { Journal } from "./work.ts";

export interface HousekeepingOptions {
  /** How often to look for operations of lost processes, and for those that this process could not release. */
  readonly takeOverEveryMs: number;
  /** How often to reconcile the unknown outcomes that are due. */
  readonly lookEveryMs: number;
  readonly pruneEveryMs: number;
  readonly retentionMs: number;
  /** How long operations with a `once` key are kept. */
  readonly onceRetentionMs?: number | undefined;
  /** Checks that the store has lost nothing, for example by a restore from a backup. */
  readonly checkStore?: (() => Promise<void>) | undefined;
}

export const usualHousekeeping: Pick<HousekeepingOptions, "lookEveryMs" | "pruneEveryMs"> = {
  lookEveryMs: 1_000,
  pruneEveryMs: 3_600_000,
};

export interface Housekeeping {
  /** Ends the timers, waits for what is in flight, and tells the other replicas that this one is gone. */
  readonly stop: () => Promise<void>;
}

/** How many operations are settled at once in one backend. */
const atOnceInBackend = 10;
/** Operations read at once: more than are settled, so that those of a hanging backend do not hide the others. */
const dueAtOnce = 200;

/**
 * The background work of every replica: takes over operations of lost processes, reconciles unknown outcomes that are due, and
 * deletes operations past their retention. The heartbeat runs apart from it (see leases.ts). Operations do not wait for each
 * other: a backend that hangs delays only its own.
 */
export function startHousekeeping(journal: Journal, runner: Runner, options: HousekeepingOptions): Housekeeping {
  const { store, presence, report } = journal;
  const ending = new AbortController();
  const scope: CallScope = { signal: ending.signal };
  /** Operations being settled, by id. */
  const settling = new Map<string, Promise<void>>();
  const settlingIn = new Map<string, number>();

  /** Begins to settle each operation, unless it is being settled already or its backends are busy with enough others. */
  function begin(operations: readonly Pick<Operation, "id" | "steps">[], settle: (id: string) => Promise<unknown>): void {
    for (const { id, steps } of operations) {
      const backends = [
        ...new Set(steps.filter(({ status }) => status === "UNKNOWN" || status === "SENDING").map(({ backend }) => backend)),
      ];
      if (settling.has(id) || backends.some((backend) => (settlingIn.get(backend) ?? 0) >= atOnceInBackend)) continue;
      const count = (by: number): void => {
        for (const backend of backends) settlingIn.set(backend, (settlingIn.get(backend) ?? 0) + by);
      };
      count(1);
      const task = settle(id)
        .then(
          () => undefined,
          (error: unknown) => {
            if (!ending.signal.aborted) report("an operation could not be settled", { operation: id, error });
          },
        )
        .finally(() => {
          settling.delete(id);
          count(-1);
        });
      settling.set(id, task);
    }
  }

  const { checkStore = async () => undefined } = options;
  const chores = [
    repeating(options.takeOverEveryMs, checkStore),
    repeating(options.takeOverEveryMs, async () => {
      await journal.admit();
      begin(await runner.leftBehind(), (id) => runner.takeUp(id, scope));
      begin(await store.orphans(), (id) => runner.takeOver(id, scope));
    }),
    repeating(options.lookEveryMs, async () => {
      await journal.admit();
      begin(await store.due(dueAtOnce), (id) => runner.reconcile(id, scope, "reconciler"));
    }),
    repeating(options.pruneEveryMs, async () => {
      const before = (keptMs: number): string => new Date(Date.now() - keptMs).toISOString();
      const { retentionMs, onceRetentionMs } = options;
      await store.prune(before(retentionMs), onceRetentionMs === undefined ? undefined : before(onceRetentionMs));
    }),
  ];
  presence.start();

  /** Runs a chore repeatedly, never twice at once. Reports a failure, and tries again the next time. */
  function repeating(everyMs: number, chore: () => Promise<void>) {
    let running = Promise.resolve();
    const failures = createEpisodes((error) => report("housekeeping failed", { error }));
    const once = async (): Promise<void> => {
      try {
        await chore();
        failures.worked();
      } catch (error) {
        if (!ending.signal.aborted) failures.failed(error);
      }
      if (!ending.signal.aborted) timer = setTimeout(next, everyMs).unref();
    };
    const next = (): void => {
      running = once();
    };
    let timer = setTimeout(next, 0).unref();
    return {
      stop: async (): Promise<void> => {
        clearTimeout(timer);
        await running;
      },
    };
  }

  return {
    stop: async () => {
      ending.abort();
      await Promise.all(chores.map((chore) => chore.stop()));
      await Promise.all(settling.values());
      await presence.stop();
    },
  };
}
