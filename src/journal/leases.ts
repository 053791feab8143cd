import { randomUUID } from "node:crypto";
import { uptime } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Permit } from "../adapter/adapter.ts";
import { createEpisodes } from "../model/episodes.ts";
import type { Store } from "./store.ts";

/** This process's own clocks, in milliseconds. To compare times of two processes, use the store's clock. */
export interface Clock {
  /** Monotonic: nobody can set it. Stops while the host is suspended. */
  readonly monotonic: () => number;
  /** Since 1970. Somebody may set it at any time. */
  readonly wall: () => number;
  /** Since the host's start, including the time in which it was suspended. */
  readonly sinceBoot: () => number;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls the function repeatedly, without keeping the process alive. Returns a function that stops it. */
  readonly every: (ms: number, task: () => void) => () => void;
}

export const processClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  sinceBoot: () => uptime() * 1000,
  pause: (ms, signal) => pause(ms, undefined, { signal, ref: true }),
  every: (ms, task) => {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
};

/** One moment, read from all clocks of the process. */
export type Moment = readonly [monotonic: number, wall: number, sinceBoot: number];

export function momentOf({ monotonic, wall, sinceBoot }: Clock): Moment {
  return [monotonic(), wall(), sinceBoot()];
}

/**
 * Time since a moment, by the clock that advanced most. The first two clocks show that the process was frozen, the last two that
 * the host was suspended. A wall clock that was set forward counts as time passed, which is the safe side.
 */
export function elapsedSince(moment: Moment, clock: Clock): number {
  const now = momentOf(clock);
  return Math.max(now[0] - moment[0], now[1] - moment[1], now[2] - moment[2]);
}

/**
 * As elapsedSince, but only by the two clocks that are cheap to read: for frequent checks. The wall clock shows that the host was
 * suspended.
 */
function awaySince(moment: Moment, { monotonic, wall }: Clock): number {
  return Math.max(monotonic() - moment[0], wall() - moment[1]);
}

/**
 * This process as the journal knows it: a name with a lease, renewed by a heartbeat that does nothing else. A process that
 * notices that it was away (frozen, suspended, its event loop blocked) takes a new name. What it held under the old one is no
 * longer its own.
 */
export interface Presence {
  readonly owner: () => string;
  /** Whether this process still holds what it claimed under a name. Checks by itself whether the process was away. */
  readonly holds: (owner: string) => boolean;
  /**
   * Saves the name in the store. Call it before the first claim: others take over at once what belongs to a name without a lease.
   * Rejects with UNAVAILABLE while the store is down.
   */
  readonly announce: () => Promise<void>;
  /** Begins the heartbeat: renews the lease repeatedly, and waits for nothing else. */
  readonly start: () => void;
  /** Ends the heartbeat and gives up the name. */
  readonly stop: () => Promise<void>;
}

interface PresenceOptions {
  readonly store: Pick<Store, "heartbeat" | "retire">;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly report: (problem: string, details: object) => void;
  /** Makes a new name. */
  readonly name?: () => string;
}

export function createPresence(options: PresenceOptions): Presence {
  const { store, leaseMs, heartbeatMs, clock, report, name = randomUUID } = options;
  /** A timer this late means that the process was away. */
  const longestGapMs = heartbeatMs + leaseMs / 3;
  let owner = name();
  let announced: Promise<void> | null = null;
  let endBeats: (() => void) | undefined;
  /** When the process last ran, while its heartbeat is on. */
  let awakeAt = momentOf(clock);
  const failures = createEpisodes((error) => report("the heartbeat did not reach the store", { error }));
  let beating = false;

  /** Renounces everything if the process was away, whoever notices it first. */
  function lookForGap(): void {
    const away = awaySince(awakeAt, clock);
    if (endBeats === undefined || away <= longestGapMs) return;
    const awayMs = Math.round(away);
    awakeAt = momentOf(clock);
    const earlier = owner;
    owner = name();
    announced = null;
    report("this process did not renew its lease in time; it releases the operations that it held", { awayMs });
    // Then others need not wait for the old lease. If the store cannot be reached, they wait.
    store.retire(earlier).catch(() => {});
  }

  async function beat(): Promise<void> {
    // Does not wait for an earlier renewal that hangs.
    if (beating) return;
    beating = true;
    try {
      await store.heartbeat(owner, leaseMs);
      failures.worked();
    } catch (error) {
      failures.failed(error);
    } finally {
      beating = false;
    }
  }

  return {
    owner: () => {
      lookForGap();
      return owner;
    },
    holds: (held) => {
      lookForGap();
      return held === owner;
    },
    announce: async () => {
      lookForGap();
      announced ??= store.heartbeat(owner, leaseMs);
      const announcing = announced;
      await announcing.catch((error: unknown) => {
        if (announced === announcing) announced = null;
        throw error;
      });
    },
    start: () => {
      awakeAt = momentOf(clock);
      endBeats = clock.every(heartbeatMs, () => {
        lookForGap();
        awakeAt = momentOf(clock);
        void beat();
      });
      void beat();
    },
    stop: async () => {
      endBeats?.();
      endBeats = undefined;
      await store
        .retire(owner)
        .catch((error: unknown) => report("the store could not record that this process is ending", { error }));
    },
  };
}

/** Permission for one request, given by a commit of "sending". */
export interface StepPermit extends Permit {
  /** True once the request was handed to the socket: it may have reached the backend. */
  readonly isTaken: () => boolean;
  /**
   * How long the request may still be in flight, in milliseconds, if a call takes at most `longestCallMs`. A lost connection or a
   * proxy's answer does not stop what runs behind it.
   */
  readonly onItsWayMs: (longestCallMs: number) => number;
}

/**
 * Allows a request to leave within `permitMs` of the moment at which the commit was requested, while the process has not
 * renounced the operation. A step that repeats its call (its session had expired) takes the permit again.
 */
export function createPermit(askedAt: Moment, permitMs: number, clock: Clock, isHeld: () => boolean): StepPermit {
  /** By the monotonic clock: no change of the wall clock makes it look longer ago. */
  let takenAt: number | null = null;
  return {
    take: () => {
      if (!isHeld() || elapsedSince(askedAt, clock) >= permitMs) return false;
      takenAt = clock.monotonic();
      return true;
    },
    isTaken: () => takenAt !== null,
    onItsWayMs: (longestCallMs) => (takenAt === null ? 0 : Math.max(0, takenAt + longestCallMs - clock.monotonic())),
  };
}
