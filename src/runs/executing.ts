import { setTimeout as pause } from "node:timers/promises";
import type { Operation } from "../journal/model.ts";
import { RunLostError } from "../journal/recorder.ts";
import type { Store } from "../journal/store.ts";
import { latestOf } from "./checking.ts";
import { createLane, isLasting } from "./lane.ts";
import type { PausedBackend, RowOutcome, RowState, Run, RunHold, RunRow } from "./model.ts";
import type { Places } from "./places.ts";
import type { RunStore } from "./store.ts";

/**
 * Sends the rows of a run: to all backends in parallel, with as many calls in flight as each allows, in the order of the rows.
 * Saves finished rows in batches. If a process is lost before it saves a batch, the next owner of the run finds the outcomes in
 * the journal.
 */

export interface Task {
  readonly run: Run;
  readonly hold: RunHold;
  /** The state of the rows to send. */
  readonly from: RowState;
  /** The once key of the row's operation in the journal. */
  readonly onceKeyOf: (row: RunRow) => string;
  /** Sends the row once, and resolves with its new state. Calls `answered` when only recording the answer is left. */
  readonly send: (row: RunRow, latest: Operation | undefined, answered: () => void) => Promise<RunRow>;
  /** The row as it is to be saved. */
  readonly kept: (row: RunRow) => RowOutcome;
}

export interface ExecutingOptions {
  readonly store: RunStore;
  readonly journal: Pick<Store, "ofOnce">;
  readonly placesOf: (backend: string) => Places;
  /** Whether this process still holds what it holds under this name. False after it was frozen: another process may have the run. */
  readonly holds: (owner: string) => boolean;
  /** Aborted when the process ends: then nothing more begins. */
  readonly ending: AbortSignal;
  readonly pace: Pace;
}

export interface Pace {
  /** How often to save finished rows, and to check whether somebody wants the run to stop. */
  readonly lookEveryMs: number;
  /** Pauses for a backend that refuses every call. After the last one, its rows are held back until a person resumes the run. */
  readonly backendPausesMs: readonly number[];
}

export const usualPace: Pace = { lookEveryMs: 250, backendPausesMs: [5_000, 30_000, 120_000] };

export interface Sent {
  /** Backends that refuse every call. */
  readonly paused: readonly PausedBackend[];
  /** Why rows were left: somebody wants the run to stop, or the process ends. */
  readonly stopped: "WANTED" | "ENDING" | null;
}

const rowsAtOnce = 200;
const mostUnsaved = 500;

export async function sendAll(task: Task, options: ExecutingOptions): Promise<Sent> {
  const { run, hold } = task;
  const { store, ending, pace } = options;
  const stopping = new AbortController();
  let stopped: Sent["stopped"] = null;
  let failure: unknown;
  const stop = (reason: Sent["stopped"], error?: unknown): void => {
    stopped ??= reason;
    failure ??= error;
    stopping.abort();
  };
  const onEnding = (): void => stop("ENDING");
  ending.addEventListener("abort", onEnding);
  if (ending.aborted) onEnding();
  // Somebody wanted it to stop while a process worked on it that is lost now.
  if (run.wanted !== null) stop("WANTED");

  const unsaved: RowOutcome[] = [];
  async function save(): Promise<void> {
    const rows = unsaved.splice(0, mostUnsaved);
    if (rows.length > 0) await store.saveOutcomes(hold, rows);
  }
  /** Saves finished rows and checks whether to go on. Sequentially, so that calls to a slow store do not pile up. */
  async function watch(): Promise<void> {
    while (!watching.signal.aborted) {
      await pause(pace.lookEveryMs, undefined, { signal: watching.signal }).catch(() => {});
      await save();
      const current = await store.byId(run.id);
      if (current?.owner !== hold.owner || current.epoch !== hold.epoch) throw new RunLostError();
      if (current.wanted !== null) stop("WANTED");
    }
  }
  const watching = new AbortController();
  const watched = watch().catch((error: unknown) => stop("ENDING", error));

  const paused: PausedBackend[] = [];
  const rate = createRate(run.options.rowsPerSecond, stopping.signal);
  const keep = (rows: readonly RunRow[]): void => void unsaved.push(...rows.map(task.kept));
  await Promise.all(
    run.backends.map(async (backend) => {
      try {
        const refusal = await sendLane(backend, { task, options, stopping: stopping.signal, rate, keep });
        if (refusal) paused.push(refusal);
      } catch (error) {
        stop("ENDING", error);
      }
    }),
  );
  watching.abort();
  await watched;
  ending.removeEventListener("abort", onEnding);
  if (!(failure instanceof RunLostError)) while (unsaved.length > 0) await save();
  if (failure !== undefined) throw failure;
  return { paused, stopped };
}

interface LaneOptions {
  readonly task: Task;
  readonly options: ExecutingOptions;
  readonly stopping: AbortSignal;
  readonly rate: () => Promise<void>;
  readonly keep: (rows: readonly RunRow[]) => void;
}

/** @returns why the backend's rows are held back; null = none are left, or the run stops */
async function sendLane(backend: string, { task, options, stopping, rate, keep }: LaneOptions): Promise<PausedBackend | null> {
  const { backendPausesMs } = options.pace;
  const lane = createLane(backend);
  const rows = readAhead(backend, task, options);
  const places = options.placesOf(backend);
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;

  function begin({ row, latest }: QueuedRow, leave: () => void): void {
    const ended = task
      .send(row, latest, leave)
      .then(
        (sent) => keep(lane.ended(sent)),
        (error: unknown) => {
          failure ??= { error };
        },
      )
      .finally(() => {
        leave();
        underWay.delete(ended);
      });
    underWay.add(ended);
  }

  /** Queues the rows that were held back again, once all others have ended. Returns whether there are any. */
  async function isLeft(): Promise<boolean> {
    await Promise.all(underWay);
    const { again, failed } = lane.takeHeld();
    keep(failed);
    await rows.giveBack(again);
    return again.length > 0;
  }

  /** Gives the backend a pause. Returns why its rows are left if it has had all its pauses. */
  async function untilTriedAgain(): Promise<PausedBackend | null> {
    await Promise.all(underWay);
    const refusal = lane.refusal();
    if (refusal === null) return null;
    const wait = backendPausesMs[lane.pauses()];
    if (wait === undefined || isLasting(refusal)) return refusal;
    await pause(wait, undefined, { signal: stopping }).catch(() => {});
    lane.tryAgain();
    return null;
  }

  try {
    while (!stopping.aborted && failure === null) {
      if (lane.refusal() !== null) {
        const refusal = await untilTriedAgain();
        if (refusal) return refusal;
        continue;
      }
      if (!(await rows.has())) {
        if (await isLeft()) continue;
        break;
      }
      await rate();
      const leave = await places.enter();
      // Checked last: the run may have been stopped or lost while this waited.
      const isLost = !options.holds(task.hold.owner);
      if (!isLost && !stopping.aborted && failure === null && lane.refusal() === null) begin(rows.take(), leave);
      else leave();
      if (isLost) throw new RunLostError();
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return null;
}

/** A row, and its last operation at the time when it was read. */
interface QueuedRow {
  readonly row: RunRow;
  readonly latest: Operation | undefined;
}

/**
 * Reads a backend's rows in their order, one batch ahead of the one that is sent. A row that was read may be stale: another run of the
 * series may have sent it since. The journal refuses to record it then.
 */
function readAhead(backend: string, { run, from, onceKeyOf }: Task, { store, journal }: ExecutingOptions) {
  const queue: QueuedRow[] = [];
  let after = 0;
  let next: Promise<readonly QueuedRow[]> | null = null;
  let isAtEnd = false;

  async function withLatest(rows: readonly RunRow[]): Promise<readonly QueuedRow[]> {
    if (rows.length === 0) return [];
    const latest = latestOf(await journal.ofOnce(rows.map(onceKeyOf)));
    return rows.map((row) => ({ row, latest: latest.get(onceKeyOf(row)) }));
  }

  async function read(): Promise<readonly QueuedRow[]> {
    const rows = await store.rows(run.id, { state: [from], backend }, rowsAtOnce, after);
    after = rows.at(-1)?.position ?? after;
    isAtEnd = rows.length < rowsAtOnce;
    return withLatest(rows);
  }

  function readNext(): void {
    if (next !== null || isAtEnd) return;
    next = read();
    // The caller of `has` gets the error.
    next.catch(() => {});
  }

  return {
    /** Whether there is another row. */
    has: async (): Promise<boolean> => {
      readNext();
      if (queue.length > 0 || next === null) return queue.length > 0;
      queue.push(...(await next));
      next = null;
      readNext();
      return queue.length > 0;
    },
    /** The next row. Call `has` first. */
    take: (): QueuedRow => queue.shift() as QueuedRow,
    /** To be sent again. */
    giveBack: async (rows: readonly RunRow[]): Promise<void> => void queue.push(...(await withLatest(rows))),
  };
}

/** Resolves when the next row may be sent, or at once if the run stops. */
function createRate(perSecond: number | null, stopping: AbortSignal): () => Promise<void> {
  if (perSecond === null) return async () => undefined;
  let next = performance.now();
  return async () => {
    const now = performance.now();
    next = Math.max(next, now) + 1000 / perSecond;
    const wait = next - 1000 / perSecond - now;
    if (wait > 0) await pause(wait, undefined, { signal: stopping }).catch(() => {});
  };
}
