import type { CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { type Decision, decide } from "./deciding.ts";
import { elapsedSince, momentOf } from "./leases.ts";
import {
  blankStep,
  type Hold,
  isRetryable,
  type Operation,
  operationStatus,
  type Step,
  storedError,
  targetStatus,
} from "./model.ts";
import { OwnershipLostError, StepClaimedError } from "./recorder.ts";
import { sendSteps } from "./sending.ts";
import { replan, settleSteps, takeOverSending } from "./settling.ts";
import { compareLeft, compareUnwatched } from "./step-comparison.ts";
import type { Target } from "./target.ts";
import { ended, failed, type Journal, now, objectIdOf, openWork, stepsOf, storeTimeAfter, type Work } from "./work.ts";

/** For ROLL_BACK: once nothing is unknown any more, compensates the targets that succeeded if another failed. */
export async function compensate(journal: Journal, work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  if (work.operation.onFailure !== "ROLL_BACK" || work.operation.validateOnly) return;
  const statuses = targets.map((_, index) => targetStatus(work.steps.filter(({ target }) => target === index)));
  // A compensation may be planned and not sent because the process that planned it is gone: PENDING ones are sent too.
  const unfinished = targets.some((_, index) => {
    const status = targetStatus(stepsOf(work.steps, index, false));
    const undo = stepsOf(work.steps, index, true);
    return status === "UNKNOWN" || status === "PENDING" || undo.some((step) => step.status === "UNKNOWN");
  });
  const wanted = statuses.some((status) => status === "FAILED" || status === "PARTIAL" || status === "ROLLED_BACK");
  if (unfinished || !wanted) return;
  for (const [index, target] of targets.entries()) {
    const id = objectIdOf(work, target, index);
    if (target.plan instanceof BillingError || id === null || statuses[index] === "ROLLED_BACK") continue;
    const undo = target.plan.undo?.(id);
    if (!undo) continue;
    if (stepsOf(work.steps, index, true).length === 0)
      await work.add(undo.steps.map((step, order) => compensation(work, index, target, step.action, order)));
    const next = stepsOf(work.steps, index, true).find(({ status }) => status !== "SUCCEEDED");
    if (next && (next.status === "PENDING" || isRetryable(next))) {
      const undone = { ...target, objectId: id };
      const { recorded } = await sendSteps(journal, work, undone, undo, stepsOf(work.steps, index, true), scope);
      await recorded;
      await compareUnwatched(work, { target: undone, plan: undo, steps: stepsOf(work.steps, index, true) }, id, scope);
    }
  }
}

function compensation(work: Work, target: number, { backend }: Target, action: string, order: number): Step {
  return { ...blankStep, position: work.steps.length + order, target, backend, action, status: "PENDING", compensates: true };
}

/**
 * Settles the steps that were not sent when an operation stopped: they become FAILED, and the same call may send them. A step
 * behind an unknown or failed one stays PENDING.
 */
async function giveUpUnsent(work: Work): Promise<void> {
  for (const step of work.steps) {
    if (step.status !== "PENDING") continue;
    const earlier = stepsOf(work.steps, step.target, step.compensates).filter(({ position }) => position < step.position);
    if (earlier.some(({ status }) => status !== "SUCCEEDED")) continue;
    const reason = new BillingError("UNAVAILABLE", "Not sent: the gateway stopped before its turn. Repeat the call to send it.", {
      backend: step.backend,
    });
    await work.save(ended(step, "FAILED", { errors: [storedError(reason)] }));
  }
}

/** Who had the operation worked on. Only the reconciler's own looks lengthen the pauses between them. */
type Occasion = "call" | "reconciler" | "person";

/** Saves the status of the operation and releases it, unless its last step did so already. Returns it as it is now. */
export async function release(journal: Journal, work: Work, occasion: Occasion): Promise<Operation> {
  const completion = work.completion();
  if (completion) return { ...work.operation, ...completion, steps: [...work.steps] };
  const { operation } = work;
  const status = operationStatus(work.steps);
  const isOpen = status === "UNKNOWN" || status === "PENDING";
  const looks = occasion === "reconciler" && work.looked ? operation.looks + 1 : operation.looks;
  const changes = {
    status,
    completedAt: isOpen ? null : status === operation.status ? (operation.completedAt ?? now()) : now(),
    owner: null,
    looks,
    nextLookAt: status === "UNKNOWN" ? await nextLook(journal, operation, looks, occasion) : null,
  };
  await journal.store.save(work.hold, changes);
  return { ...operation, ...changes, steps: [...work.steps] };
}

/** Only the reconciler itself may postpone its next look; a person's look or a caller's repeat never does. */
async function nextLook(journal: Journal, operation: Operation, looks: number, occasion: Occasion): Promise<string> {
  const { pausesMs } = journal;
  const pause = pausesMs[Math.min(looks, pausesMs.length - 1)] ?? 0;
  const next = await storeTimeAfter(journal, pause);
  const planned = operation.status === "UNKNOWN" ? operation.nextLookAt : null;
  return occasion !== "reconciler" && planned !== null && planned < next ? planned : next;
}

/** Works on operations without their caller: reconciles unknown outcomes, and takes over operations of lost processes. */
export interface Settler {
  /**
   * Looks now for what an UNKNOWN operation did, and returns it as it is afterwards. Null if there is no such operation.
   *
   * @param occasion who looks: only the reconciler's own looks lengthen its pauses
   */
  readonly reconcile: (id: string, scope: CallScope, occasion?: Occasion) => Promise<Operation | null>;
  /**
   * Records a person's decision about an UNKNOWN step, and continues the operation. It rejects as `decide` in deciding.ts does.
   */
  readonly resolve: (decision: Decision, scope: CallScope) => Promise<Operation>;
  /** Takes over and settles an operation whose owner's lease has lapsed. Null if another process has it. */
  readonly takeOver: (id: string, scope: CallScope) => Promise<Operation | null>;
  /**
   * Operations that this process owns and nobody works on. It could not release them because the store failed; or the answer to
   * its claim was lost, so that it does not know of them. While this process lives, no other would take them over.
   */
  readonly leftBehind: () => Promise<readonly Pick<Operation, "id" | "steps">[]>;
  /** Takes up and settles one of those. Null if another process has had it since. */
  readonly takeUp: (id: string, scope: CallScope) => Promise<Operation | null>;
}

/** The runner also needs these: to say what it works on, and what it could not release. */
interface OwnSettler extends Settler {
  /** Marks that this process works on an operation. Begins before the claim, so that `leftBehind` leaves it out. */
  readonly busyWith: <T>(id: string, task: () => Promise<T>) => Promise<T>;
  /** Keeps an operation that this process could not release because the store failed. */
  readonly strand: (opened: Work) => void;
}

export function createSettler(journal: Journal): OwnSettler {
  const { store, presence, clock } = journal;
  const stranded = new Map<string, StrandedWork>();
  /** Number of tasks of this process that work on an operation or wait for it. */
  const tasks = new Map<string, number>();

  async function busyWith<T>(id: string, task: () => Promise<T>): Promise<T> {
    tasks.set(id, (tasks.get(id) ?? 0) + 1);
    try {
      return await task();
    } finally {
      const left = (tasks.get(id) ?? 1) - 1;
      if (left === 0) tasks.delete(id);
      else tasks.set(id, left);
    }
  }

  async function reconcile(id: string, scope: CallScope, occasion: Occasion = "person"): Promise<Operation | null> {
    const operation = await store.byId(id);
    if (operation?.status !== "UNKNOWN") return operation;
    return (await takeAndSettle(id, scope, occasion)) ?? store.byId(id);
  }

  const takeOver: Settler["takeOver"] = (id, scope) => takeAndSettle(id, scope, "call");

  async function takeAndSettle(id: string, scope: CallScope, occasion: Occasion): Promise<Operation | null> {
    await journal.admit();
    await presence.announce();
    return busyWith(id, async () => {
      const claimed = await store.claim(id, presence.owner());
      return claimed && settleHeld(openWork(journal, claimed), scope, occasion);
    });
  }

  /** Settles an operation that this process has claimed, continues it, and releases it. */
  async function settleHeld(
    opened: Work,
    scope: CallScope,
    occasion: Occasion,
    first: () => Promise<void> = async () => undefined,
  ): Promise<Operation> {
    try {
      await first();
      await takeOverSending(journal, opened);
      await settleSteps(journal, opened, scope);
      await finish(opened, scope);
      return await release(journal, opened, occasion);
    } catch (error) {
      if (error instanceof OwnershipLostError) return (await store.byId(opened.operation.id)) ?? opened.operation;
      strand(opened);
      throw error;
    }
  }

  /** The rest of an operation for which no caller sends anything any more: closes the unsent steps, compares, compensates. */
  async function finish(opened: Work, scope: CallScope): Promise<void> {
    await giveUpUnsent(opened);
    const targets = replan(journal, opened.operation);
    if (targets.length === 0) return;
    await compareLeft(opened, targets, scope);
    await compensate(journal, opened, targets, scope);
  }

  const resolve: Settler["resolve"] = async (decision, scope) => {
    const begun = momentOf(clock);
    await journal.admit();
    await presence.announce();
    // When the call began or earlier, by the store's clock.
    const askedAt = (await store.time()) - elapsedSince(begun, clock);
    return busyWith(decision.operationId, () => decideHeld(decision, askedAt, scope));
  };

  async function decideHeld(decision: Decision, askedAt: number, scope: CallScope): Promise<Operation> {
    const claimed = await store.claim(decision.operationId, presence.owner());
    if (!claimed) {
      if (!(await store.byId(decision.operationId))) throw new BillingError("NOT_FOUND", "There is no such operation.");
      throw new BillingError("CONFLICT", "The operation is being worked on. Try again in a moment.", { retryable: true });
    }
    const opened = openWork(journal, claimed);
    try {
      await takeOverSending(journal, opened);
      await decide(journal, opened, decision, askedAt, scope);
      await finish(opened, scope);
      return await release(journal, opened, "person");
    } catch (error) {
      if (error instanceof OwnershipLostError) throw error;
      // If nothing could be decided, the operation is released as it was.
      await release(journal, opened, "person").catch(() => strand(opened));
      throw error;
    }
  }

  const strand = (opened: Work): void => void stranded.set(opened.hold.id, opened);

  const takeUp: Settler["takeUp"] = async (id, scope) => {
    await journal.admit();
    await presence.announce();
    return busyWith(id, async () => {
      const left = stranded.get(id);
      const hold = left?.hold ?? (await unknownHold(id));
      if (!hold) return null;
      const claimed = await store.reclaim(hold, presence.owner());
      stranded.delete(id);
      if (!claimed) return null;
      const opened = openWork(journal, claimed);
      // No other process has held it since, so this process knows its current state.
      return settleHeld(opened, scope, "call", async () => left && recordKnown(opened, left));
    });
  };

  /** The hold of an operation that this process owns without any other of its tasks working on it. */
  async function unknownHold(id: string): Promise<Hold | null> {
    const operation = await store.byId(id);
    const isLeft = operation?.owner === presence.owner() && tasks.get(id) === 1;
    return isLeft ? { id, owner: operation.owner, epoch: operation.epoch } : null;
  }

  const leftBehind: Settler["leftBehind"] = async () => {
    const held = await store.heldBy(presence.owner());
    return [
      ...[...stranded].map(([id, { steps }]) => ({ id, steps })),
      ...held.filter(({ id }) => !tasks.has(id) && !stranded.has(id)),
    ];
  };

  return { busyWith, strand, reconcile, resolve, takeOver, leftBehind, takeUp };
}

/** Work on an operation that this process could not release, as it was when the store failed. */
type StrandedWork = Pick<Work, "hold" | "steps" | "neverLeft" | "announced" | "unsaved">;

/**
 * Records what the store missed when it failed: outcomes of steps, and that some steps were never sent. Call it with the
 * operation claimed from exactly that hold. Then nobody else has held it since, and what this process knows of it is still true.
 */
async function recordKnown(work: Work, { neverLeft, announced, unsaved }: StrandedWork): Promise<void> {
  for (const step of work.steps) {
    if (step.status !== "SENDING") continue;
    const known = unsaved.get(step.position);
    if (known && known.attempts === step.attempts) await work.save(known).catch(ignoreClaimed);
    else if (neverLeft.has(step.position) || announced.has(step.position)) {
      const message = "The gateway could not record the step before sending it. Nothing was sent.";
      const reason = new BillingError("UNAVAILABLE", message, { backend: step.backend, retryable: true });
      await work.save(failed(step, reason, []));
    }
  }
}

/** Another step has the record that this step made: the step stays open and is looked for. */
function ignoreClaimed(error: unknown): void {
  if (!(error instanceof StepClaimedError)) throw error;
}
