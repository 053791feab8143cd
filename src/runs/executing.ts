import { setTimeout as pause } from "node:timers/promises";
import type { Operation } from "../journal/model.ts";
import type { Store } from "../journal/store.ts";
import { latestOf } from "./checking.ts";
import { createLane, isLasting } from "./lane.ts";
import type { PausedBackend, RowState, Run, RunHold, RunRow } from "./model.ts";
import type { Places } from "./places.ts";
import { RunLostError, type RunStore } from "./store.ts";

/**
 * Sends the rows of a run: to all backends in parallel, to each as many at once as it takes, and in the order of the rows. Rows that
 * have ended are saved in batches. If a process is lost before it saves a batch, the next owner of the run finds them in the journal.
 */

export interface Task {
  readonly run: Run;
  readonly hold: RunHold;
  /** The state of the rows that are to be sent. */
  readonly from: RowState;
  /** The once key of the row's operation in the journal. */
  readonly onceKeyOf: (row: RunRow) => string;
  /** Sends the row once, and resolves with the row afterwards. Calls `answered` when only recording the answer is left. */
  readonly send: (row: RunRow, latest: Operation | undefined, answered: () => void) => Promise<RunRow>;
  /** The row as it is saved. */
  readonly kept: (row: RunRow) => RunRow;
}

export interface ExecutingOptions {
  readonly store: RunStore;
  readonly journal: Pick<Store, "ofOnce">;
  readonly placesOf: (backend: string) => Places;
  /** Whether what is held under this name is still this process's: not when it was frozen, and others may have taken the run over. */
  readonly holds: (owner: string) => boolean;
  /** Aborted when the process ends: nothing more is begun then. */
  readonly ending: AbortSignal;
  readonly pace: Pace;
}

export interface Pace {
  /** Interval of saving rows that have ended, and of looking whether somebody wants the run to stop. */
  readonly lookEveryMs: number;
  /** Pauses for a backend that refuses every call. After the last one, its rows are held back for a person. */
  readonly backendPausesMs: readonly number[];
}

export const usualPace: Pace = { lookEveryMs: 250, backendPausesMs: [5_000, 30_000, 120_000] };

export interface Sent {
  /** Backends that refuse every call. */
  readonly paused: readonly PausedBackend[];
  /** Why not all rows were sent: somebody wants the run to stop, or the process ends. */
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
  // It was wanted while a process worked on the run that is lost now.
  if (run.wanted !== null) stop("WANTED");

  const unsaved: RunRow[] = [];
  async function save(): Promise<void> {
    const rows = unsaved.splice(0, mostUnsaved);
    if (rows.length > 0) await store.save(hold, {}, rows);
  }
  /** Saves rows that have ended, and looks whether to go on; one after the other, so that calls to a slow store do not pile up. */
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

/** @returns why the backend's rows are held back; null = none are left, or it was stopped */
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

  /** What was held back, once all others have ended. */
  async function isLeft(): Promise<boolean> {
    await Promise.all(underWay);
    const { again, failed } = lane.takeHeld();
    keep(failed);
    await rows.giveBack(again);
    return again.length > 0;
  }

  /** Why the backend's rows are left, once it has been given time. */
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
      // Whatever has come meanwhile counts: until here, a row was only read.
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

/** A row, and the last operation for it that was known when it was read. */
interface QueuedRow {
  readonly row: RunRow;
  readonly latest: Operation | undefined;
}

/**
 * A backend's rows in their order. The next piece is read while the one before it is sent. Nobody changes rows while a run is carried out,
 * and whoever pauses it or takes it over stops their sending; what another run of the series has done with them since, the journal says
 * when they are recorded.
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
    // Told to whoever asks for them.
    next.catch(() => {});
  }

  return {
    /** Whether there are any left. */
    has: async (): Promise<boolean> => {
      readNext();
      if (queue.length > 0 || next === null) return queue.length > 0;
      queue.push(...(await next));
      next = null;
      readNext();
      return queue.length > 0;
    },
    /** Only where there are. */
    take: (): QueuedRow => queue.shift() as QueuedRow,
    /** To be sent again. */
    giveBack: async (rows: readonly RunRow[]): Promise<void> => void queue.push(...(await withLatest(rows))),
  };
}

/** Resolves when the next row may be sent, or at once when the run is to stop. */
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
