import { setTimeout as pause } from "node:timers/promises";
import { isUnreachable } from "./ask.ts";

/** Waits until nothing happens to a run by itself any more. */

/** States that change by themselves. */
const underway: ReadonlySet<string> = new Set(["PREPARING", "RUNNING", "WAITING", "UNDOING"]);

/** How long a command waits, in milliseconds. */
export interface Patience {
  readonly lookEveryMs: number;
  /** For outcomes that are unknown: perhaps only a person can settle them. */
  readonly outcomesMs: number;
  /** For a gateway that is not there: it may be starting again. */
  readonly absenceMs: number;
}

export const usualPatience: Patience = { lookEveryMs: 500, outcomesMs: 15 * 60_000, absenceMs: 2 * 60_000 };

/** The run once nothing changes by itself any more; WAITING if its outcomes stay unknown. */
export async function untilStill<Seen extends { readonly state: string }>(
  look: () => Promise<Seen>,
  { lookEveryMs, outcomesMs, absenceMs }: Patience,
  { now, pause }: Clock = systemClock,
): Promise<Seen> {
  let seenAt = now();
  let waitingSince: number | null = null;
  for (;;) {
    const run = await look().catch((error: unknown) => {
      if (!isUnreachable(error) || now() - seenAt > absenceMs) throw error;
      return null;
    });
    if (run) {
      if (!underway.has(run.state)) return run;
      seenAt = now();
      waitingSince = run.state === "WAITING" ? (waitingSince ?? seenAt) : null;
      if (waitingSince !== null && seenAt - waitingSince > outcomesMs) return run;
    }
    await pause(lookEveryMs);
  }
}

interface Clock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const systemClock: Clock = { now: () => performance.now(), pause: (milliseconds) => pause(milliseconds) };
