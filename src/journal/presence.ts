import { randomUUID } from "node:crypto";
import { awaySince, type Clock, momentOf } from "./clock.ts";
import type { Store } from "./store.ts";

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

export interface PresenceOptions {
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
  let problem: string | null = null;
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
      problem = null;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      // A store that is down is reported once, not every few seconds.
      if (text !== problem) report("the heartbeat did not reach the store", { error });
      problem = text;
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
