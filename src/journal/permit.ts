import type { Permit } from "../billing/adapter.ts";
import { type Clock, elapsedSince, type Moment } from "./clock.ts";

/** The permit that a commit of "sending" gave, and whether it was used. */
export interface StepPermit extends Permit {
  /** True once the request was let go: it may have reached the backend. */
  readonly isTaken: () => boolean;
}

/**
 * Good for one request that leaves within `permitMs` of the moment at which the commit was asked for, as long as the process has not
 * renounced the operation. A step that makes a call again (a log-in that had expired) takes it again.
 */
export function createPermit(askedAt: Moment, permitMs: number, clock: Clock, isHeld: () => boolean): StepPermit {
  let taken = false;
  return {
    take: () => {
      if (!isHeld() || elapsedSince(askedAt, clock) >= permitMs) return false;
      taken = true;
      return true;
    },
    isTaken: () => taken,
  };
}
