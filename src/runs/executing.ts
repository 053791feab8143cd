import { setTimeout as pause } from "node:timers/promises";
import pLimit from "p-limit";
import type { Operation } from "../journal/model.ts";
import type { Store } from "../journal/store.ts";
import { latestOf } from "./checking.ts";
import { createLane, isLasting, type Lane } from "./lane.ts";
import type { PausedBackend, RowState, Run, RunHold, RunRow } from "./model.ts";
import { RunLostError, type RunStore } from "./store.ts";

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
  readonly kept: (row: RunRow) => RunRow;
}

export interface ExecutingOptions {
  readonly store: RunStore;
  readonly journal: Pick<Store, "ofOnce">;
  /** How many calls a backend takes at once. */
  readonly concurrencyOf: (backend: string) => number;
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

  const unsaved: RunRow[] = [];
  async function save(): Promise<void> {
    const rows = unsaved.splice(0, mostUnsaved);
    if (rows.length > 0) await store.save(hold, {}, rows);
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
async function sendLane(backend: string, context: LaneOptions): Promise<PausedBackend | null> {
  const { task, options, stopping, keep } = context;
  const { backendPausesMs } = options.pace;
  const lane = createLane(backend);
  const limit = pLimit(options.concurrencyOf(backend));
  let queue: RunRow[] = [];
  let after = 0;
  let pauses = 0;
  while (!stopping.aborted) {
    if (queue.length === 0) {
      queue = [...(await options.store.rows(task.run.id, { state: [task.from], backend }, rowsAtOnce, after))];
      after = queue.at(-1)?.position ?? after;
    }
    if (queue.length === 0) {
      const { again, failed } = lane.takeHeld();
      keep(failed);
      queue = [...again];
      if (queue.length === 0) return null;
    }
    queue = await sendSome(queue, lane, limit, context);
    const refusal = lane.refusal();
    if (refusal === null) continue;
    const wait = backendPausesMs[pauses];
    if (wait === undefined || isLasting(refusal)) return refusal;
    pauses += 1;
    await pause(wait, undefined, { signal: stopping }).catch(() => {});
    lane.tryAgain();
  }
  return null;
}

/** Resolves with the rows that were not sent because the backend refuses every call or the run stops. */
async function sendSome(
  rows: readonly RunRow[],
  lane: Lane,
  limit: ReturnType<typeof pLimit>,
  { task, options, stopping, rate, keep }: LaneOptions,
): Promise<RunRow[]> {
  const latest = latestOf(await options.journal.ofOnce(rows.map(task.onceKeyOf)));
  const unsent: RunRow[] = [];
  const endings = await Promise.allSettled(
    rows.map(async (row) => {
      // The next row starts when this one is answered, before that is recorded: one commit records both this answer and the next
      // sending.
      const { ending } = await limit(async () => {
        await rate();
        if (stopping.aborted || lane.refusal() !== null) return { ending: Promise.resolve(null) };
        const answered = Promise.withResolvers<void>();
        const sent = task.send(row, latest.get(task.onceKeyOf(row)), answered.resolve);
        await Promise.race([answered.promise, sent.catch(() => {})]);
        return { ending: sent };
      });
      const ended = await ending;
      if (ended === null) unsent.push(row);
      else keep(lane.ended(ended));
    }),
  );
  for (const ending of endings) if (ending.status === "rejected") throw ending.reason;
  return unsent.sort((left, right) => left.position - right.position);
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
