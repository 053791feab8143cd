import type { CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { compareUnwatched } from "./comparing.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { blankStep, sendSteps } from "./sending.ts";
import { isRetryable, operationStatus, targetStatus } from "./status.ts";
import type { Target } from "./target.ts";
import { ended, type Journal, now, objectIdOf, stepsOf, storeTimeAfter, type Work } from "./work.ts";

/** ROLL_BACK: takes back what succeeded, when something failed and nothing is unknown any more. */
export async function compensate(journal: Journal, work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  if (work.operation.onFailure !== "ROLL_BACK" || work.operation.validateOnly) return;
  const statuses = targets.map((_, index) => targetStatus(work.steps.filter(({ target }) => target === index)));
  // A compensation that was planned and not sent is what there is to do; whoever had planned it may be gone.
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
 * What a stopped operation leaves unsent has not happened and may be sent again by the same call: a step behind an unknown or
 * failed one waits for it, every other becomes FAILED.
 */
export async function giveUpUnsent(work: Work): Promise<void> {
  for (const step of work.steps) {
    if (step.status !== "PENDING") continue;
    const earlier = stepsOf(work.steps, step.target, step.compensates).filter(({ position }) => position < step.position);
    if (earlier.some(({ status }) => status !== "SUCCEEDED")) continue;
    const reason = new BillingError(
      "UNAVAILABLE",
      "Not sent: the gateway stopped before its turn came. The same call sends it.",
      {
        backend: step.backend,
      },
    );
    await work.save(ended(step, "FAILED", { errors: [storedError(reason)] }));
  }
}

/** Why an operation was worked on: what the reconciler does by itself has growing pauses, and nothing else lengthens them. */
export type Occasion = "call" | "reconciler" | "person";

/** Writes down how the operation stands, and lets go of it, unless its last step did. Returns it as it is now. */
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

/** A look that a person asked for, or a caller's repeat, never delays the one that comes by itself. */
async function nextLook(journal: Journal, operation: Operation, looks: number, occasion: Occasion): Promise<string> {
  const { pausesMs } = journal;
  const pause = pausesMs[Math.min(looks, pausesMs.length - 1)] ?? 0;
  const next = await storeTimeAfter(journal, pause);
  const planned = operation.status === "UNKNOWN" ? operation.nextLookAt : null;
  return occasion !== "reconciler" && planned !== null && planned < next ? planned : next;
}
