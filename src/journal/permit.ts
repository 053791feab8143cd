import type { Permit } from "../adapter/adapter.ts";
import { type Clock, elapsedSince, type Moment } from "./clock.ts";

/** The permit that a commit of "sending" gave, and whether it was used. */
export interface StepPermit extends Permit {
  /** True once the request was let go: it may have reached the backend. */
  readonly isTaken: () => boolean;
  /**
   * For how long the request may still be on its way, in milliseconds, when a call takes `longestCallMs` at most: a connection that was
   * lost, or an answer of a proxy, does not stop what is behind it.
   */
  readonly onItsWayMs: (longestCallMs: number) => number;
}

/**
 * Good for one request that leaves within `permitMs` of the moment at which the commit was asked for, as long as the process has not
 * renounced the operation. A step that makes a call again (a log-in that had expired) takes it again.
 */
export function createPermit(askedAt: Moment, permitMs: number, clock: Clock, isHeld: () => boolean): StepPermit {
  /** By the monotonic clock, which never makes it look longer ago than it is. */
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
