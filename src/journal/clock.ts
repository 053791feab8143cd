import { uptime } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

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
export function awaySince(moment: Moment, { monotonic, wall }: Clock): number {
  return Math.max(monotonic() - moment[0], wall() - moment[1]);
}
