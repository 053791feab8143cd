import { setTimeout as pause } from "node:timers/promises";
import type { Finder } from "./find.ts";

export interface UpkeepOptions {
  readonly finder: Pick<Finder, "catchUp">;
  /** Deletes records that must not be kept. The finder drops their suggestions as it catches up. */
  readonly forget: (signal: AbortSignal) => Promise<void>;
  /** The pause between two passes, in milliseconds; the first starts at once. */
  readonly everyMs: number;
  readonly report: (problem: string, details: object) => void;
}

/** The pause after a failure, at most. */
const retryMs = 30_000;

/**
 * Compares whatever is still to be compared, at the start and as often as the directory is read. Nobody else knows what another
 * process on the store has left undone. A failure is reported once and retried.
 */
export function startUpkeep({ finder, forget, everyMs, report }: UpkeepOptions): { readonly end: () => Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;

  async function keepUp(): Promise<void> {
    let told: string | null = null;
    while (!signal.aborted) {
      let waitMs = everyMs;
      try {
        await forget(signal);
        await finder.catchUp();
        told = null;
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!signal.aborted && problem !== told) report("suggestions could not be brought up to date; retrying", { error });
        told = problem;
        waitMs = Math.min(retryMs, everyMs);
      }
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  const running = keepUp();
  return {
    end: async () => {
      ending.abort();
      await running;
    },
  };
}
