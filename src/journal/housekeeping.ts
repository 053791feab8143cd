import type { CallScope } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { type Operation, storedError } from "./model.ts";
import { settleOperation } from "./reconcile.ts";
import type { Runner } from "./runner.ts";
import { ended, type Journal, openWork } from "./work.ts";

export interface HousekeepingOptions {
  readonly heartbeatMs: number;
  /** How often unknown outcomes are looked for that are due. */
  readonly lookEveryMs: number;
  readonly pruneEveryMs: number;
  readonly retentionMs: number;
}

export const usualHousekeeping: Omit<HousekeepingOptions, "retentionMs"> = {
  heartbeatMs: 3_000,
  lookEveryMs: 1_000,
  pruneEveryMs: 3_600_000,
};

export interface Housekeeping {
  /** Ends the timers, waits for what is under way, and tells the other replicas that this one is gone. */
  readonly stop: () => Promise<void>;
}

const atOnce = 20;

/**
 * What goes on in the background of every replica: telling that it is alive, taking over what dead replicas left, looking for
 * unknown outcomes that are due, and deleting what is past the retention time.
 */
export function startHousekeeping(journal: Journal, runner: Runner, options: HousekeepingOptions): Housekeeping {
  const { store, owner } = journal;
  const ending = new AbortController();
  const scope: CallScope = { signal: ending.signal };
  const chores = [
    repeating(options.heartbeatMs, async () => {
      const asked = performance.now();
      await store.heartbeat(owner);
      // As of when it was asked for: the store may have noted it long before it answered.
      journal.lastHeartbeat = asked;
      for (const id of runner.stranded) {
        const operation = await store.byId(id);
        if (operation?.owner === owner) await takeOver(journal, operation, owner, scope);
        runner.stranded.delete(id);
      }
      const seenBefore = new Date(Date.now() - journal.leaseMs).toISOString();
      for (const operation of await store.orphans(seenBefore)) {
        if (operation.owner !== owner) await takeOver(journal, operation, operation.owner, scope);
      }
    }),
    repeating(options.lookEveryMs, async () => {
      const due = await store.due(new Date().toISOString(), atOnce);
      await Promise.all(due.map(({ id }) => runner.reconcile(id, scope)));
    }),
    repeating(options.pruneEveryMs, async () => {
      await store.prune(new Date(Date.now() - options.retentionMs).toISOString());
    }),
  ];

  /** Runs a chore again and again, never twice at once; its failure is told, and the next time tried again. */
  function repeating(everyMs: number, chore: () => Promise<void>) {
    let running = Promise.resolve();
    let told: string | null = null;
    const once = async (): Promise<void> => {
      try {
        await chore();
        told = null;
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        // A store that is down is told once, not every second.
        if (!ending.signal.aborted && problem !== told) journal.report("housekeeping failed", { error });
        told = problem;
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
      await store
        .retire(owner)
        .catch((error: unknown) => journal.report("the store did not hear that this replica ends", { error }));
    },
  };
}

/** Makes an operation of a dead owner this process's own, and settles it. Of several replicas, one gets it. */
async function takeOver(journal: Journal, operation: Operation, from: string | null, scope: CallScope): Promise<void> {
  if (!(await journal.store.claim(operation.id, from, journal.owner))) return;
  const current = (await journal.store.byId(operation.id)) ?? operation;
  const work = openWork(journal, current);
  const reason = new BillingError(
    "OUTCOME_UNKNOWN",
    "The gateway stopped while the request was under way; its outcome is unknown.",
  );
  for (const step of work.steps) {
    if (step.status === "SENDING") await work.save(ended(step, "UNKNOWN", { errors: [storedError(reason)] }));
  }
  await settleOperation(journal, { ...current, steps: [...work.steps] }, scope);
}
