import type { CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { blankStep, sendSteps } from "./sending.ts";
import { isRetryable, operationStatus, targetStatus } from "./status.ts";
import { compareUnwatched } from "./step-comparison.ts";
import type { Target } from "./target.ts";
import { ended, type Journal, now, objectIdOf, stepsOf, storeTimeAfter, type Work } from "./work.ts";

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
export async function giveUpUnsent(work: Work): Promise<void> {
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
export type Occasion = "call" | "reconciler" | "person";

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
