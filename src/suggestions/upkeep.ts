import { setTimeout as pause } from "node:timers/promises";
import type { Finder } from "./find.ts";

export interface UpkeepOptions {
  readonly finder: Pick<Finder, "catchUp">;
  /** Deletes records that are not to be kept any more; what is suggested for them goes as the finder catches up. */
  readonly forget: (signal: AbortSignal) => Promise<void>;
  /** How often, beginning at once. */
  readonly everyMs: number;
  readonly report: (problem: string, details: object) => void;
}

/** After a failure, until it is tried again. */
const retryMs = 30_000;

/**
 * Compares what nobody has compared, at the start and as often as the directory is read: what another process of the store was
 * told of and has not done is known to nobody else. A failure is told once, and tried again.
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
        if (!signal.aborted && problem !== told) report("suggestions could not be caught up with; it is tried again", { error });
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
