import type { CallScope, Candidate, Trace } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { Warning } from "../model/warnings.ts";
import { configurationChanged, look } from "./look.ts";
import { type Operation, type Step, type StepCandidate, storedError } from "./model.ts";
import { OwnershipLostError, StepClaimedError } from "./recorder.ts";
import type { Target } from "./target.ts";
import { claimOf, ended, type Journal, storeTimeAfter, unknown, type Work } from "./work.ts";

/**
 * Settles unknown outcomes: asks the backend what a step left behind. Exactly one record that is surely ours and that no other
 * step has → it happened. Certainly nothing, once no request can be in flight any more → it did not happen. Anything that could
 * be ours → a person decides; the step names the candidates. In another system than the one to which the step was sent, nothing proves
 * anything but a trace with the step's own mark.
 */

/** Looks once for the work of every unknown step. The backends of a fan-out do not wait for each other. */
export async function settleSteps(journal: Journal, work: Work, scope: CallScope): Promise<void> {
  const open = work.steps.filter(({ status }) => status === "UNKNOWN");
  if (open.length === 0) return;
  const targets = replan(journal, work.operation);
  const byBackend = Map.groupBy(open, ({ backend }) => backend);
  await allOf(
    [...byBackend.values()].map(async (steps) => {
      for (const step of steps) await settleStep(journal, work, targets, step, scope);
    }),
  );
}

/** Waits for all tasks even if one fails: nothing may be in flight when the operation is released. */
async function allOf(tasks: readonly Promise<void>[]): Promise<void> {
  for (const ending of await Promise.allSettled(tasks)) if (ending.status === "rejected") throw ending.reason;
}

export function replan(journal: Journal, operation: Operation): readonly Target[] {
  try {
    return journal.plan(operation);
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    journal.report("an operation cannot be planned again", { operation: operation.id, error });
    return [];
  }
}

/**
 * Call it after a claim. What the earlier holder was sending may have left, and may be in flight for as long as its permit lasts.
 */
export async function takeOverSending(journal: Journal, work: Work): Promise<void> {
  const sending = work.steps.filter(({ status }) => status === "SENDING");
  if (sending.length === 0) return;
  const { permitMs, longestCallMs, settleMs } = journal;
  const settlesAt = await storeTimeAfter(journal, permitMs + longestCallMs + settleMs);
  const reason = new BillingError(
    "OUTCOME_UNKNOWN",
    "The gateway stopped while the request was in flight; its outcome is unknown.",
  );
  for (const step of sending) await work.save(unknown(step, reason, settlesAt));
}

const elsewhere =
  "The address of the backend, or the account there, has changed since this was sent, so what it shows now proves nothing. Restore the address, or look in the system to which it was sent, and decide with resolveOperation.";

async function settleStep(journal: Journal, work: Work, targets: readonly Target[], step: Step, scope: CallScope): Promise<void> {
  const target = targets[step.target];
  if (!target) return explain(work, step, configurationChanged().message, step.candidates);
  // Taken before the look: a look that began too early proves nothing, however long its answer took.
  const lookedAt = await journal.store.time();
  const claims = answeredCandidates(step).flatMap(({ claim: named }) => (named === null ? [] : [claimOf(target, named)]));
  if (claims.length > 0) await warnClaimants(journal, work, step, claims);
  const verdict = await look(journal, work, target, step, scope);
  if (verdict instanceof BillingError) {
    if (!verdict.retryable) return explain(work, step, cannotReconcile(verdict.message), step.candidates);
    // Without a reliable answer nothing is known. A later look may find out.
    journal.report("an unknown outcome could not be reconciled", {
      operation: work.operation.id,
      step: step.position,
      error: verdict,
    });
    return;
  }
  const isSettled = step.settlesAt === null || lookedAt >= Date.parse(step.settlesAt);
  if (verdict.is === "OURS") return claim(journal, work, target, step, verdict.trace);
  if (verdict.is === "RIVAL") return;
  if (verdict.is === "ELSEWHERE") return explain(work, step, cannotReconcile(elsewhere), step.candidates);
  if (verdict.is === "OPEN") return decideOpen(work, target, step, verdict.candidates, isSettled);
  if (!isSettled) return;
  const answered = answeredCandidates(step);
  if (answered.length > 0) return explain(work, step, disputed(answered), answered);
  const message = "Nothing was done: the backend shows no trace of this request. Repeat the call to send it again.";
  const reason = new BillingError("UNAVAILABLE", message, { backend: target.backend, retryable: true });
  work.foundNothing.add(step.position);
  await work.save({ ...step, status: "FAILED", errors: [storedError(reason)], settlesAt: null, candidates: [] });
}

function cannotReconcile(why: string): string {
  return `The gateway cannot reconcile this step: ${why}`;
}

async function claim(journal: Journal, work: Work, target: Target, step: Step, trace: Trace): Promise<void> {
  const claimed = trace.claim === null ? null : claimOf(target, trace.claim);
  // Where it was found, which is where its target's next steps go.
  const system = journal.systemOf(step);
  try {
    await work.save(ended(step, "SUCCEEDED", { nodeId: nodeIdOf(target, trace), claim: claimed, system, errors: [] }));
  } catch (error) {
    // At this moment another process gave the same trace to another step: a later look decides.
    if (!(error instanceof StepClaimedError)) throw error;
    work.unsaved.delete(step.position);
  }
}

/**
 * Names the candidates: several records could be the step's work, or one that differs from what was sent. For a change, one
 * candidate without a claim is the object itself, which has changed since and is not as it was sent.
 */
async function decideOpen(
  work: Work,
  target: Target,
  step: Step,
  candidates: readonly Candidate[],
  isSettled: boolean,
): Promise<void> {
  const [only] = candidates;
  if (only && candidates.length === 1 && only.claim === null) {
    const failure = changedSince(target, only);
    return isSettled
      ? work.save(ended(step, "FAILED", { errors: failure.flatten(target.fieldPlace).map(storedError) }))
      : explain(work, step, failure.message, [stepCandidate(target, only)]);
  }
  const named = candidates.map((candidate) => {
    // What agrees is not certain for another reason: its age is not known, or it is not the only one.
    const differs =
      candidate.differs.length === 0 ? "agrees, but may belong to another request" : `differs in ${candidate.differs.join(", ")}`;
    return `${nodeIdOf(target, candidate)} (${differs})`;
  });
  const message = `Possible matches: ${named.join(", ")}. Check ${candidates.length === 1 ? "it" : "them"}, then decide.`;
  await explain(work, step, message, [
    ...candidates.map((candidate) => stepCandidate(target, candidate)),
    ...answeredCandidates(step),
  ]);
}

/** What the answer to a step named although other steps have it. That the step did nothing is then never concluded. */
function answeredCandidates({ candidates }: Step): readonly StepCandidate[] {
  return candidates.filter(({ answered }) => answered === true);
}

/**
 * Warns the callers of the steps that have these claims: the answer to another step has named the same records. A failure is
 * reported only. It is tried again with every look at that other step, whose outcome is unknown because of it.
 */
export async function warnClaimants(journal: Journal, work: Work, step: Step, claims: readonly string[]): Promise<void> {
  const { backend } = step;
  const isClaimant = (other: Step): boolean => other.backend === backend && other.claim !== null && claims.includes(other.claim);
  try {
    for (const own of work.steps.filter(isClaimant)) {
      if (own.warnings.every(({ code }) => code !== namedTwice.code)) {
        await work.save({ ...own, warnings: [...own.warnings, namedTwice] });
      }
    }
    for (const operation of await journal.store.warnClaimants(work.operation.id, { backend, claims }, namedTwice)) {
      for (const other of operation.steps.filter(isClaimant)) journal.onWarnings?.(operation, other, [namedTwice]);
    }
  } catch (error) {
    if (error instanceof OwnershipLostError) throw error;
    journal.report("operations could not be warned that their object was named twice", { operation: work.operation.id, error });
  }
}

const namedTwice: Warning = {
  code: "NAMED_TWICE",
  message:
    "The backend has named this object in its answer to another call, too. Either it did one thing for two calls, so that this may be the other call's work, or it gives ids again. Check the object in the backend.",
  field: null,
  sent: null,
  stored: null,
};

function disputed(answered: readonly StepCandidate[]): string {
  const named = answered.map(({ nodeId }) => nodeId).join(", ");
  return `The backend answered with ${named}, which is recorded as the work of another operation, and has nothing else that this call could have made. Either it did one thing for two calls, or it gives ids again, as after a restore of the backend. Check it, then decide.`;
}

function stepCandidate(target: Target, candidate: Candidate): StepCandidate {
  return { nodeId: nodeIdOf(target, candidate), claim: candidate.claim, differs: candidate.differs };
}

function changedSince({ backend }: Target, { differs }: Candidate): BillingError {
  const what = differs.length === 0 ? "it" : differs.join(", ");
  const message = `The object has changed since, and is not just as it was sent: see ${what}. Either somebody else has changed it, or its backend has stored another value. So the gateway cannot tell whether this change was made. It is not sent again.`;
  return new BillingError("CONFLICT", message, {
    backend,
    retryable: false,
    ...(differs[0] !== undefined && { field: [differs[0]] }),
  });
}

/**
 * Looks once more, in the call that is about to send a step again which may have reached its backend before.
 *
 * @returns null if there is certainly nothing; else the step as it is now, which must not be sent
 */
export async function lastLook(journal: Journal, work: Work, target: Target, step: Step, scope: CallScope): Promise<Step | null> {
  if (!step.mayHaveLeft || step.attempts === 0 || work.foundNothing.has(step.position)) return null;
  const verdict = await look(journal, work, target, step, scope);
  const cannotTell = verdict instanceof BillingError ? !verdict.retryable : verdict.is === "ELSEWHERE";
  if (cannotTell && isKnownUndone(step)) {
    work.foundNothing.add(step.position);
    return null;
  }
  if (verdict instanceof BillingError) {
    const message = `Not sent again: the gateway could not find out whether an earlier attempt happened. ${verdict.message}`;
    await work.save({ ...step, errors: [storedError(new BillingError("UNAVAILABLE", message, { backend: step.backend }))] });
  } else if (verdict.is === "NOTHING") {
    work.foundNothing.add(step.position);
    return null;
  } else if (verdict.is === "OURS") {
    await claim(journal, work, target, step, verdict.trace);
  } else {
    const message = verdict.is === "ELSEWHERE" ? cannotReconcile(elsewhere) : "An earlier attempt may have happened after all.";
    const reason = new BillingError("OUTCOME_UNKNOWN", message, { backend: step.backend });
    const open = unknown(step, reason, await storeTimeAfter(journal, journal.settleMs));
    await work.save(open);
    if (verdict.is === "OPEN") await decideOpen(work, target, open, verdict.candidates, true);
  }
  return work.steps[step.position] ?? step;
}

/**
 * Whether a failed step is known to have done nothing even without a look: its backend turned the request away before it acted (too many requests), or
 * a person has decided so. Some steps can never be looked for, and a retryable failure of theirs must not be a promise that nobody keeps.
 */
function isKnownUndone({ errors: [first], resolution, startedAt }: Step): boolean {
  const isDecided = resolution?.happened === false && resolution.at >= (startedAt ?? "");
  return first?.code === "RATE_LIMITED" || isDecided;
}

/** Leaves the step UNKNOWN, with a message for the person who decides. */
async function explain(work: Work, step: Step, message: string, candidates: readonly StepCandidate[]): Promise<void> {
  const [first] = step.errors;
  const error = { ...(first ?? storedError(new BillingError("OUTCOME_UNKNOWN", message))), message };
  if (first?.message !== message) await work.save({ ...step, errors: [error], candidates });
}

function nodeIdOf({ type, backend }: Target, { id }: Trace): string {
  return encodeId({ type, backend, id });
}
