import type { CallScope, Intent, WritePlan } from "../adapter/adapter.ts";
import { BillingError, type FieldPlace } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { Warning } from "../model/warnings.ts";
import { type Clock, type Moment, momentOf } from "./clock.ts";
import { type Hold, type Operation, type Step, storedError } from "./model.ts";
import { createPermit, type StepPermit } from "./permit.ts";
import type { Presence } from "./presence.ts";
import { OwnershipLostError } from "./recorder.ts";
import { operationStatus } from "./status.ts";
import type { OperationChanges, Store } from "./store.ts";
import type { Target } from "./target.ts";

/** What running, settling and watching operations share. */
export interface Journal {
  readonly store: Store;
  /** Makes an operation's targets again from its stored input. Throws BillingError when the configuration no longer allows it. */
  readonly plan: (operation: Operation) => readonly Target[];
  /** Rejects with UNAVAILABLE when nothing may be recorded or settled: the store is not the one that it was. */
  readonly admit: () => Promise<void>;
  /** This process, as the journal knows it. */
  readonly presence: Presence;
  readonly clock: Clock;
  /** Time that the effect of a request may take to show. "Not there" counts as "not done" only after it. */
  readonly settleMs: number;
  /** Time after its commit within which a request may leave; shorter than the lease. */
  readonly permitMs: number;
  /** Time for which a request that has left can be in flight: the longest timeout of all backends. */
  readonly longestCallMs: number;
  /** Pauses between the reconciler's looks; the last one repeats. */
  readonly pausesMs: readonly number[];
  /** Names a new operation; by default with a UUID that begins with the time (version 7). */
  readonly newId?: (() => string) | undefined;
  /** Told of every step that is recorded as ended, and again when an unknown ending is settled. Must not throw. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
  /** Told of warnings of a step that were not recorded before. Must not throw. */
  readonly onWarnings?: ((operation: Operation, step: Step, warnings: readonly Warning[]) => void) | undefined;
  /** Reports failures in the background, for which no caller waits. */
  readonly report: (problem: string, details: object) => void;
}

/** An operation that this process holds: its steps as they are now, each change durable before it counts. */
export interface Work {
  readonly operation: Operation;
  readonly hold: Hold;
  /** By position. */
  readonly steps: Step[];
  /** Positions of steps that were recorded as SENDING together with the operation, which saves a commit, and are still to be sent. */
  readonly announced: Set<number>;
  /** When that commit was asked for. */
  readonly announcedAt: Moment;
  /** Steps whose commit of "sending" failed: nothing of them was sent, whether or not the commit is durable. */
  readonly neverLeft: Set<number>;
  /** Steps whose ending could not be recorded, as they ended. */
  readonly unsaved: Map<number, Step>;
  /** Steps that were looked for in this work, and of which there was certainly nothing. */
  readonly foundNothing: Set<number>;
  /** True once a backend has answered a look. */
  looked: boolean;
  /**
   * Saves a step. If it completes the operation and nothing has to be asked any more to answer the caller, the same commit lets
   * go of the operation. Rejects with OwnershipLostError when somebody else has claimed it.
   */
  readonly save: (step: Step, isAnswered?: boolean) => Promise<void>;
  /** The operation's changes in that commit; null while there was none. */
  readonly completion: () => OperationChanges | null;
  readonly add: (steps: readonly Step[]) => Promise<void>;
  /** Call it before anything is sent. Throws OwnershipLostError if this process was away and has renounced what it held. */
  readonly ensureHeld: () => void;
  /** @param askedAt when the commit of "sending" was asked for */
  readonly permit: (askedAt: Moment) => StepPermit;
}

/** @param operation as it was recorded or claimed, with this process as its owner */
export function openWork(
  journal: Journal,
  operation: Operation,
  announced: Iterable<number> = [],
  announcedAt: Moment = momentOf(journal.clock),
): Work {
  const { store, presence, clock, permitMs } = journal;
  const hold = { id: operation.id, owner: operation.owner ?? "", epoch: operation.epoch };
  const steps = [...operation.steps];
  const neverLeft = new Set<number>();
  const unsaved = new Map<number, Step>();
  let completion: OperationChanges | null = null;
  const isHeld = (): boolean => presence.holds(hold.owner);
  return {
    operation,
    hold,
    steps,
    announced: new Set(announced),
    announcedAt,
    neverLeft,
    unsaved,
    foundNothing: new Set(),
    looked: false,
    save: async (step, isAnswered = false) => {
      const completing = isAnswered && completes(steps, step) ? completed() : null;
      try {
        await store.saveStep(hold, step, completing ?? {});
      } catch (error) {
        if (step.status === "SENDING") neverLeft.add(step.position);
        else unsaved.set(step.position, step);
        throw error;
      }
      unsaved.delete(step.position);
      const earlier = steps[step.position];
      steps[step.position] = step;
      completion = completing;
      if (isEnded(step) && step.status !== earlier?.status) journal.onStep?.(operation, step);
      const added = step.warnings.slice(earlier?.warnings.length ?? 0);
      if (added.length > 0) journal.onWarnings?.(operation, step, added);
    },
    completion: () => completion,
    add: async (added) => {
      await store.addSteps(hold, added);
      steps.push(...added);
    },
    ensureHeld: () => {
      if (!isHeld()) throw new OwnershipLostError();
    },
    permit: (askedAt) => createPermit(askedAt, permitMs, clock, isHeld),
  };
}

function isEnded({ status }: Step): boolean {
  return status !== "PENDING" && status !== "SENDING";
}

/** True when nothing is left to do once the step is saved. Of several targets, others may still be under way. */
function completes(steps: readonly Step[], step: Step): boolean {
  return steps.every(({ target }) => target === step.target) && operationStatus(steps.with(step.position, step)) === "SUCCEEDED";
}

function completed(): OperationChanges {
  return { status: "SUCCEEDED", completedAt: now(), owner: null, nextLookAt: null };
}

/** A target's own steps, or those of its compensation, in the order of their plan. */
export function stepsOf(steps: readonly Step[], target: number, compensates: boolean): Step[] {
  return steps.filter((step) => step.target === target && step.compensates === compensates);
}

/** The step's place in its plan. */
export function planned<T>(plan: WritePlan<T>, steps: readonly Step[], step: Step): WritePlan<T>["steps"][number] {
  const order = stepsOf(steps, step.target, step.compensates).findIndex(({ position }) => position === step.position);
  const found = plan.steps[order];
  if (!found || found.action !== step.action) {
    throw new BillingError("CONFLICT", "The operation was recorded by another version or configuration of the gateway.");
  }
  return found;
}

export function intentOf({ id, createdAt }: Pick<Operation, "id" | "createdAt">, { position, note }: Step): Intent {
  return { stepId: `${id}-${position}`, createdAt, note };
}

/** Local id of the object that a target's steps write: known from the start, or from the step that created it. */
export function objectIdOf(work: Work, target: Target, index: number): string | null {
  if (target.objectId !== null) return target.objectId;
  const nodeId = stepsOf(work.steps, index, false).findLast((step) => step.nodeId !== null)?.nodeId ?? null;
  return nodeId === null ? null : localId(nodeId, target);
}

/** Global ids are made here from a target's type and backend, so the local part is what stands behind them. */
export function localId(nodeId: string, { type, backend }: Pick<Target, "type" | "backend">): string {
  const prefix = Buffer.from(encodeId({ type, backend, id: "" }), "base64url").toString("utf8");
  return Buffer.from(nodeId, "base64url").toString("utf8").slice(prefix.length);
}

/** A trace's claim as the journal keeps it: ids are unique within a kind of object only. */
export function claimOf({ type }: Pick<Target, "type">, claim: string): string {
  return `${type}:${claim}`;
}

export function ended(step: Step, status: Step["status"], changes: Partial<Step> = {}): Step {
  const unknown = status === "UNKNOWN" ? {} : { settlesAt: null, candidates: [] };
  return { ...step, ...unknown, ...changes, status, finishedAt: now() };
}

/** A step as it is recorded before its request goes out. */
export function sendingOf(step: Step, noted: Pick<Step, "objectId" | "note">): Step {
  const blank = { errors: [], settlesAt: null, candidates: [], finishedAt: null } as const;
  return { ...step, ...noted, ...blank, status: "SENDING", attempts: step.attempts + 1, startedAt: now() };
}

/** A step whose failure is certain: it has not happened. */
export function failed(step: Step, failure: BillingError, fieldPlace: FieldPlace): Step {
  return ended(step, "FAILED", { errors: failure.flatten(fieldPlace).map(storedError) });
}

/** A step that may have happened. */
export function unknown(step: Step, failure: BillingError, settlesAt: string): Step {
  return ended(step, "UNKNOWN", { errors: [storedError(failure)], mayHaveLeft: true, settlesAt });
}

/** The time `afterMs` from now, by the store's clock. */
export async function storeTimeAfter({ store }: Pick<Journal, "store">, afterMs: number): Promise<string> {
  return new Date((await store.time()) + afterMs).toISOString();
}

/** The object after a write. That it cannot be read just now changes nothing about the write, so a failure is no error of it. */
export async function readBack<T>(plan: WritePlan<T>, id: string, scope: CallScope): Promise<T | undefined> {
  try {
    return await plan.read(id, scope);
  } catch (error) {
    if (error instanceof BillingError) return undefined;
    throw error;
  }
}

export function now(): string {
  return new Date().toISOString();
}
