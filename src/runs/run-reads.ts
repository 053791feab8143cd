import { setTimeout as pause } from "node:timers/promises";
import { type Caller, mayUse } from "../model/caller.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import type { Users } from "../reads/loaders.ts";
import { type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import type { CountRows } from "./counting.ts";
import { type RowState, type Run, type RunExecution, type RunReach, type RunRow, runStates } from "./model.ts";
import type { RowCount, RowFilter, RunFilter, RunStore } from "./store.ts";

/**
 * Runs as one caller sees them. The caller does not see a run that has a row for a backend that it may not see, or in which it is
 * mapped to another user than the run's creator.
 */
export interface RunReads {
  readonly byId: (id: string) => Promise<Run | null>;
  /** Newest first. */
  readonly list: (filter: RunFilter, page: PageArguments) => Promise<Connection<Run>>;
  /** In the order of the rows. */
  readonly rows: (run: Run, filter: RowFilter, page: PageArguments) => Promise<Connection<RunRow>>;
  readonly counts: (run: Run) => Promise<readonly RowCount[]>;
  readonly progress: (run: Run) => Promise<Progress | null>;
  /** The run as it is now and after every change, whichever process works on it. */
  readonly watch: (id: string) => Promise<AsyncIterableIterator<Run, undefined>>;
}

/** Progress of the execution of a run. */
export interface Progress {
  readonly rows: number;
  readonly ended: number;
  readonly rowsPerSecond: number;
  /** Null while nothing is being sent. */
  readonly secondsLeft: number | null;
}

interface RunOnlooker {
  readonly caller: Caller;
  /** By backend: the entry of its `users` that the caller is mapped to. */
  readonly users: Users;
  /** The same for the run's creator. */
  readonly usersOf: (reach: RunReach) => Users;
  /** Keys of the backends that a run's maker may use: its rows may be for any of them. */
  readonly backendsOf: (reach: RunReach) => readonly string[];
}

export interface ReadOptions extends RunOnlooker {
  readonly store: Pick<RunStore, "byId" | "list" | "rows">;
  readonly countRows: CountRows;
  readonly maxPageSize: number;
  readonly lookEveryMs?: number | undefined;
}

const usualLookEveryMs = 500;

/** While its rows are not checked, only its creator sees a run: nobody knows yet which backends it has rows for. */
function maySeeRun({ caller, users, usersOf, backendsOf }: RunOnlooker, { actor, backends, state, reach }: Run): boolean {
  if (!backends.every((backend) => mayUse(caller, backend))) return false;
  const isSeen = state !== "PREPARING" && state !== "NEEDS_ATTENTION";
  const makers = usersOf(reach);
  const own = Object.keys(users).filter((backend) => !isSeen || backends.includes(backend));
  if (!own.every((backend) => users[backend] === makers[backend])) return false;
  if (actor === caller.actor || caller.scopes.has("admin")) return true;
  return isSeen || backendsOf(reach).every((backend) => mayUse(caller, backend));
}

export function createRunReads({
  store,
  countRows,
  maxPageSize,
  lookEveryMs = usualLookEveryMs,
  ...onlooker
}: ReadOptions): RunReads {
  async function byId(id: string): Promise<Run | null> {
    const run = await store.byId(id);
    return run && maySeeRun(onlooker, run) ? run : null;
  }

  async function list(filter: RunFilter, page: PageArguments): Promise<Connection<Run>> {
    const first = pageSize(page, maxPageSize);
    const [createdAt, id] = page.after == null ? [] : decodeKeyCursor("runs", 2, page.after);
    let after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    const hasPreviousPage = after !== null;
    const seen: Run[] = [];
    while (seen.length <= first) {
      const found = await store.list(filter, first + 1, after);
      seen.push(...found.filter((run) => maySeeRun(onlooker, run)));
      after = found.at(-1) ?? after;
      if (found.length <= first) break;
    }
    const edges = seen.slice(0, first).map((run) => edgeOf(run, () => encodeKeyCursor("runs", [run.createdAt, run.id])));
    return { edges, hasNextPage: seen.length > first, hasPreviousPage, unavailable: [] };
  }

  return {
    byId,
    list,
    rows: async (run, filter, page) => {
      const first = pageSize(page, maxPageSize);
      const [position = "0"] = page.after == null ? [] : decodeKeyCursor("runRows", 1, page.after);
      const found = await store.rows(run.id, filter, first + 1, /^\d{1,9}$/.test(position) ? Number(position) : 0);
      return {
        edges: found.slice(0, first).map((row) => edgeOf(row, () => encodeKeyCursor("runRows", [String(row.position)]))),
        hasNextPage: found.length > first,
        hasPreviousPage: page.after != null,
        unavailable: [],
      };
    },
    counts: countRows,
    progress: async (run) => {
      const { execution, state } = run;
      return execution === null || state === "AWAITING_APPROVAL" ? null : progressOf(run, execution, await countRows(run));
    },
    watch: (id) => watchRun(byId, store, id, lookEveryMs),
  };
}

function progressOf({ state, finishedAt }: Run, { rows, at }: RunExecution, counts: readonly RowCount[]): Progress {
  const left = sumOf(counts, ["READY"]);
  const ended = Math.max(0, rows - left);
  const seconds = Math.max(0.001, (Date.parse(finishedAt ?? new Date().toISOString()) - Date.parse(at)) / 1000);
  const rowsPerSecond = Math.round((ended / seconds) * 10) / 10;
  const secondsLeft = state === "RUNNING" && rowsPerSecond > 0 ? Math.ceil(left / rowsPerSecond) : null;
  return { rows, ended, rowsPerSecond, secondsLeft };
}

/** Figures over all runs, for metrics. */
export interface CountedRuns {
  readonly byState: Readonly<Record<string, number>>;
  /** Over all runs that are being sent: rows that are left, and rows per second. */
  readonly rowsLeft: number;
  readonly rowsPerSecond: number;
  /** Seconds until the last one is done at this rate; 0 = none is being sent. */
  readonly secondsLeft: number;
}

const mostRunning = 100;

export async function countRuns(store: Pick<RunStore, "states" | "list">, countRows: CountRows): Promise<CountedRuns> {
  const none = Object.fromEntries(Object.keys(runStates).map((state) => [state, 0]));
  const byState: Readonly<Record<string, number>> = { ...none, ...(await store.states()) };
  const running = (byState["RUNNING"] ?? 0) > 0 ? await store.list({ state: ["RUNNING"] }, mostRunning, null) : [];
  const progress = await Promise.all(
    running.flatMap((run) =>
      run.execution ? [countRows(run).then((counts) => progressOf(run, run.execution as RunExecution, counts))] : [],
    ),
  );
  return {
    byState,
    rowsLeft: progress.reduce((sum, { rows, ended }) => sum + rows - ended, 0),
    rowsPerSecond: progress.reduce((sum, each) => sum + each.rowsPerSecond, 0),
    secondsLeft: Math.max(0, ...progress.map(({ secondsLeft }) => secondsLeft ?? 0)),
  };
}

function sumOf(counts: readonly RowCount[], states: readonly RowState[]): number {
  return counts.reduce((sum, { state, rows }) => sum + (states.includes(state) ? rows : 0), 0);
}

/** Ends with the run, or when nobody listens any more. Polls: a run changes many times a second. */
async function watchRun(
  byId: RunReads["byId"],
  store: Pick<RunStore, "byId">,
  id: string,
  everyMs: number,
): Promise<AsyncIterableIterator<Run, undefined>> {
  const ending = new AbortController();
  let told: string | null = null;
  async function next(): Promise<IteratorResult<Run, undefined>> {
    while (!ending.signal.aborted) {
      const run = told === null ? await byId(id) : await store.byId(id);
      if (run === null) break;
      if (run.updatedAt !== told) {
        const isFirst = told === null;
        told = run.updatedAt;
        const seen = isFirst ? run : await byId(id);
        if (seen === null) break;
        return { done: false, value: seen };
      }
      await pause(everyMs, undefined, { signal: ending.signal }).catch(() => {});
    }
    return { done: true, value: undefined };
  }
  const runs: AsyncIterableIterator<Run, undefined> = {
    next,
    return: async () => {
      ending.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => runs,
  };
  return runs;
}
