import type { Operation, Step } from "../../../src/journal/model.ts";
import { decodeId } from "../../../src/model/id.ts";
import type { Backend, Made, Wish } from "./backend.ts";
import type { WorldPlan } from "./worlds.ts";

/** What must be true in every schedule. Each function returns the broken promise, or null. */

export interface Evidence {
  readonly plan: WorldPlan;
  readonly backend: Backend;
  readonly operations: () => readonly Operation[];
  /** Whether the request of this attempt has left. */
  readonly hasLeft: (stepId: string, attempt: number) => boolean;
}

export function stepIdOf({ id }: Operation, { position }: Step): string {
  return `${id}-${position}`;
}

export function wishOf({ input }: Operation, { target }: Step): Wish {
  const wish = (input as { readonly wishes: readonly Wish[] }).wishes[target];
  if (!wish) throw new Error("A step without a wish.");
  return wish;
}

/** Charges that look the same cannot be told apart, so they are counted together. */
function isLike(wish: Wish, other: Wish): boolean {
  return wish.kind !== "change" && other.kind !== "change" && wish.customer === other.customer && wish.text === other.text;
}

/** Whether the step creates its target's object. */
function creates(step: Step): boolean {
  return step.action === "charges/create";
}

function likeSteps(operations: readonly Operation[], wish: Wish): { readonly operation: Operation; readonly step: Step }[] {
  return operations.flatMap((operation) =>
    operation.steps.filter((step) => creates(step) && isLike(wishOf(operation, step), wish)).map((step) => ({ operation, step })),
  );
}

/** Each order is carried out exactly once, and a later change by a person is not undone. */
export function tooMuch({ plan, backend, operations }: Evidence): string | null {
  for (const { wishes, key } of plan.calls) {
    for (const wish of wishes) {
      if (wish.kind === "change") {
        const versions = backend.objects.get(wish.object) ?? [];
        const own = versions.filter(({ by, text }) => by !== null && text === wish.text);
        if (own.length > 1) return `${key}: ${wish.object} was changed to "${wish.text}" ${own.length} times`;
        continue;
      }
      const like = plan.calls.flatMap((call) => call.wishes.filter((other) => isLike(wish, other))).length;
      const ordered = plan.refusesAlike ? 1 : like;
      const ids = new Set(likeSteps(operations(), wish).map(({ operation, step }) => stepIdOf(operation, step)));
      const made = backend.records.filter(({ by }) => by !== null && ids.has(by));
      if (made.length > ordered) return `${key}: "${wish.text}" was made ${made.length} times, and ordered ${ordered} times`;
    }
  }
  return null;
}

/** What a statement changed. */
export function brokenByChange(evidence: Evidence, before: Operation | null, after: Operation): string | null {
  if (before?.status === "SUCCEEDED" && after.status !== "SUCCEEDED") return "an operation that had SUCCEEDED does not any more";
  for (const step of after.steps) {
    const earlier = before?.steps.find(({ position }) => position === step.position);
    const broken = brokenByStep(evidence, after, earlier ?? null, step);
    if (broken !== null) return `step ${step.position} (${step.action}): ${broken}`;
  }
  return null;
}

function brokenByStep(evidence: Evidence, operation: Operation, earlier: Step | null, step: Step): string | null {
  if (earlier === step) return null;
  const [from, to] = [earlier?.status, step.status];
  if (from === "SUCCEEDED" && (to !== from || earlier?.nodeId !== step.nodeId)) return `SUCCEEDED became ${to}`;
  if (from === to) return null;
  // A change that gave way to another of the same object has certainly not left.
  const gaveWay = from === "SENDING" && !evidence.hasLeft(stepIdOf(operation, step), step.attempts);
  if (to === "PENDING" && earlier !== null && !gaveWay) return `${from} became PENDING`;
  if (to === "SENDING" && earlier !== null) {
    if (from !== "PENDING" && from !== "FAILED") return `${from} became SENDING`;
    if (step.attempts !== earlier.attempts + 1) return `attempt ${step.attempts} follows ${earlier.attempts}`;
  }
  if (to === "UNKNOWN" && !step.errors[0]?.message) return "UNKNOWN does not say why";
  if (to === "SUCCEEDED" && !isThere(evidence, operation, step)) return "SUCCEEDED, and is not there";
  return to === "FAILED" && creates(step) ? failedButThere(evidence, operation, step) : null;
}

/** Whether the backend has what the step claims to have done. */
function isThere({ backend, operations }: Evidence, operation: Operation, step: Step): boolean {
  const id = decodeId(step.nodeId ?? "")?.id;
  const made = backend.records.find((record) => record.id === id);
  const wish = wishOf(operation, step);
  if (wish.kind === "change") {
    return (backend.objects.get(wish.object) ?? []).some(({ by }) => by === stepIdOf(operation, step));
  }
  if (!made) return false;
  if (step.action === "charges/void") return made.isVoided;
  if (step.action === "charges/switch-on") return made.isOn;
  return likeSteps(operations(), wish).some((like) => made.by === stepIdOf(like.operation, like.step));
}

/**
 * A create that FAILED has made nothing and will make nothing. Equal steps cannot be told apart: at least as many of them must
 * not be FAILED as there are records, or may come to be.
 */
export function failedButThere({ backend, operations, plan }: Evidence, operation: Operation, step: Step): string | null {
  if (plan.isVeryLate) return null;
  const all = operations().map((each) => (each.id === operation.id ? operation : each));
  const like = likeSteps(all, wishOf(operation, step));
  const ids = new Set(like.map((each) => stepIdOf(each.operation, each.step)));
  const made = backend.records.filter((record: Made) => record.by !== null && ids.has(record.by)).length;
  const coming = [...ids].reduce((sum, id) => sum + backend.onTheWay(id), 0);
  const open = like.filter(({ step: { status } }) => status !== "FAILED" && status !== "PENDING").length;
  return made + coming > open ? `FAILED, and is there${coming > 0 ? " or on its way" : ""}` : null;
}

/** When a request leaves, the journal must know of it and must not have given it up. */
export function sentUnrecorded({ operations }: Evidence, stepId: string): string | null {
  const operation = operations().find(({ id }) => stepId.startsWith(`${id}-`));
  const step = operation?.steps.find((each) => operation && stepIdOf(operation, each) === stepId);
  if (!step) return `${stepId} is sent, and not in the journal`;
  if (step.status === "SENDING" || step.status === "UNKNOWN") return null;
  return `step ${step.position} (${step.action}) is sent while the journal says ${step.status}`;
}

/** What must be true when nothing happens any more and every caller has repeated its call. */
export function brokenAtRest(evidence: Evidence): string | null {
  for (const operation of evidence.operations()) {
    const { owner, status, steps } = operation;
    if (owner !== null) return `nobody works on it, and it belongs to ${owner}`;
    if (status === "PENDING") return "it is PENDING for ever";
    for (const step of steps) {
      if (step.status === "SENDING" || step.status === "VALIDATED") return `step ${step.position} is ${step.status} for ever`;
      if (step.status === "UNKNOWN" && step.candidates.length === 0) return `step ${step.position} is UNKNOWN for ever`;
      if (step.status === "FAILED" && step.errors[0]?.retryable !== false && operation.onFailure === "KEEP") {
        return `step ${step.position} FAILED for ever: ${step.errors[0]?.message}`;
      }
    }
    if (status !== "SUCCEEDED") continue;
    for (const wish of (operation.input as { readonly wishes: readonly Wish[] }).wishes) {
      if (wish.kind === "change") continue;
      const made = evidence.backend.records.filter((record) => isOf(evidence, record, wish)).length;
      const ordered = evidence.operations().flatMap((each) => likeSteps([each], wish)).length;
      const succeeded = likeSteps(evidence.operations(), wish).filter(({ step }) => step.status === "SUCCEEDED").length;
      if (succeeded === ordered && made !== ordered)
        return `all SUCCEEDED, and "${wish.text}" was made ${made} times of ${ordered}`;
    }
  }
  return null;
}

function isOf({ operations }: Evidence, { by }: Made, wish: Wish): boolean {
  return likeSteps(operations(), wish).some(({ operation, step }) => by === stepIdOf(operation, step));
}
