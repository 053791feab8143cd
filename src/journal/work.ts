import type { CallScope, Intent, WritePlan } from "../adapter/adapter.ts";
import { BillingError, type FieldPlace } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { Warning } from "../model/warnings.ts";
import { type Clock, createPermit, type Moment, momentOf, type Presence, type StepPermit } from "./leases.ts";
import { type Hold, type Operation, operationStatus, type Step, storedError } from "./model.ts";
import { OwnershipLostError } from "./recorder.ts";
import type { OperationChanges, Store } from "./store.ts";
import type { Target } from "./target.ts";

/** Shared by running, settling and watching. */
export interface Journal {
  readonly store: Store;
  /** Plans an operation's targets again from its stored input. Throws BillingError if the configuration no longer allows it. */
  readonly plan: (operation: Operation) => readonly Target[];
  /**
   * Identifies the system to which a step is sent: it changes when the configuration lets the backend's key stand for another one. Null for
   * steps that no backend carries out.
   */
  readonly systemOf: (step: Pick<Step, "backend" | "action">) => string | null;
  /** Rejects with UNAVAILABLE if the store has lost something: then nothing may be recorded or settled. */
  readonly admit: () => Promise<void>;
  /** This process, as the journal knows it. */
  readonly presence: Presence;
  readonly clock: Clock;
  /** How long the effect of a request may take to show. Only then does "not found" mean "not done". */
  readonly settleMs: number;
  /** How long after its commit a request may leave; shorter than the lease. */
  readonly permitMs: number;
  /** How long a request that has left can be in flight: the longest timeout of all backends. */
  readonly longestCallMs: number;
  /** Pauses between the reconciler's looks. The last one repeats. */
  readonly pausesMs: readonly number[];
  /** Makes the id of a new operation; by default a UUID that begins with the time (version 7). */
  readonly newId?: (() => string) | undefined;
  /** Called when the outcome of a step is recorded, and again when an unknown outcome is settled. Must not throw. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
  /** Called with warnings of a step when they are recorded first. Must not throw. */
  readonly onWarnings?: ((operation: Operation, step: Step, warnings: readonly Warning[]) => void) | undefined;
  /** Reports background failures, which no caller sees. */
  readonly report: (problem: string, details: object) => void;
}

/** An operation that this process holds, with its steps as they are now. A change shows here once it is durable. */
export interface Work {
  readonly operation: Operation;
  readonly hold: Hold;
  /** By position. */
  readonly steps: Step[];
  /**
   * Positions of steps that were recorded as SENDING with the operation itself, which saves a commit, and that are still to be
   * sent.
   */
  readonly announced: Set<number>;
  /** When that commit was requested. */
  readonly announcedAt: Moment;
  /** Steps whose commit of "sending" failed: they were not sent, whether or not the commit took effect. */
  readonly neverLeft: Set<number>;
  /** Outcomes of steps that could not be saved. */
  readonly unsaved: Map<number, Step>;
  /** Steps that this work has looked for without finding any trace. */
  readonly foundNothing: Set<number>;
  /** True once a backend has answered a look. */
  looked: boolean;
  /**
   * Saves a step. If that completes the operation and the caller's answer needs no more reads, the same commit releases it.
   * Rejects with OwnershipLostError if another process has claimed the operation.
   */
  readonly save: (step: Step, isAnswered?: boolean) => Promise<void>;
  /** The changes of the operation in that commit; null if there was none. */
  readonly completion: () => OperationChanges | null;
  readonly add: (steps: readonly Step[]) => Promise<void>;
  /** Call it before anything is sent. Throws OwnershipLostError if this process was away and has renounced what it held. */
  readonly ensureHeld: () => void;
  /** @param askedAt when the commit of "sending" was requested */
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
        await store.saveStep(hold, step, completing ?? begun(operation, step, steps[step.position]));
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

/** Whether the operation is complete once the step is saved. Only for a single target: others may still be in flight. */
function completes(steps: readonly Step[], step: Step): boolean {
  return steps.every(({ target }) => target === step.target) && operationStatus(steps.with(step.position, step)) === "SUCCEEDED";
}

/**
 * An operation that had ended and is continued is in flight again from its first sending on, or from the last look that finds an
 * earlier attempt. Others must not take it for one that has failed, and put another in its place.
 */
function begun({ status }: Operation, step: Step, earlier: Step | undefined): OperationChanges {
  const isFound = status !== "UNKNOWN" && step.status !== "FAILED" && step.status !== earlier?.status;
  return status !== "PENDING" && (step.status === "SENDING" || isFound) ? { status: "PENDING", completedAt: null } : {};
}

function completed(): OperationChanges {
  return { status: "SUCCEEDED", completedAt: now(), owner: null, nextLookAt: null };
}

/** The target's own steps, or those of its compensation, in the order of their plan. */
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

/** The gateway builds global ids from type, backend and local id, so the local id is what follows the prefix. */
export function localId(nodeId: string, { type, backend }: Pick<Target, "type" | "backend">): string {
  const prefix = Buffer.from(encodeId({ type, backend, id: "" }), "base64url").toString("utf8");
  return Buffer.from(nodeId, "base64url").toString("utf8").slice(prefix.length);
}

/** A trace's claim as the journal stores it, with the type: a backend's ids are unique only within one type. */
export function claimOf({ type }: Pick<Target, "type">, claim: string): string {
  return `${type}:${claim}`;
}

/** A trace's claim as the adapter named it. */
export function localClaim(claim: string | null): string | null {
  return claim === null ? null : claim.slice(claim.indexOf(":") + 1);
}

export function ended(step: Step, status: Step["status"], changes: Partial<Step> = {}): Step {
  const unknown = status === "UNKNOWN" ? {} : { settlesAt: null, candidates: [] };
  return { ...step, ...unknown, ...changes, status, finishedAt: now() };
}

/** Whether the step was sent to another system than the one for which its backend's key stands now. What is there tells nothing about it. */
export function isElsewhere({ systemOf }: Pick<Journal, "systemOf">, step: Step): boolean {
  const current = step.system === null ? null : systemOf(step);
  return current !== null && current !== step.system;
}

/** The step as it is recorded before its request leaves. */
export function sendingOf(step: Step, noted: Pick<Step, "objectId" | "note" | "system">): Step {
  const blank = { errors: [], settlesAt: null, candidates: [], finishedAt: null } as const;
  return { ...step, ...noted, ...blank, status: "SENDING", attempts: step.attempts + 1, startedAt: now() };
}

/** The step after a failure without effect. */
export function failed(step: Step, failure: BillingError, fieldPlace: FieldPlace): Step {
  return ended(step, "FAILED", { errors: failure.flatten(fieldPlace).map(storedError) });
}

/** The step after a failure that may have had an effect. */
export function unknown(step: Step, failure: BillingError, settlesAt: string): Step {
  return ended(step, "UNKNOWN", { errors: [storedError(failure)], mayHaveLeft: true, settlesAt });
}

/** The time `afterMs` from now, by the store's clock. */
export async function storeTimeAfter({ store }: Pick<Journal, "store">, afterMs: number): Promise<string> {
  return new Date((await store.time()) + afterMs).toISOString();
}

/** Reads the object after a write. Undefined if that fails: the write has succeeded anyway. */
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
