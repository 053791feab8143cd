import { setTimeout as pause } from "node:timers/promises";
import type { CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Presence } from "../journal/leases.ts";
import { RunLostError } from "../journal/recorder.ts";
import type { Runner } from "../journal/runner.ts";
import type { Store } from "../journal/store.ts";
import { expired } from "./actions.ts";
import { type ChargePlanners, undoKeyOf } from "./checking.ts";
import { type ExecutingOptions, type Pace, sendAll, type Task, usualPace } from "./executing.ts";
import type { Run, RunHold, RunReach, RunRow, RunTotal } from "./model.ts";
import { createPlaces } from "./places.ts";
import { type PreparingOptions, pagesOf, prepare } from "./preparing.ts";
import { type SendingOptions, sendRow } from "./sending.ts";
import type { RunProcess, RunStore } from "./store.ts";
import { catchUp, settleCharges, settleVoids } from "./told-by-journal.ts";
import { chargedTotals } from "./totals.ts";
import { asCharged, isVoidUnknown, undoRow } from "./undoing.ts";

/** The background work on runs. A process that claims a run works on it. If that process is lost, another one continues. */

export interface WorkerOptions {
  readonly store: RunStore;
  readonly journal: Pick<Store, "ofOnce" | "alike" | "byIds">;
  readonly runner: Pick<Runner, "run" | "giveUp">;
  readonly presence: Pick<Presence, "owner" | "holds" | "announce">;
  /** Runs whose rows are arriving at this process. */
  readonly arriving: ReadonlySet<string>;
  /** Rejects while nothing may be recorded: see Journal.admit. */
  readonly admit: () => Promise<void>;
  readonly reachOf: (reach: RunReach) => RunBackends;
  readonly refusal: SendingOptions["refusal"];
  readonly concurrencyOf: (backend: string) => number;
  readonly references: PreparingOptions["references"];
  readonly duplicates: PreparingOptions["duplicates"];
  /** Called with the id of a run that has changed. */
  readonly changed: (runId: string) => void;
  /** Called when work on runs begins and when the last one ends. */
  readonly isWorking?: (isWorking: boolean) => void;
  readonly report: (problem: string, details: object) => void;
  readonly pace?: Partial<Pace> | undefined;
}

/** The backends as the run's caller reaches them. */
export interface RunBackends {
  readonly backends: Backends;
  readonly planners: ChargePlanners;
  readonly users: Readonly<Record<string, string>>;
  readonly customerOfAccount: PreparingOptions["customerOfAccount"];
}

export interface RunWorker {
  /** Looks for work now. */
  readonly wake: () => void;
  /** Also looks for work at this interval: for runs of lost processes. */
  readonly start: (everyMs: number) => void;
  /** Begins nothing more. Resolves when all work in flight has ended. */
  readonly end: () => Promise<void>;
}

/** Pause after failed work on a run. */
const restMs = 2_000;
const unknownEveryMs = 1_000;
const mostExpired = 100;

export function createRunWorker(options: WorkerOptions): RunWorker {
  const { store, journal, presence, arriving, admit, report, changed, isWorking = () => {} } = options;
  const told = { store, journal };
  const ending = new AbortController();
  const working = new Map<string, Promise<void>>();
  const pace = { ...usualPace, ...options.pace };
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    do {
      lookAgain = false;
      await store.removeBrokenOff({ owner: presence.owner(), busyWith: arriving });
      await expireApprovals();
      for (const id of await store.free(self())) {
        if (ending.signal.aborted || working.has(id)) continue;
        await admit();
        await presence.announce();
        const run = await store.claim(id, self());
        if (!run) continue;
        const task = work(run).finally(() => {
          working.delete(id);
          if (working.size === 0) isWorking(false);
          changed(id);
        });
        working.set(id, task);
        isWorking(true);
      }
    } while (lookAgain);
  }

  const self = (): RunProcess => ({ owner: presence.owner(), busyWith: new Set(working.keys()) });

  /** Ends approvals that have expired, so that the plan can be confirmed again. */
  async function expireApprovals(): Promise<void> {
    const now = new Date().toISOString();
    for (const { id, approval: asked } of await store.list({ state: ["AWAITING_APPROVAL"] }, mostExpired, null)) {
      if (asked === null || asked.expiresAt >= now) continue;
      await store.edit(id, async ({ state, approval }) =>
        state !== "AWAITING_APPROVAL" || approval === null || approval.expiresAt >= now ? {} : expired(approval),
      );
      changed(id);
    }
  }

  function wake(): void {
    if (ending.signal.aborted) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((error: unknown) => report("the store could not be searched for runs to work on", { error }))
      .finally(() => {
        looking = null;
      });
  }

  /** Never rejects. */
  async function work(run: Run): Promise<void> {
    const hold: RunHold = { id: run.id, owner: run.owner ?? "", epoch: run.epoch };
    try {
      if (run.state === "PREPARING") await prepareRun(run, hold);
      else if (run.state === "UNDOING") await undo(run, hold);
      else await execute(run, hold);
    } catch (error) {
      if (error instanceof RunLostError) return;
      if (!ending.signal.aborted) {
        report("a run could not be worked on; retrying", { run: run.id, error });
        await pause(restMs, undefined, { signal: ending.signal }).catch(() => {});
      }
      // Releases the run, so that any process continues. If the store is down, this one does, or its lease lapses.
      await store.save(hold, { owner: null }).catch(() => {});
    }
  }

  async function prepareRun(run: Run, hold: RunHold): Promise<void> {
    const { backends, planners, customerOfAccount } = options.reachOf(run.reach);
    const { references, duplicates } = options;
    const scope: CallScope = { signal: ending.signal };
    await prepare(run, hold, { store, journal, backends, planners, references, duplicates, customerOfAccount, scope });
    await store.edit(run.id, async (prepared, rows) => {
      if (prepared.wanted !== "CANCEL") return {};
      await rows.move(["READY", "NEEDS_ATTENTION"], "CANCELLED");
      // Outcomes of an earlier execution may still be unknown.
      const active = prepared.execution !== null;
      return { state: "CANCELLED", wanted: null, planHash: null, active, finishedAt: new Date().toISOString() };
    });
  }

  function sendingOptions(run: Run, hold: RunHold, reach: RunReach): SendingOptions {
    const { planners, users } = options.reachOf(reach);
    // No signal: an operation that has begun does not depend on a caller.
    const { runner, refusal, duplicates } = options;
    return { run, hold, actor: reach.actor, users, planners, runner, journal, refusal, duplicates, scope: {} };
  }

  const executing: ExecutingOptions = {
    store,
    journal,
    placesOf: createPlaces(options.concurrencyOf),
    holds: presence.holds,
    ending: ending.signal,
    pace,
  };

  async function execute(run: Run, hold: RunHold): Promise<void> {
    const { execution } = run;
    if (execution === null) throw new Error("A run without a confirmed plan must not be executed.");
    const sending = sendingOptions(run, hold, execution);
    const send: Task["send"] = (row, latest, answered) => sendRow(row, latest, { ...sending, answered });
    const task = {
      run,
      hold,
      from: "READY",
      onceKeyOf: ({ onceKey }: RunRow) => onceKey,
      send,
      kept: (row: RunRow) => row,
    } as const;
    const { paused, stopped } = await sendAll(task, executing);
    const wanted = (await store.byId(run.id))?.wanted ?? null;
    if (wanted === "CANCEL") {
      await catchUp(hold, told, () => true);
      // Rejects if the run is lost: the edit below does not check that.
      await store.save(hold, {});
      await store.edit(run.id, async (_run, rows) => {
        await rows.move(["READY"], "CANCELLED");
        return { state: "CANCELLED", wanted: null };
      });
    } else if (wanted === "PAUSE" || paused.length > 0) {
      // Failed rows are sent again when the run is resumed.
      await catchUp(hold, told, ({ state }) => state !== "FAILED");
      if (await isPaused(hold, paused)) return;
      return execute({ ...run, wanted: "CANCEL" }, hold);
    } else if (stopped === "ENDING") {
      return store.save(hold, { owner: null });
    }
    const settled = await settle(run, hold, wanted === "CANCEL" || run.state === "CANCELLED");
    if (settled) await conclude(run, hold, settled.isCancelled);
  }

  /** Pauses and releases the run, unless somebody has cancelled it meanwhile. */
  async function isPaused(hold: RunHold, paused: Run["paused"]): Promise<boolean> {
    const kept = await store.edit(hold.id, async ({ owner, epoch, wanted }) => {
      if (owner !== hold.owner || epoch !== hold.epoch) throw new RunLostError();
      return wanted === "CANCEL" ? {} : { state: "PAUSED", wanted: null, paused, active: false, owner: null };
    });
    return kept?.state === "PAUSED";
  }

  /** Pauses. Resolves with the run as it is then, or null if the process ends. Rejects with RunLostError if the run is lost. */
  async function rest(hold: RunHold): Promise<Run | null> {
    await pause(unknownEveryMs, undefined, { signal: ending.signal }).catch(() => {});
    const current = await store.byId(hold.id);
    if (current?.owner !== hold.owner || current.epoch !== hold.epoch) throw new RunLostError();
    if (!ending.signal.aborted) return current;
    await store.save(hold, { owner: null });
    return null;
  }

  /** Waits for unknown outcomes. Null if it stopped before all were known, or if a person continued the run in another way. */
  async function settle(run: Run, hold: RunHold, wasCancelled: boolean): Promise<{ readonly isCancelled: boolean } | null> {
    let isCancelled = wasCancelled;
    for (let isWaiting = false; ; ) {
      const open = await settleCharges(hold, told);
      if (open === 0) return { isCancelled };
      if (!isWaiting && !isCancelled) await store.save(hold, { state: "WAITING" });
      isWaiting = true;
      changed(run.id);
      const current = await rest(hold);
      if (current === null) return null;
      if (isCancelled && current.state !== "CANCELLED") {
        await store.save(hold, { owner: null });
        return null;
      }
      if (current.wanted === "CANCEL") {
        await store.save(hold, { state: "CANCELLED", wanted: null });
        isCancelled = true;
      } else if (current.wanted === "PAUSE" && !isCancelled) {
        if (await isPaused(hold, [])) return null;
      }
    }
  }

  async function conclude(run: Run, hold: RunHold, isCancelled: boolean): Promise<void> {
    const counts = await store.counts(run.id);
    const isLeft = counts.some(({ state }) => state === "FAILED" || state === "READY" || state === "NEEDS_ATTENTION");
    const state = isCancelled ? "CANCELLED" : isLeft ? "INCOMPLETE" : "DONE";
    const finishedAt = new Date().toISOString();
    const summary = { ...run.summary, charged: await chargedOf(run.id) };
    await store.edit(run.id, async (current) => {
      if (current.owner !== hold.owner || current.epoch !== hold.epoch) throw new RunLostError();
      // A person had the run checked or undone meanwhile, which a cancelled run allows while outcomes are still unknown.
      if (isCancelled && current.state !== "CANCELLED") return { owner: null };
      return { state, wanted: null, active: false, owner: null, planHash: null, summary, finishedAt };
    });
  }

  async function chargedOf(runId: string): Promise<readonly RunTotal[]> {
    const totals = chargedTotals();
    for await (const rows of pagesOf(store, runId, ["SUCCEEDED"])) for (const row of rows) totals.add(row);
    return totals.totals();
  }

  async function undo(run: Run, hold: RunHold): Promise<void> {
    const { undoing } = run;
    if (undoing === null) throw new Error("A run without a confirmed preview must not be undone.");
    const { backends } = options.reachOf(undoing);
    const [sending, unseen] = [{ ...sendingOptions(run, hold, undoing), backends }, new Set(undoing.unknown)];
    const onceKeyOf = ({ operationId }: RunRow): string => undoKeyOf(operationId ?? "");
    let unknown: RunRow[] = [];
    const { paused, stopped } = await sendAll(
      {
        run,
        hold,
        from: "SUCCEEDED",
        onceKeyOf,
        // A row without a charge has nothing to void. One of unknown outcome may be a charge now: nobody has seen it in the preview.
        send: async (row, latest, answered) =>
          row.nodeId === null || unseen.has(row.position)
            ? row
            : undoRow({ ...row, nodeId: row.nodeId }, onceKeyOf(row), latest, { ...sending, answered }),
        kept: (row) => {
          if (isVoidUnknown(row)) unknown.push(row);
          return asCharged(row);
        },
      },
      executing,
    );
    if (stopped === "ENDING") return store.save(hold, { owner: null });
    // Also waits for charges that may have been made. They are not voided.
    for (;;) {
      unknown = await settleVoids(unknown, hold, told);
      if ((await settleCharges(hold, told)) === 0 && unknown.length === 0) break;
      changed(run.id);
      if ((await rest(hold)) === null) return;
    }
    const finishedAt = new Date().toISOString();
    const summary = { ...run.summary, charged: await chargedOf(run.id) };
    const ended = { state: "UNDONE", wanted: null, active: false, owner: null, planHash: null } as const;
    await store.save(hold, { ...ended, paused, summary, finishedAt });
  }

  return {
    wake,
    start: (everyMs) => {
      timer = setInterval(wake, everyMs).unref();
      wake();
    },
    end: async () => {
      ending.abort();
      clearInterval(timer);
      await looking;
      await Promise.all(working.values());
    },
  };
}
