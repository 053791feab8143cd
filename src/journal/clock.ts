import { uptime } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** This process's own clocks, in milliseconds. What two processes compare is the store's clock instead. */
export interface Clock {
  /** Monotonic: never set; stops while the host is suspended. */
  readonly monotonic: () => number;
  /** Since 1970; may be set at any time. */
  readonly wall: () => number;
  /** Since the host's start, time in which it was suspended included. */
  readonly sinceBoot: () => number;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls it repeatedly, and does not keep the process alive. Returns a function that ends it. */
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

/** A moment by all of a process's clocks. */
export type Moment = readonly [monotonic: number, wall: number, sinceBoot: number];

export function momentOf({ monotonic, wall, sinceBoot }: Clock): Moment {
  return [monotonic(), wall(), sinceBoot()];
}

/**
 * Time since a moment, by the clock that has moved most. A process that was frozen sees that in the first two clocks, a suspended host
 * in the last two. A wall clock that was set forward counts as time passed, which is the safe side.
 */
export function elapsedSince(moment: Moment, clock: Clock): number {
  const now = momentOf(clock);
  return Math.max(now[0] - moment[0], now[1] - moment[1], now[2] - moment[2]);
}

/** The same by the two clocks that are cheap to read, for frequent checks. A suspended host shows in the wall clock. */
export function awaySince(moment: Moment, { monotonic, wall }: Clock): number {
  return Math.max(monotonic() - moment[0], wall() - moment[1]);
}
