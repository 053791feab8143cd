import pLimit from "p-limit";
import type { CallScope, WritePlan } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { encodeId } from "../billing/id.ts";
import type { Entity, Target } from "../billing/planning.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { isRetryable, operationStatus, targetStatus } from "./status.ts";
import { StepClaimedError } from "./store.ts";
import {
  ended,
  failed,
  intentOf,
  type Journal,
  now,
  objectIdOf,
  planned,
  readBack,
  sendingOf,
  stepsOf,
  type Work,
} from "./work.ts";

/** How many targets of one fan-out are under way at once; each backend's own concurrency cap holds besides. */
export const targetsAtOnce = 16;

/** Asked before a target is sent that changes an existing object; rejects when an unknown outcome blocks it. */
export type Admission = (objectId: string) => Promise<void>;

/**
 * Sends what is to be sent of an operation: of each target the steps that have not been sent and those that failed although
 * nothing happened, in order, up to the first that does not succeed. Returns the objects at hand, by target.
 */
export async function sendAll(
  work: Work,
  targets: readonly Target[],
  scope: CallScope,
  admit: Admission,
): Promise<Map<number, Entity>> {
  const values = new Map<number, Entity>();
  const limit = pLimit(targetsAtOnce);
  const endings = await Promise.allSettled(
    targets.map(async (target, index) => {
      // The next target's turn comes with this one's answer: its sending is recorded in one commit with this one's ending.
      const { value, recorded } = await limit(() => sendTarget(work, target, index, scope, admit));
      await recorded;
      if (value) values.set(index, value);
    }),
  );
  // Only when nothing is under way any more may the operation be given to somebody else.
  for (const ending of endings) if (ending.status === "rejected") throw ending.reason;
  return values;
}

/** What sending has come to. */
interface Sent {
  /** The object, where it is at hand. */
  readonly value?: Entity | undefined;
  /** Settles when its ending is in the journal. */
  readonly recorded?: Promise<void> | undefined;
}

async function sendTarget(work: Work, target: Target, index: number, scope: CallScope, admit: Admission): Promise<Sent> {
  const { plan } = target;
  if (plan instanceof BillingError) return {};
  const steps = stepsOf(work.steps, index, false);
  const [next] = steps.filter((step) => step.status !== "SUCCEEDED");
  if (next && !isToBeSent(work, next)) return {};
  if (next && target.objectId !== null) {
    const refusal = await admit(encodeId({ type: target.type, backend: target.backend, id: target.objectId })).catch(asRefusal);
    if (refusal) return { recorded: work.save(failed(next, refusal, target.fieldPrefix)) };
  }
  const sent = await sendSteps(work, target, plan, steps, scope);
  if (sent.value) return sent;
  await sent.recorded;
  const id = objectIdOf(work, target, index);
  return id === null ? {} : { value: await readBack(plan, id, scope) };
}

function isToBeSent({ announced }: Work, step: Step): boolean {
  return step.status === "PENDING" || isRetryable(step) || announced.has(step.position);
}

function asRefusal(error: unknown): BillingError {
  if (error instanceof BillingError) return error;
  throw error;
}

/** Each step once the one before it is recorded. The value is what the last one answered with, if it did. */
async function sendSteps(
  work: Work,
  target: Target,
  plan: WritePlan<Entity>,
  steps: readonly Step[],
  scope: CallScope,
): Promise<Sent> {
  const { type, backend, fieldPrefix } = target;
  let id = objectIdOf(work, target, steps[0]?.target ?? 0);
  let value: Entity | undefined;
  let recorded: Promise<void> | undefined;
  for (const step of steps) {
    if (step.status === "SUCCEEDED") continue;
    await recorded;
    const { send, before } = planned(plan, work.steps, step);
    const announced = work.announced.has(step.position);
    const noted = await note(before, id, scope);
    if (noted instanceof BillingError) return { value, recorded: work.save(failed(step, noted, fieldPrefix)) };
    const objectId = id === null ? null : encodeId({ type, backend, id });
    const sending = announced ? step : sendingOf(step, { objectId, mark: noted });
    await work.ensureOwned();
    if (announced) work.announced.delete(step.position);
    else await work.save(sending);
    const ending = await send(id, intentOf(work.operation, sending), scope).then(
      (written) => ({ written }),
      (error: unknown) => ({ error }),
    );
    if ("error" in ending) return { value, recorded: work.save(failed(sending, ending.error, fieldPrefix)) };
    const creates = id === null;
    id = ending.written.id;
    value = ending.written.value;
    const succeeded = ended(sending, "SUCCEEDED", { nodeId: encodeId({ type, backend, id }) });
    recorded = creates
      ? saveCreated(work, succeeded, id, value !== undefined)
      : saveSuccess(work, succeeded, ending.written.claims ?? [], value !== undefined);
  }
  return { value, recorded };
}

/** What `before` saw; an empty journal entry is no mark. A failure of this read means that nothing was sent. */
async function note(
  before: ((id: string | null, scope: CallScope) => Promise<string>) | undefined,
  id: string | null,
  scope: CallScope,
): Promise<string | null | BillingError> {
  if (!before) return null;
  try {
    return await before(id, scope);
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    return error.with({ retryable: true });
  }
}

/**
 * The backend's own answer is certain: should a look have given the new object to a like step whose request was lost, that one was
 * mistaken, and is looked for again.
 */
async function saveCreated(work: Work, step: Step, id: string, isAnswered: boolean): Promise<void> {
  try {
    return await work.save({ ...step, claim: id }, isAnswered);
  } catch (error) {
    if (!(error instanceof StepClaimedError)) throw error;
  }
  const isFree = await work.takeBack(step.backend, id);
  await saveSuccess(work, step, isFree ? [id] : [], isAnswered);
}

/** With the first of the claims that is free: they look the same, so any of them will do. */
async function saveSuccess(work: Work, step: Step, claims: readonly string[], isAnswered: boolean): Promise<void> {
  for (const claim of claims) {
    try {
      return await work.save({ ...step, claim }, isAnswered);
    } catch (error) {
      if (!(error instanceof StepClaimedError)) throw error;
    }
  }
  await work.save({ ...step, claim: null }, isAnswered);
}

/** The backend's own dry runs, and every other check there is; nothing is sent that changes anything. */
export async function validateAll(work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  const limit = pLimit(targetsAtOnce);
  await Promise.all(
    targets.map(({ plan, fieldPrefix }, index) =>
      limit(async () => {
        if (plan instanceof BillingError) return;
        const steps = stepsOf(work.steps, index, false);
        const refusal = await (plan.validate?.(scope) ?? Promise.resolve()).then(() => undefined, asRefusal);
        if (refusal && steps[0]) return work.save(failed(steps[0], refusal, fieldPrefix));
        for (const step of steps) await work.save(ended(step, "VALIDATED"));
      }),
    ),
  );
}

/** ROLL_BACK: takes back what succeeded, when something failed and nothing is unknown any more. */
export async function compensate(work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  if (work.operation.onFailure !== "ROLL_BACK" || work.operation.validateOnly) return;
  const statuses = targets.map((_, index) => targetStatus(work.steps.filter(({ target }) => target === index)));
  const unfinished = statuses.some((status) => status === "UNKNOWN" || status === "PENDING");
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
      const { recorded } = await sendSteps(work, { ...target, objectId: id }, undo, stepsOf(work.steps, index, true), scope);
      await recorded;
    }
  }
}

function compensation(work: Work, target: number, { backend }: Target, action: string, order: number): Step {
  return { ...blankStep, position: work.steps.length + order, target, backend, action, status: "PENDING", compensates: true };
}

export const blankStep = {
  attempts: 0,
  errors: [],
  nodeId: null,
  objectId: null,
  claim: null,
  mark: null,
  compensates: false,
  startedAt: null,
  finishedAt: null,
} as const;

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

/** Writes down how the operation stands, and lets go of it, unless its last step did. Returns it as it is now. */
export async function release({ store, pausesMs }: Journal, work: Work): Promise<Operation> {
  const completion = work.completion();
  if (completion) return { ...work.operation, ...completion, steps: [...work.steps] };
  const status = operationStatus(work.steps);
  const looks = work.operation.looks;
  const pause = pausesMs[Math.min(looks, pausesMs.length - 1)] ?? 0;
  const changes = {
    status,
    completedAt: status === "UNKNOWN" || status === "PENDING" ? null : now(),
    owner: null,
    looks: status === "UNKNOWN" ? looks + 1 : looks,
    nextLookAt: status === "UNKNOWN" ? new Date(Date.now() + pause).toISOString() : null,
  };
  await store.save(work.operation.id, changes);
  return { ...work.operation, ...changes, steps: [...work.steps] };
}
