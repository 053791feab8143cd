import pLimit from "p-limit";
import type { CallScope, Intent, WritePlan, WriteStep, Written } from "../adapter/adapter.ts";
import { BillingError, type FieldPlace, named } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { StepPermit } from "./leases.ts";
import { isRetryable, type Step } from "./model.ts";
import type { MutationCall } from "./planned-operation.ts";
import { StepClaimedError } from "./recorder.ts";
import { lastLook, warnClaimants } from "./settling.ts";
import { comparedState, comparedStep, compareSteps, readAndCompare } from "./step-comparison.ts";
import { type Duplicates, type Target, targetsAtOnce, type WrittenEntity } from "./target.ts";
import { alikeTo, recordSending } from "./turns.ts";
import {
  claimOf,
  ended,
  failed,
  intentOf,
  type Journal,
  localClaim,
  objectIdOf,
  planned,
  stepsOf,
  storeTimeAfter,
  unknown,
  type Work,
} from "./work.ts";

/** Called before a change of an existing object is sent. Rejects if an unknown outcome blocks the object. */
export type Admission = (objectId: string) => Promise<void>;

/**
 * Sends the steps of an operation that were not sent yet, or that failed without effect: for each target in order, up to the
 * first that does not succeed. Returns the objects that the backends answered with, by target.
 */
export async function sendAll(
  journal: Journal,
  work: Work,
  { targets, duplicates, answered }: Pick<MutationCall, "targets" | "duplicates" | "answered">,
  scope: CallScope,
  admit: Admission,
): Promise<Map<number, WrittenEntity>> {
  const values = new Map<number, WrittenEntity>();
  // A single target, as of a charge run's row, needs no queue.
  const limit: typeof atOnce = targets.length === 1 ? atOnce : pLimit(targetsAtOnce);
  let open = targets.length;
  const endings = await Promise.allSettled(
    targets.map(async (target, index) => {
      // The next target starts when this one is answered, before that is recorded: one commit records both this answer and the
      // next sending.
      const { value, recorded } = await limit(() => sendTarget(journal, work, { target, index, duplicates }, scope, admit));
      open -= 1;
      if (open === 0) answered?.();
      await recorded;
      if (value && !stepsOf(work.steps, index, false).some(isDisputed)) values.set(index, value);
    }),
  );
  // Waits for all: the operation may be released only when nothing is in flight any more.
  for (const ending of endings) if (ending.status === "rejected") throw ending.reason;
  return values;
}

function atOnce<T>(task: () => Promise<T>): Promise<T> {
  return task();
}

/** Outcome of sending. */
interface Sent {
  /** The object, if the backend answered with it. */
  readonly value?: WrittenEntity | undefined;
  /** Settles when the outcome is in the journal. */
  readonly recorded?: Promise<void> | undefined;
}

async function sendTarget(
  journal: Journal,
  work: Work,
  { target, index, duplicates }: { readonly target: Target; readonly index: number; readonly duplicates: Duplicates | undefined },
  scope: CallScope,
  admit: Admission,
): Promise<Sent> {
  const { plan } = target;
  if (plan instanceof BillingError) return {};
  const steps = stepsOf(work.steps, index, false);
  const [next] = steps.filter((step) => step.status !== "SUCCEEDED");
  if (next && !isToBeSent(work, next)) return {};
  if (next && target.objectId !== null) {
    const refusal = await admit(encodeId({ type: target.type, backend: target.backend, id: target.objectId })).catch(asRefusal);
    if (refusal) return { recorded: work.save(failed(next, refusal, target.fieldPlace)) };
  }
  const sent = await sendSteps(journal, work, target, plan, steps, scope, duplicates);
  if (sent.value) return sent;
  await sent.recorded;
  const id = objectIdOf(work, target, index);
  return id === null ? {} : { value: await readAndCompare(work, { target, plan, steps }, id, scope) };
}

function isToBeSent({ announced }: Work, step: Step): boolean {
  return step.status === "PENDING" || isRetryable(step) || announced.has(step.position);
}

function asRefusal(error: unknown): BillingError {
  if (error instanceof BillingError) return error;
  throw error;
}

/** Sends each step once the one before it is recorded. Returns the object from the last answer, if it has one. */
export async function sendSteps(
  journal: Journal,
  work: Work,
  target: Target,
  plan: WritePlan<WrittenEntity>,
  steps: readonly Step[],
  scope: CallScope,
  duplicates?: Duplicates,
): Promise<Sent> {
  const { type, backend, fieldPlace } = target;
  let id = objectIdOf(work, target, steps[0]?.target ?? 0);
  let value: WrittenEntity | undefined;
  let recorded: Promise<void> | undefined;
  for (const step of steps) {
    if (step.status === "SUCCEEDED") continue;
    await recorded;
    if (stepsOf(work.steps, step.target, step.compensates).some(isDisputed)) return { value };
    const planStep = planned(plan, work.steps, step);
    const isAnnounced = work.announced.has(step.position);
    if (!isAnnounced) {
      const looked = await lastLook(journal, work, target, step, scope);
      if (looked && looked.status !== "SUCCEEDED") return { value };
      if (looked) {
        id = objectIdOf(work, target, step.target);
        continue;
      }
    }
    const objectId = id === null ? null : encodeId({ type, backend, id });
    const comparedWith = alikeTo(work, target, planStep, step, objectId, duplicates);
    const leave = isAnnounced
      ? { sending: step, askedAt: work.announcedAt }
      : await recordSending(
          journal,
          work,
          target,
          planStep,
          { step, id, objectId, alike: comparedWith, handling: duplicates?.handling },
          scope,
        );
    if (leave instanceof BillingError) {
      const unsent = work.steps[step.position] ?? step;
      return { value, recorded: work.save(failed(unsent, leave, fieldPlace)) };
    }
    work.ensureHeld();
    const { sending, askedAt } = leave;
    const permit = work.permit(askedAt);
    work.announced.delete(step.position);
    const ending = await sendProven(planStep, id, intentOf(work.operation, sending), { ...scope, permit }).then(
      (written) => ({ written }),
      (error: unknown) => ({ error }),
    );
    if ("error" in ending) return { value, recorded: saveFailure(journal, work, sending, ending.error, permit, fieldPlace) };
    const creates = id === null;
    id = ending.written.id;
    value = ending.written.value;
    const nodeOf = (made: string): string => encodeId({ type, backend, id: made });
    const done = ended(sending, "SUCCEEDED", { nodeId: id === null ? null : nodeOf(id), mayHaveLeft: true });
    // The commit of this step may release the operation, so all warnings go into it.
    if (value !== undefined && id !== null)
      await compareSteps(work, { target, plan, steps: earlierOf(steps, step) }, id, value, scope);
    let succeeded = done;
    if (planStep.isState && id !== null) {
      const state = await comparedState(work, target, { plan, planStep }, done, { id, value }, scope);
      if (state.isContrary) return { recorded: saveContrary(journal, work, sending) };
      [succeeded, value] = [state.step, state.value];
    } else if (id === null || value !== undefined) {
      succeeded = await comparedStep(work, target, planStep, done, id, id === null ? null : (value ?? null), scope);
    }
    const { alike = id === null ? [] : [id], claims = [] } = ending.written;
    const traces = creates
      ? alike.map((made) => ({ nodeId: nodeOf(made), claim: claimOf(target, made) }))
      : claims.map((claim) => ({ nodeId: done.nodeId, claim: claimOf(target, claim) }));
    // With several equal records, it is not known which one this step made.
    const untraced = ending.written.alike === undefined ? succeeded : { ...succeeded, nodeId: null };
    recorded = saveSuccess(journal, work, untraced, traces, id === null || value !== undefined);
    // The next step continues with the record that was free.
    if (creates && alike.length > 1) {
      await recorded;
      id = objectIdOf(work, target, step.target);
    }
  }
  return { value, recorded };
}

/** Sends a step; the id in the answer to a create is proven. */
async function sendProven(
  step: WriteStep<WrittenEntity>,
  id: string | null,
  intent: Intent,
  scope: CallScope,
): Promise<Written<WrittenEntity>> {
  const written = await step.send(id, intent, scope);
  if (id !== null || written.id === null || written.alike) return written;
  const proven = await step.prove?.(written.id, written.value, intent, scope);
  // The record may show more of its id than an answer that is nothing but a number.
  return proven && written.value === undefined ? { ...written, id: proven.id, value: proven } : written;
}

function earlierOf(steps: readonly Step[], { position }: Step): readonly Step[] {
  return steps.filter((step) => step.position < position);
}

/** Saves UNKNOWN if the write may have happened, else FAILED. The permit says whether anything has left at all. */
async function saveFailure(
  journal: Journal,
  work: Work,
  step: Step,
  error: unknown,
  permit: StepPermit,
  fieldPlace: FieldPlace,
): Promise<void> {
  const message = "The gateway failed while the request was in flight; its outcome is unknown.";
  const failure = error instanceof BillingError ? error : new BillingError("OUTCOME_UNKNOWN", message, { cause: error });
  if (failure.code !== "OUTCOME_UNKNOWN") {
    await work.save(failed({ ...step, mayHaveLeft: step.mayHaveLeft || permit.isTaken() }, failure, fieldPlace));
    return;
  }
  const { longestCallMs, settleMs } = journal;
  await work.save(unknown(step, failure, await storeTimeAfter(journal, permit.onItsWayMs(longestCallMs) + settleMs)));
}

/** Saves UNKNOWN: the backend has answered that it is done, but shows the object in its old state. It may show the new one later. */
async function saveContrary(journal: Journal, work: Work, step: Step): Promise<void> {
  const message = `${named(step.backend)} answered that it was done, but shows the object as it was before. What this call did is being looked for. It is not sent again.`;
  const failure = new BillingError("OUTCOME_UNKNOWN", message, { backend: step.backend });
  await work.save(unknown(step, failure, await storeTimeAfter(journal, journal.settleMs)));
}

/**
 * Saves the step with the first of its traces that no other step has: the traces look the same, so any will do. If other steps
 * have all of them, its outcome is unknown: either the backend has done one thing for two steps, or one of those steps has what
 * this one made, or the backend gives ids again, as after its own restore. It is looked for among what no step has; if there is nothing,
 * a person decides.
 */
async function saveSuccess(
  journal: Journal,
  work: Work,
  step: Step,
  traces: readonly Pick<Step, "nodeId" | "claim">[],
  isAnswered: boolean,
): Promise<void> {
  for (const trace of traces) {
    try {
      return await work.save({ ...step, ...trace }, isAnswered);
    } catch (error) {
      if (!(error instanceof StepClaimedError)) throw error;
    }
  }
  if (traces.length === 0) return work.save({ ...step, claim: null }, isAnswered);
  const candidates = traces.flatMap(({ nodeId, claim }) =>
    nodeId === null ? [] : [{ nodeId, claim: localClaim(claim), differs: [], answered: true as const }],
  );
  const named = candidates.map(({ nodeId }) => nodeId).join(", ");
  journal.report("the object that a step created is already recorded for another step", {
    operation: work.operation.id,
    step: step.position,
    nodeId: named,
  });
  const message = `The backend answered with ${named}, which is recorded as the work of another operation. What this call did is being looked for.`;
  const failure = new BillingError("OUTCOME_UNKNOWN", message, { backend: step.backend });
  const settlesAt = await storeTimeAfter(journal, journal.settleMs);
  await work.save({ ...unknown({ ...step, nodeId: null, claim: null, warnings: [] }, failure, settlesAt), candidates });
  await warnClaimants(
    journal,
    work,
    step,
    traces.flatMap(({ claim }) => claim ?? []),
  );
}

/** Just after its answer: whether the answer named only what other steps have. */
function isDisputed({ status, candidates }: Step): boolean {
  return status === "UNKNOWN" && candidates.length > 0;
}

/** Runs the backend's own dry run, and all other checks. Sends nothing that changes anything. */
export async function validateAll(work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  const limit = pLimit(targetsAtOnce);
  await Promise.all(
    targets.map(({ plan, fieldPlace }, index) =>
      limit(async () => {
        if (plan instanceof BillingError) return;
        const steps = stepsOf(work.steps, index, false);
        const refusal = await (plan.validate?.(scope) ?? Promise.resolve()).then(() => undefined, asRefusal);
        if (refusal && steps[0]) return work.save(failed(steps[0], refusal, fieldPlace));
        for (const step of steps) await work.save(ended(step, "VALIDATED"));
      }),
    ),
  );
}
