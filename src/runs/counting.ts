import type { Run } from "./model.ts";
import type { RowCount, RunStore } from "./store.ts";

/** Rows of a run by state. */
export type CountRows = (run: Pick<Run, "id" | "state" | "revision" | "updatedAt">) => Promise<readonly RowCount[]>;

/** Counts of a run in progress are used for this long: each count reads all rows, and every watcher asks again and again. */
const leastAgeMs = 1_000;
/** Many rows, or a slow store: then they may be older, so that counting takes a small share of the time. */
const mostShare = 1 / 50;
const mostAgeMs = 10_000;
const mostKept = 100;

interface Counted {
  /** The version of the run when it was counted. */
  readonly version: string;
  readonly at: number;
  readonly counts: Promise<readonly RowCount[]>;
  /** Older counts are not used. */
  mostAgeMs: number;
}

/** Shares counts between callers. The counts of a run that nobody works on are never stale. */
export function createCounting(store: Pick<RunStore, "counts">): CountRows {
  const kept = new Map<string, Counted>();
  return ({ id, state, revision, updatedAt }) => {
    const version = `${state} ${revision} ${updatedAt}`;
    const before = kept.get(id);
    const isWorkedOn = state === "PREPARING" || state === "RUNNING" || state === "UNDOING";
    const isYoung = before !== undefined && performance.now() - before.at < before.mostAgeMs;
    if (before && (isWorkedOn ? isYoung : before.version === version)) return before.counts;
    const at = performance.now();
    const counts = store.counts(id);
    const counted: Counted = { version, at, counts, mostAgeMs };
    kept.delete(id);
    kept.set(id, counted);
    for (const [oldest] of kept) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    counts.then(
      () => {
        const took = performance.now() - at;
        counted.mostAgeMs = Math.min(Math.max(leastAgeMs, took / mostShare), mostAgeMs);
      },
      () => {
        if (kept.get(id) === counted) kept.delete(id);
      },
    );
    return counts;
  };
}
