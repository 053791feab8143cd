import { createHash, type Hash, randomUUIDv7 } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Presence } from "../journal/leases.ts";
import { BillingError, settle } from "../model/errors.ts";
import { createEditing, editable, type RunEditing, withinLimits } from "./editing.ts";
import { createKeys, folded, givenHash, seriesOf } from "./keys.ts";
import type { Approval, ReadRow, Run, RunOptions, RunReach, RunRow, RunState } from "./model.ts";
import { pagesOf } from "./preparing.ts";
import { keyReused, nameOf, noRun, otherPlan, refuseRate, takenAway, tooLate, wrongState } from "./refusals.ts";
import { newRow, uniqueKey } from "./rows.ts";
import type { RowEditor, RunStore } from "./store.ts";
import type { RunChanges } from "./tables.ts";

/** The actions of people on a run. Each rejects with CONFLICT, without effect, if the run's state does not allow it. */

interface NewRun {
  readonly name: string;
  /** Null = the run's name without its month. */
  readonly series: string | null;
  readonly options: RunOptions;
  readonly idempotencyKey: string | null;
}

/** Rows as they arrive. */
export type Rows = Iterable<ReadRow> | AsyncIterable<ReadRow>;

export interface RunActions extends RunEditing {
  /** Returns the new run, while it is being prepared, or the run that was created earlier with the same key. */
  readonly create: (given: NewRun, rows: Rows) => Promise<Run>;
  readonly execute: (id: string, planHash: string, idempotencyKey: string | null) => Promise<Run>;
  readonly approve: (id: string, planHash: string) => Promise<Run>;
  /** @param planHash null: whatever plan waits */
  readonly refuse: (id: string, reason: string, planHash: string | null) => Promise<Run>;
  readonly pause: (id: string) => Promise<Run>;
  readonly resume: (id: string) => Promise<Run>;
  readonly cancel: (id: string) => Promise<Run>;
  readonly undo: (id: string, planHash: string, idempotencyKey: string | null) => Promise<Run>;
}

export interface ActionOptions {
  readonly store: RunStore;
  /** This process, as the owner of runs whose rows are still arriving. */
  readonly presence: Pick<Presence, "owner" | "announce">;
  /** Runs whose rows are arriving at this process: `create` adds its own until it ends. */
  readonly arriving: Set<string>;
  readonly reach: RunReach;
  /** Returns a run that the caller may see. Rejects with NOT_FOUND. */
  readonly found: (id: string) => Promise<Run>;
  /** The hash that confirms what undoing would do. */
  readonly undoHash: (run: Run, rows: Pick<RunStore, "rows">) => Promise<string>;
  /** Whether a plan needs approval by a second person, and how long that person has. */
  readonly approval: { readonly isNeeded: (run: Run) => boolean; readonly expiresAfterMs: number };
  /** Tells the worker that the run needs work. */
  readonly wake: (runId: string) => void;
}

const rowsAtOnce = 500;
const waitEveryMs = 20;
const comingInEveryMs = 100;
/** How long an answer waits for background work. Small runs are prepared by then. */
const longestWaitMs = 10_000;

const emptySummary = { totals: [], calls: 0 };

export function createRunActions(options: ActionOptions): RunActions {
  const { store, presence, arriving, reach, found, undoHash, approval, wake } = options;

  /**
   * Changes a run if it is in one of these states.
   *
   * @param isDone whether this person has done so already: then the call is a repeated one, and changes nothing
   */
  async function edit(
    id: string,
    states: readonly RunState[],
    change: (run: Run, rows: RowEditor) => Promise<RunChanges>,
    isDone: (run: Run) => boolean = () => false,
  ): Promise<Run> {
    const { id: known } = await found(id);
    const changed = await store.edit(known, async (run, rows) => {
      if (isDone(run)) return {};
      if (!states.includes(run.state)) throw wrongState(run);
      return change(run, rows);
    });
    if (!changed) throw noRun();
    wake(known);
    return changed;
  }

  /** Waits, at most `longestWaitMs`, until the run has left these states and no wish of a person is open. */
  async function settled(run: Run, states: readonly RunState[]): Promise<Run> {
    const until = performance.now() + longestWaitMs;
    for (let current = run; ; ) {
      if (!states.includes(current.state) && current.wanted === null) return current;
      if (performance.now() > until) return current;
      await pause(waitEveryMs);
      current = (await store.byId(run.id)) ?? current;
    }
  }

  /**
   * The run that was made with the key. While its rows are still arriving, waits. Null if the process that received them is gone:
   * then the incomplete run is deleted.
   */
  async function madeBefore(key: string): Promise<{ readonly run: Run; readonly hash: string } | null> {
    const until = performance.now() + longestWaitMs;
    for (;;) {
      const earlier = await store.byCreateKey(reach.actor, key);
      if (earlier === null || earlier.hash !== "" || performance.now() > until) return earlier;
      await store.removeBrokenOff({ owner: presence.owner(), busyWith: arriving }, earlier.run.id);
      await pause(comingInEveryMs);
    }
  }

  async function create(given: NewRun, rows: Rows): Promise<Run> {
    const name = nameOf(given.name, "name");
    const series = given.series === null ? seriesOf(name) : nameOf(given.series, "series");
    refuseRate(given.options);
    const key = given.idempotencyKey;
    const said = createHash("sha256").update(JSON.stringify([name, series, given.options]));
    const earlier = key === null ? null : await madeBefore(key);
    if (earlier) {
      for await (const { row } of rows) said.update(givenHash(row));
      // The hash is empty while the rows are still arriving.
      if (earlier.hash !== "" && earlier.hash !== said.digest("hex")) throw keyReused("run");
      return settled(earlier.run, ["PREPARING"]);
    }
    await presence.announce();
    const now = new Date().toISOString();
    const run: Run = {
      id: randomUUIDv7(),
      name,
      series,
      actor: reach.actor,
      reach,
      options: given.options,
      state: "PREPARING",
      wanted: null,
      revision: 0,
      planHash: null,
      summary: emptySummary,
      backends: [],
      problem: null,
      execution: null,
      approval: null,
      undoing: null,
      paused: [],
      owner: presence.owner(),
      epoch: 0,
      createdAt: now,
      updatedAt: now,
      finishedAt: null,
    };
    arriving.add(run.id);
    const made = await receive(run, key, rows, said).finally(() => arriving.delete(run.id));
    // Another call with the same key was first.
    if (!made) return create(given, rows);
    wake(run.id);
    return settled(made, ["PREPARING"]);
  }

  /**
   * Creates the run with its rows. Null if the key exists. If the store fails meanwhile, the worker deletes what is left of it.
   *
   * @param said takes up the rows: with them it is the hash of what was given
   */
  async function receive(run: Run, key: string | null, rows: Rows, said: Hash): Promise<Run | null> {
    const made = await store.create(run, key, "");
    if (!made) return null;
    try {
      const keyOf = createKeys(run.name);
      const keys = new Set<string>();
      let position = 0;
      let piece: RunRow[] = [];
      for await (const { line, row } of withinLimits(rows)) {
        position += 1;
        said.update(givenHash(row));
        piece.push(newRow(position, line, row, uniqueKey(keyOf(row), line, keys), run.series));
        if (piece.length < rowsAtOnce) continue;
        await store.addRows(run.id, piece);
        piece = [];
      }
      await store.addRows(run.id, piece);
    } catch (error) {
      const isGone = (await settle(store.byId(run.id))) === null;
      await settle(store.remove(run.id));
      throw isGone ? takenAway() : error;
    }
    const kept = await store.edit(run.id, async () => ({ active: true, owner: null, createHash: said.digest("hex") }));
    if (!kept) throw takenAway();
    return made;
  }

  async function start(run: Run, execution: NonNullable<Run["execution"]>): Promise<RunChanges> {
    return {
      state: "RUNNING",
      active: true,
      execution,
      paused: [],
      finishedAt: null,
      wanted: null,
      ...(run.approval && { approval: run.approval }),
    };
  }

  return {
    create,
    ...createEditing({ edit, settled, found }),
    execute: async (id, planHash, idempotencyKey) => {
      const key = idempotencyKey ?? planHash;
      const isOwn = ({ execution: asked }: Run): boolean => asked?.key === key && asked.actor === reach.actor;
      const isDone = (run: Run): boolean => isOwn(run) && run.execution?.planHash === planHash && run.state !== "READY";
      const confirm = async (current: Run): Promise<RunChanges> => {
        if (current.planHash !== planHash) throw otherPlan();
        const toSend = current.summary.totals.reduce((sum, total) => sum + total.rows, 0);
        const execution = { ...reach, key, planHash, at: new Date().toISOString(), rows: toSend };
        if (!approval.isNeeded(current)) return start(current, execution);
        const askedAt = new Date().toISOString();
        const expiresAt = new Date(Date.now() + approval.expiresAfterMs).toISOString();
        const asked = { state: "AWAITING" as const, planHash, askedAt, expiresAt, by: null, at: null, reason: null };
        return { state: "AWAITING_APPROVAL", execution, approval: asked };
      };
      const run = await found(id);
      if (isDone(run)) return run;
      if (isOwn(run) && run.execution?.planHash !== planHash) throw keyReused("plan");
      return edit(id, ["READY"], confirm, isDone);
    },
    approve: async (id, planHash) => {
      const isDone = ({ approval: given }: Run): boolean =>
        given?.state === "APPROVED" && given.planHash === planHash && given.by === reach.actor;
      const confirm = async (run: Run): Promise<RunChanges> => {
        const { approval: asked, execution } = run;
        if (!asked || !execution || asked.planHash !== planHash) throw otherPlan();
        if (reach.actor === null || isSamePerson(reach.actor, execution.actor)) {
          throw new BillingError("FORBIDDEN", "Another person must approve the plan: you confirmed it yourself.");
        }
        if (asked.expiresAt < new Date().toISOString()) {
          return expired(asked);
        }
        const approved = { ...asked, state: "APPROVED" as const, by: reach.actor, at: new Date().toISOString() };
        return start({ ...run, approval: approved }, { ...execution, at: new Date().toISOString() });
      };
      const approved = await edit(id, ["AWAITING_APPROVAL"], confirm, isDone);
      // The expiry is saved before this is thrown, so that the plan can be confirmed again.
      if (approved.approval?.state === "EXPIRED") throw tooLate();
      return approved;
    },
    refuse: async (id, reason, planHash) => {
      const why = nameOf(reason, "reason");
      const isSeen = (asked: Approval): boolean => planHash === null || asked.planHash === planHash;
      const isDone = ({ approval: given }: Run): boolean =>
        given?.state === "REFUSED" && given.by === reach.actor && given.reason === why && isSeen(given);
      const refuse = async ({ approval: asked, execution }: Run): Promise<RunChanges> => {
        if (!asked || !execution || !isSeen(asked)) throw otherPlan();
        const refused = { ...asked, state: "REFUSED" as const, by: reach.actor, at: new Date().toISOString(), reason: why };
        return { state: "READY", execution: null, approval: refused };
      };
      return edit(id, ["AWAITING_APPROVAL"], refuse, isDone);
    },
    pause: async (id) => {
      // A run that is being cancelled stays so.
      const run = await edit(id, ["RUNNING", "WAITING", "PAUSED"], async ({ state, wanted }) =>
        state === "PAUSED" || wanted === "CANCEL" ? {} : { wanted: "PAUSE" },
      );
      return settled(run, ["RUNNING"]);
    },
    resume: (id) =>
      edit(id, ["PAUSED", "RUNNING"], async ({ state, execution, wanted }) => {
        if (state === "RUNNING") return wanted === "PAUSE" ? { wanted: null } : {};
        if (!execution) throw noRun();
        return { state: "RUNNING", active: true, paused: [], wanted: null };
      }),
    cancel: async (id) => {
      const states: readonly RunState[] = [
        "PREPARING",
        ...editable,
        "AWAITING_APPROVAL",
        "RUNNING",
        "WAITING",
        "PAUSED",
        "CANCELLED",
      ];
      const run = await edit(id, states, async ({ state, execution }, rows) => {
        if (state === "CANCELLED") return {};
        if (state === "PREPARING" || state === "RUNNING" || state === "WAITING") return { wanted: "CANCEL" };
        // The worker ends the run: it knows what was sent, and waits for unknown outcomes.
        if (state === "PAUSED") return { state: "RUNNING", active: true, paused: [], wanted: "CANCEL" };
        await rows.move(["READY", "NEEDS_ATTENTION", "UNCHECKED"], "CANCELLED");
        const finishedAt = new Date().toISOString();
        // If outcomes of an earlier execution are still unknown, the worker waits for them.
        return { state: "CANCELLED", wanted: null, planHash: null, finishedAt, active: execution !== null };
      });
      return settled(run, ["PREPARING", "RUNNING"]);
    },
    undo: async (id, planHash, idempotencyKey) => {
      const run = await found(id);
      const key = idempotencyKey ?? planHash;
      if (run.undoing?.key === key && run.undoing.planHash === planHash) return run;
      if (run.undoing?.key === key) throw keyReused("plan");
      if ((await undoHash(run, store)) !== planHash) throw otherPlan();
      return edit(id, ["DONE", "INCOMPLETE", "CANCELLED", "UNDONE", "PAUSED", "UNDOING"], async (current, editor) => {
        if (current.undoing?.key === key && current.undoing.planHash === planHash) return {};
        if (current.state === "UNDOING") throw wrongState(current);
        const rows: Pick<RunStore, "rows"> = { rows: (_id, filter, first, after) => editor.read(filter, first, after) };
        // Another person may have undone it meanwhile, or an unknown outcome may have become a charge.
        if ((await undoHash(current, rows)) !== planHash) throw otherPlan();
        const unknown: number[] = [];
        for await (const some of pagesOf(rows, current.id, ["UNKNOWN"])) unknown.push(...some.map(({ position }) => position));
        const at = new Date().toISOString();
        return { state: "UNDOING", active: true, undoing: { ...reach, key, planHash, at, unknown } };
      });
    },
  };
}

/** Names of one person may differ in case and spaces, as in two keys of the configuration. */
function isSamePerson(actor: string, other: string | null): boolean {
  return other !== null && folded(actor) === folded(other);
}

/** The changes of a run that was not approved in time. */
export function expired(approval: Approval): RunChanges {
  return { state: "READY", execution: null, approval: { ...approval, state: "EXPIRED" } };
}
