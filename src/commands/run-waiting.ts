import { setTimeout as pause } from "node:timers/promises";
import { isUnreachable } from "./ask.ts";

/** Waits until nothing happens to a run by itself any more. */

/** States that change by themselves. */
const underway: ReadonlySet<string> = new Set(["PREPARING", "RUNNING", "WAITING", "UNDOING"]);

/** States in which a run may stand still for ever: until outcomes are known. */
const mayStandStill: ReadonlySet<string> = new Set(["WAITING", "UNDOING"]);

/** How long a command waits, in milliseconds. */
export interface Patience {
  readonly lookEveryMs: number;
  /** For outcomes that are unknown: perhaps only a person can settle them. */
  readonly outcomesMs: number;
  /** For a gateway that is not there: it may be starting again. */
  readonly absenceMs: number;
}

export const usualPatience: Patience = { lookEveryMs: 500, outcomesMs: 15 * 60_000, absenceMs: 2 * 60_000 };

/** Whether it waits for outcomes. A run that is being undone may also be at work. */
export function isWaiting({ state }: { readonly state: string }): boolean {
  return mayStandStill.has(state);
}

interface Seeable {
  readonly state: string;
  /** Number of rows by state. They change as long as rows are taken back. */
  readonly counts: readonly { readonly state: string; readonly rows: number }[];
}

/** The run once nothing changes by itself any more; WAITING or UNDOING if outcomes stay unknown. */
export async function untilStill<Seen extends Seeable>(
  look: () => Promise<Seen>,
  { lookEveryMs, outcomesMs, absenceMs }: Patience,
  { now, pause }: Clock = systemClock,
): Promise<Seen> {
  let seenAt = now();
  let unchangedSince = seenAt;
  let before = "";
  for (;;) {
    const run = await look().catch((error: unknown) => {
      if (!isUnreachable(error) || now() - seenAt > absenceMs) throw error;
      return null;
    });
    if (run) {
      if (!underway.has(run.state)) return run;
      seenAt = now();
      const current = JSON.stringify([run.state, run.counts]);
      if (current !== before) unchangedSince = seenAt;
      before = current;
      if (isWaiting(run) && seenAt - unchangedSince > outcomesMs) return run;
    }
    await pause(lookEveryMs);
  }
}

interface Clock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const systemClock: Clock = { now: () => performance.now(), pause: (milliseconds) => pause(milliseconds) };
