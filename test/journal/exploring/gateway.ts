import { type Clock, createPresence, type Presence } from "../../../src/journal/leases.ts";
import type { Operation } from "../../../src/journal/model.ts";
import { createRunner, type Runner } from "../../../src/journal/runner.ts";
import type { Store } from "../../../src/journal/store.ts";
import type { Target } from "../../../src/journal/target.ts";
import type { Journal } from "../../../src/journal/work.ts";
import { unreachable } from "../memory-store.ts";
import { type Actor, actor, type Timeline } from "./timeline.ts";

/** As short as possible while keeping the required order: permit < lease, and so on. */
export const timing = {
  leaseMs: 12_000,
  heartbeatMs: 3_000,
  permitMs: 8_000,
  longestCallMs: 5_000,
  settleMs: 10_000,
  pausesMs: [10_000],
} as const;

export interface Gateway {
  readonly actor: Actor;
  readonly runner: Runner;
  readonly presence: Presence;
  /** When its heartbeat is due next. */
  readonly beatsAt: () => number;
  readonly beat: () => void;
  /** True while none of its heartbeats reaches the store. */
  isUnheard: boolean;
  /** Its wall clock is set to this. */
  readonly setClock: (byMs: number) => void;
  /** Its host is suspended for this long: the monotonic clock stops. */
  readonly suspend: (ms: number) => void;
  /** Its background work, unless that is in progress already. */
  readonly takeOver: () => void;
  readonly look: () => void;
}

export interface GatewayOptions {
  readonly name: string;
  /** How far its wall clock is ahead of the true time. */
  readonly wallMs: number;
  readonly timeline: Timeline;
  readonly network: Actor;
  readonly store: Store;
  readonly newId: () => string;
  readonly plan: (gateway: Actor, operation: Operation) => readonly Target[];
  /** What tests put between a runner and its store, and between a runner and its clock, to break a rule. Tests must notice. */
  readonly altered: (store: Store, clock: Clock) => { readonly store: Store; readonly presenceClock: Clock };
}

/**
 * A process with a presence, a runner and clocks of its own. Every statement and every answer of the store waits for its turn.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { name, wallMs: aheadMs, timeline, network, store, plan, altered } = options;
  const self = actor(name);
  const startedAt = timeline.now();
  let wallMs = aheadMs;
  let suspendedMs = 0;
  let names = 0;
  let beats: { readonly everyMs: number; readonly task: () => void; at: number } | null = null;
  /** True in the turn of a heartbeat: other work does not delay it. */
  let isBeating = false;

  const clock: Clock = {
    monotonic: () => timeline.now() - startedAt - suspendedMs,
    wall: () => timeline.now() + wallMs,
    sinceBoot: () => timeline.now() - startedAt,
    pause: (ms) =>
      new Promise((resolve) => {
        timeline.add({ actor: self, label: "wakes up", run: resolve, notBefore: timeline.now() + ms, isPoll: true });
      }),
    every: (everyMs, task) => {
      beats = { everyMs, task, at: timeline.now() + everyMs };
      return () => {
        beats = null;
      };
    },
  };

  const { store: itsStore, presenceClock } = altered(store, clock);
  const facade = overTimeline(itsStore, timeline, self, network);
  const direct: Store["heartbeat"] = (owner, leaseMs) =>
    gateway.isUnheard ? Promise.reject(unreachable()) : itsStore.heartbeat(owner, leaseMs);
  const presence = createPresence({
    store: {
      heartbeat: (owner, leaseMs) => (isBeating ? direct : facade.heartbeat)(owner, leaseMs),
      retire: facade.retire,
    },
    leaseMs: timing.leaseMs,
    heartbeatMs: timing.heartbeatMs,
    clock: presenceClock,
    report: () => undefined,
    name: () => `${name}${"'".repeat(names++)}`,
  });
  const journal: Journal = {
    ...timing,
    store: facade,
    plan: (operation) => plan(self, operation),
    systemOf: ({ backend }) => backend,
    presence,
    clock,
    admit: async () => undefined,
    newId: options.newId,
    report: () => undefined,
  };
  const runner = createRunner(journal);
  /** Background work in progress: like housekeeping.ts, it never does the same twice at once. */
  const busy = new Set<string>();

  function once(what: string, task: () => Promise<unknown>): void {
    if (busy.has(what)) return;
    busy.add(what);
    void task()
      .catch(() => undefined)
      .finally(() => busy.delete(what));
  }

  const takeOver = async (): Promise<void> => {
    for (const { id } of await runner.leftBehind()) once(id, () => runner.takeUp(id, {}));
    for (const { id } of await facade.orphans()) once(id, () => runner.takeOver(id, {}));
  };
  const look = async (): Promise<void> => {
    for (const { id } of await facade.due(10)) once(id, () => runner.reconcile(id, {}, "reconciler"));
  };

  const gateway: Gateway = {
    actor: self,
    runner,
    presence,
    beatsAt: () => beats?.at ?? Number.POSITIVE_INFINITY,
    beat: () => {
      if (!beats) return;
      beats.at = timeline.now() + beats.everyMs;
      isBeating = true;
      beats.task();
      isBeating = false;
    },
    isUnheard: false,
    setClock: (byMs) => {
      wallMs += byMs;
    },
    suspend: (ms) => {
      suspendedMs += ms;
    },
    takeOver: () => once("taking over", takeOver),
    look: () => once("looking", look),
  };
  isBeating = true;
  presence.start();
  isBeating = false;
  return gateway;
}

const changing = new Set<keyof Store>(["insert", "saveStep", "addSteps", "save", "claim", "reclaim", "heartbeat", "retire"]);
const scheduled = [
  ...changing,
  ...([
    "alike",
    "hasAlike",
    "byKey",
    "byId",
    "byIds",
    "blocking",
    "claimed",
    "hasRival",
    "isBeingChanged",
    "heldBy",
    "orphans",
    "due",
    "time",
  ] as const),
] as const;
/**
 * How long a statement may still take effect after its connection was lost: the server does not notice that the client is gone.
 */
const lateStatementMs = 1_000;

/** The store as a process sees it: a statement takes effect at one time, and its answer arrives later, or never. */
function overTimeline(store: Store, timeline: Timeline, self: Actor, network: Actor): Store {
  const call = <T>(name: keyof Store, effect: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const lose = (): void => reject(unreachable());
      const run = (): void => {
        const result = effect();
        result.catch(() => undefined);
        timeline.add({
          actor: self,
          label: `hears of ${name}`,
          run: () => resolve(result),
          faults: [{ name: "its answer is lost", run: lose }],
          mayWait: true,
        });
      };
      const late = (): void => {
        lose();
        const happen = (): void => void effect().catch(() => undefined);
        const limit = { at: timeline.now() + lateStatementMs, run: happen };
        timeline.add({ actor: network, label: `${name} of ${self.name} takes effect late`, run: happen, limit, isHeld: true });
      };
      const faults = changing.has(name)
        ? [
            { name: "it is lost", run: lose },
            { name: "its connection is lost before it takes effect", run: late },
          ]
        : [];
      timeline.add({ actor: self, label: `${name}`, run, faults, mayWait: true });
    });
  const methods = scheduled.map((name) => {
    const method = store[name] as (...parameters: unknown[]) => Promise<unknown>;
    return [name, (...parameters: unknown[]) => call(name, () => method(...parameters))] as const;
  });
  return withMethods(store, Object.fromEntries(methods));
}

/** A store with some methods replaced. */
export function withMethods<S extends Store>(store: S, methods: Partial<Store>): S {
  return Object.assign(Object.create(store), methods);
}
