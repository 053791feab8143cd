import { type Caller, mayUse } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { addDecimals, compareDecimals } from "../model/money.ts";
import { createRunActions, type RunActions } from "./actions.ts";
import { createCounting } from "./counting.ts";
import type { GivenRow, ReadRow, Run, RunReach } from "./model.ts";
import { rowOfMembers } from "./reading.ts";
import { noRun } from "./refusals.ts";
import { previewUndo, resultCsv, type UndoPreview } from "./result.ts";
import { type CountedRuns, countRuns, createRunReads, type RunReads } from "./run-reads.ts";
import type { RunStore } from "./store.ts";
import { createRunWorker, type RunWorker, type WorkerOptions } from "./worker.ts";

/** Charge runs: their storage, their worker, and what each caller may see and do. */
export interface Runs {
  readonly of: (caller: Caller) => CallerRuns;
  readonly worker: RunWorker;
  readonly prune: () => Promise<void>;
  readonly count: () => Promise<CountedRuns>;
}

export interface CallerRuns extends RunReads, RunActions {
  readonly undoPreview: (run: Run) => Promise<UndoPreview>;
  /** CSV, one line per row. Rejects with NOT_FOUND. */
  readonly result: (id: string) => Promise<AsyncGenerator<string>>;
  /** Reads rows that arrive as members already. */
  readonly rowsOf: (rows: readonly Readonly<Record<string, unknown>>[]) => readonly ReadRow[];
  readonly rowOf: (row: Readonly<Record<string, unknown>>) => GivenRow;
}

/** The section `runs` of the configuration. */
interface RunSettings {
  readonly references: Readonly<Record<string, string>>;
  readonly retentionDays: number;
  readonly approval: {
    readonly always: boolean;
    /** By currency: the amount above which a second person must approve. */
    readonly above: Readonly<Record<string, string>>;
    readonly expiresAfterHours: number;
  };
}

export interface RunsOptions extends Omit<WorkerOptions, "references" | "changed" | "arriving"> {
  readonly store: RunStore;
  readonly settings: RunSettings;
  readonly maxPageSize: number;
  /** Called when the gateway's own records of runs have changed. */
  readonly changed: () => void;
}

export function createRuns(options: RunsOptions): Runs {
  const { store, presence, settings, maxPageSize, reachOf, changed } = options;
  const arriving = new Set<string>();
  const worker = createRunWorker({ ...options, references: settings.references, changed, arriving });
  const countRows = createCounting(store);
  const wake = (): void => {
    changed();
    worker.wake();
  };

  return {
    worker,
    count: () => countRuns(store, countRows),
    prune: () => store.prune(new Date(Date.now() - settings.retentionDays * 86_400_000).toISOString()),
    of: (caller) => {
      const reach: RunReach = { actor: caller.actor, backends: caller.backends === "*" ? "*" : [...caller.backends] };
      const reads = createRunReads({
        store,
        countRows,
        caller,
        users: reachOf(reach).users,
        usersOf: (made) => reachOf(made).users,
        backendsOf: (made) => reachOf(made).backends.all.map(({ key }) => key),
        maxPageSize,
      });
      const undoPreview = (run: Run, rows: Pick<RunStore, "rows"> = store): Promise<UndoPreview> =>
        previewUndo(rows, run, reachOf(reach).backends);
      const found = async (id: string): Promise<Run> => {
        const run = await reads.byId(id);
        if (!run) throw noRun();
        const hidden = run.backends.find((backend) => !mayUse(caller, backend));
        if (hidden !== undefined) throw new BillingError("FORBIDDEN", "The run has rows for backends that you may not use.");
        return run;
      };
      const actions = createRunActions({
        store,
        presence,
        arriving,
        reach,
        found,
        undoHash: async (run, rows) => (await undoPreview(run, rows)).planHash,
        approval: {
          isNeeded: (run) => takesApproval(run, settings.approval),
          expiresAfterMs: settings.approval.expiresAfterHours * 3_600_000,
        },
        wake,
      });
      return {
        ...reads,
        ...actions,
        undoPreview,
        result: async (id) => resultCsv(store, (await found(id)).id),
        rowsOf: (rows) => rows.map((row, index) => rowOfMembers(index + 1, row)),
        rowOf: (row) => rowOfMembers(1, row).row,
      };
    },
  };
}

/**
 * Whether a second person must approve. A row that the backend prices has no amount: if amounts decide, it counts as above every
 * limit.
 */
function takesApproval({ summary }: Run, { always, above }: RunSettings["approval"]): boolean {
  if (always) return true;
  if (Object.keys(above).length === 0) return false;
  const byCurrency = Map.groupBy(summary.totals, ({ currency }) => currency);
  return [...byCurrency].some(([currency, totals]) => {
    const most = above[currency];
    if (most === undefined || totals.some(({ unpriced }) => unpriced > 0)) return true;
    return compareDecimals(addDecimals(...totals.map(({ amount }) => amount)), most) > 0;
  });
}
