import type { Permit } from "../adapter/adapter.ts";
import { type Clock, elapsedSince, type Moment } from "./clock.ts";

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
