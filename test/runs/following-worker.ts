import { createBackends } from "../../src/adapter/backends.ts";
import type { Store } from "../../src/journal/store.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { createRunWorker, type RunWorker } from "../../src/runs/worker.ts";

/** A worker of runs that may neither send nor give up anything, and reports no failure: it only follows what the journal says. */
export function createFollowingWorker(journal: Store, store: RunStore, owner: string): RunWorker {
  return createRunWorker({
    store,
    journal,
    runner: {
      run: () => Promise.reject(new Error("Nothing is to be sent.")),
      giveUp: () => Promise.reject(new Error("Nothing is to be given up.")),
    },
    arriving: new Set(),
    presence: { owner: () => owner, holds: () => true, announce: () => journal.heartbeat(owner, 60_000) },
    admit: async () => undefined,
    reachOf: () => ({
      backends: createBackends([]),
      planners: {} as never,
      users: {},
      customerOfAccount: () => Promise.reject(),
    }),
    refusal: () => null,
    concurrencyOf: () => 2,
    references: {},
    duplicates: { inRuns: "off", windowHours: 1, withBackend: false } as never,
    changed: () => undefined,
    report: (problem, details) => {
      throw new Error(`${problem}: ${JSON.stringify(details)}`);
    },
    pace: { lookEveryMs: 5 },
  });
}
