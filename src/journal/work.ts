import type { CallScope, Intent, WritePlan } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { encodeId } from "../billing/id.ts";
import type { Target } from "../billing/planning.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { operationStatus } from "./status.ts";
import type { OperationChanges, Store } from "./store.ts";

/** What running, settling and watching operations share. */
export interface Journal {
  readonly store: Store;
  /** Makes an operation's targets again from its stored input. Throws BillingError when the configuration no longer allows it. */
  readonly plan: (operation: Operation) => readonly Target[];
  /** This process, as the journal knows it. */
  readonly owner: string;
  /** How long an unknown create is looked for before "not there" counts as "not done". */
  readonly settleMs: number;
  /** Pauses between the reconciler's looks; the last one repeats. */
  readonly pausesMs: readonly number[];
  /** When this process last told the store that it is alive, of performance.now; housekeeping keeps it. */
  lastHeartbeat: number;
  /** After how long a silence another process may have taken this one's operations over. */
  readonly leaseMs: number;
  /** Told of every step that is recorded as ended, and again when an unknown ending is settled. Must not throw. */
  readonly onStep?: ((operation: Operation, step: Step) => void) | undefined;
  /** Told what nobody waits for: failures in the background. */
  readonly report: (problem: string, details: object) => void;
}

/** An operation being worked on by this process: its steps as they are now, each change durable before it counts. */
export interface Work {
  readonly operation: Operation;
  /** By position. */
  readonly steps: Step[];
  /** Of steps that were recorded as sending together with the operation, which saves a commit, and are still to be sent. */
  readonly announced: Set<number>;
  /**
   * Saves a step. If it completes the operation and nothing has to be asked any more to answer the caller, the same commit lets
   * go of the operation.
   */
  readonly save: (step: Step, isAnswered?: boolean) => Promise<void>;
  /** What that commit said of the operation; null while there was none. */
  readonly completion: () => OperationChanges | null;
  readonly add: (steps: readonly Step[]) => Promise<void>;
  /** Takes a claim back from a step that was mistaken: see journal/store.ts. */
  readonly takeBack: (backend: string, claim: string) => Promise<boolean>;
  /** Before something is sent: rejects when this process was silent for so long that another one may own the operation, and does. */
  readonly ensureOwned: () => Promise<void>;
}

export function openWork(journal: Journal, operation: Operation, announced: Iterable<number> = []): Work {
  const { store, owner, leaseMs } = journal;
  const steps = [...operation.steps];
  let completion: OperationChanges | null = null;
  return {
    operation,
    steps,
    announced: new Set(announced),
    save: async (step, isAnswered = false) => {
      const completing = isAnswered && completes(steps, step) ? completed() : null;
      await store.saveStep(operation.id, step, completing ?? {});
      const earlier = steps[step.position];
      steps[step.position] = step;
      completion = completing;
      if (isEnded(step) && step.status !== earlier?.status) journal.onStep?.(operation, step);
    },
    completion: () => completion,
    add: async (added) => {
      await store.addSteps(operation.id, added);
      steps.push(...added);
    },
    takeBack: store.takeBack,
    ensureOwned: async () => {
      if (performance.now() - journal.lastHeartbeat < leaseMs / 2) return;
      if (await store.claim(operation.id, owner, owner)) return;
      throw new BillingError("CONFLICT", "Another process has taken the operation over.", { retryable: true });
    },
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

export function intentOf({ id, createdAt }: Operation, { position, mark }: Step): Intent {
  return { stepId: `${id}-${position}`, createdAt, mark };
}

/** Local id of the object that a target's steps write: known from the start, or from the step that created it. */
export function objectIdOf(work: Work, target: Target, index: number): string | null {
  if (target.objectId !== null) return target.objectId;
  const nodeId = stepsOf(work.steps, index, false).findLast((step) => step.nodeId !== null)?.nodeId ?? null;
  return nodeId === null ? null : localId(nodeId, target);
}

/** Global ids are made here from a target's type and backend, so the local part is what stands behind them. */
function localId(nodeId: string, { type, backend }: Target): string {
  const prefix = Buffer.from(encodeId({ type, backend, id: "" }), "base64url").toString("utf8");
  return Buffer.from(nodeId, "base64url").toString("utf8").slice(prefix.length);
}

export function ended(step: Step, status: Step["status"], changes: Partial<Step> = {}): Step {
  return { ...step, ...changes, status, finishedAt: now() };
}

/** A step as it is recorded before its request goes out. */
export function sendingOf(step: Step, noted: Pick<Step, "objectId" | "mark">): Step {
  return { ...step, ...noted, status: "SENDING", attempts: step.attempts + 1, errors: [], startedAt: now() };
}

/** A step as its failure leaves it: UNKNOWN when it may have happened, else FAILED. */
export function failed(step: Step, error: unknown, fieldPrefix: readonly string[]): Step {
  const failure =
    error instanceof BillingError
      ? error
      : new BillingError("OUTCOME_UNKNOWN", "The gateway failed while the request was under way; its outcome is unknown.", {
          cause: error,
        });
  const status = failure.code === "OUTCOME_UNKNOWN" ? "UNKNOWN" : "FAILED";
  return ended(step, status, { errors: failure.flatten(fieldPrefix).map(storedError) });
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
