import type { Clock } from "../../../src/journal/leases.ts";
import type { Operation, Step } from "../../../src/journal/model.ts";
import type { Store } from "../../../src/journal/store.ts";
import { noAnswer } from "./backend.ts";
import { timing, withMethods } from "./gateway.ts";
import * as worlds from "./worlds.ts";

/** The code under test with one of its rules removed. */
export interface Mutant {
  /** False: the store accepts statements of earlier holders. */
  readonly isFenced?: false;
  /** False: a request leaves without a valid permit. */
  readonly checksPermits?: false;
  /** False: records that only could be ours are not reported. */
  readonly tellsCandidates?: false;
  /** Made anew for each gateway: what is between it and the store. */
  readonly store?: (store: Store, world: { readonly clock: Clock; readonly readClock: (clock: Clock) => void }) => Store;
  /** How the presence notices that the process was away. */
  readonly presenceClock?: (clock: Clock) => Clock;
  /** The world whose random schedules notice it soonest: it is searched first. */
  readonly noticedIn?: worlds.WorldPlan;
}

/** Each changes only the step or the operation that a runner reads or writes. */
export const mutants = {
  "statements are not fenced": { isFenced: false, noticedIn: worlds.changes },
  "permits are not checked": { checksPermits: false, noticedIn: worlds.takenBack },
  "a take-over does not wait for permits": {
    noticedIn: worlds.oneCharge,
    store: (store) =>
      withMethods(store, {
        saveStep: (hold, step, changes) => {
          const isTakenOver = step.status === "UNKNOWN" && step.errors[0]?.message.startsWith("The gateway stopped") === true;
          return store.saveStep(hold, isTakenOver ? { ...step, settlesAt: sooner(step) } : step, changes);
        },
      }),
  },
  "leases are by each process's own clock, and nobody notices that it was away": {
    noticedIn: worlds.takenBack,
    store: (store, { clock, readClock }) =>
      withMethods(store, {
        claim: (id, owner) => {
          readClock(clock);
          return store.claim(id, owner);
        },
        heartbeat: (owner, leaseMs) => {
          readClock(clock);
          return store.heartbeat(owner, leaseMs);
        },
        orphans: () => {
          readClock(clock);
          return store.orphans();
        },
      }),
    presenceClock: (clock) => ({ ...clock, monotonic: () => 0, wall: () => 0, sinceBoot: () => 0 }),
  },
  "a look knows only yes and no": { tellsCandidates: false, noticedIn: worlds.altered },
  "there is no last look": {
    noticedIn: worlds.veryLate,
    store: (store) => {
      const forget = (operation: Operation | null) =>
        operation && { ...operation, steps: operation.steps.map((step) => ({ ...step, mayHaveLeft: false })) };
      return withMethods(store, {
        claim: async (id, owner) => forget(await store.claim(id, owner)),
        reclaim: async (hold, owner) => forget(await store.reclaim(hold, owner)),
      });
    },
  },
  "what was read before the claim is used after it": {
    noticedIn: worlds.takenBack,
    store: (store) => {
      const read = new Map<string, readonly Step[]>();
      const keep = <O extends Operation | null>(operation: O): O => {
        if (operation) read.set(operation.id, operation.steps);
        return operation;
      };
      return withMethods(store, {
        byKey: async (key) => keep(await store.byKey(key)),
        byId: async (id) => keep(await store.byId(id)),
        claim: async (id, owner) => {
          const claimed = await store.claim(id, owner);
          return claimed && { ...claimed, steps: read.get(id) ?? claimed.steps };
        },
      });
    },
  },
  "a lost connection ends its request": {
    noticedIn: worlds.three,
    store: (store) =>
      withMethods(store, {
        saveStep: async (hold, step, changes) => {
          const isLost = step.status === "UNKNOWN" && step.errors[0]?.message === noAnswer && step.candidates.length === 0;
          const settlesAt = new Date((await store.time()) + timing.settleMs).toISOString();
          return store.saveStep(hold, isLost ? { ...step, settlesAt } : step, changes);
        },
      }),
  },
  "what failed is sent again without another look for charges alike": {
    store: (store) => withMethods(store, { hasAlike: async () => false }),
    noticedIn: worlds.refusedAlike,
  },
  "nobody takes up what a lost answer has left": {
    store: (store) => withMethods(store, { heldBy: async () => [] }),
    noticedIn: worlds.three,
  },
} as const satisfies Record<string, Mutant>;

function sooner({ settlesAt }: Step): string | null {
  const { permitMs, longestCallMs } = timing;
  return settlesAt && new Date(Date.parse(settlesAt) - permitMs - longestCallMs).toISOString();
}
