import type { CallScope } from "../adapter/adapter.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import type { Resolution, Step } from "./model.ts";
import { storedError } from "./model.ts";
import { StepClaimedError } from "./recorder.ts";
import { replan } from "./settling.ts";
import type { Target } from "./target.ts";
import { claimOf, ended, isElsewhere, type Journal, localId, now, type Work } from "./work.ts";

/** A person's decision about a step with an unknown outcome. */
export interface Decision {
  readonly operationId: string;
  /** The step's position. */
  readonly step: number;
  readonly happened: boolean;
  /** Global id of the object that the step made; null if it made none. */
  readonly nodeId: string | null;
  readonly reason: string;
  readonly actor: string | null;
}

/** One line, so that every display shows it whole. */
const reasonPattern = /^[^\p{Cc}\u2028\u2029]{1,1000}$/u;

/**
 * Settles an UNKNOWN step as a person says. Rejects with CONFLICT if the step is not UNKNOWN, or if it is too early to say that
 * nothing happened. Rejects with INVALID_INPUT, naming the field, if the decision is wrong.
 *
 * @param askedAt when the call began, by the store's clock: the person had decided by then. A person who looked before the step
 * settled has proved nothing, however long the call took afterwards
 */
export async function decide(journal: Journal, work: Work, decision: Decision, askedAt: number, scope: CallScope): Promise<void> {
  const step = work.steps[decision.step];
  if (!step) throw invalidInput(["input", "step"], "must be the position of a step of this operation");
  if (step.status !== "UNKNOWN") {
    throw new BillingError("CONFLICT", `Step ${decision.step} is ${step.status}: only an unknown outcome can be decided.`);
  }
  const reason = decision.reason.trim();
  if (!reasonPattern.test(reason)) {
    throw invalidInput(["input", "reason"], "must be one line of 1 to 1000 characters");
  }
  const resolution = {
    actor: decision.actor,
    at: now(),
    reason,
    happened: decision.happened,
    rejected: decision.happened ? [] : step.candidates.flatMap(({ claim }) => claim ?? []),
  };
  if (decision.happened) await recordHappened(journal, work, step, decision, resolution, scope);
  else await recordNotHappened(work, step, decision, askedAt, resolution);
}

async function recordHappened(
  journal: Journal,
  work: Work,
  step: Step,
  decision: Decision,
  resolution: Resolution,
  scope: CallScope,
): Promise<void> {
  const target = replan(journal, work.operation)[step.target];
  const nodeId = decision.nodeId ?? step.objectId;
  if (nodeId === null) throw invalidInput(["input", "nodeId"], "must be the id of the object that the step created");
  if (!target)
    throw new BillingError(
      "CONFLICT",
      "The configuration has changed, so the operation cannot be planned again. Restore its backend's configuration, then decide.",
    );
  const decoded = decodeId(nodeId);
  if (decoded?.type !== target.type || decoded.backend !== target.backend) {
    throw invalidInput(["input", "nodeId"], `must be the id of a ${target.type} in the step's backend`);
  }
  if (step.objectId !== null && nodeId !== step.objectId) {
    throw invalidInput(["input", "nodeId"], "must be the object that the step was to change, or absent");
  }
  const id = localId(nodeId, target);
  // The person knows what is in a system that the gateway cannot see.
  if (!isElsewhere(journal, step)) await refuseMissing(target, id, scope);
  const candidate = step.candidates.find((each) => each.nodeId === nodeId);
  const made = step.objectId === null ? id : (candidate?.claim ?? null);
  const claim = made === null ? null : claimOf(target, made);
  const happened = { nodeId, errors: [], resolution, mayHaveLeft: true };
  try {
    await work.save(ended(step, "SUCCEEDED", { ...happened, claim }));
  } catch (error) {
    if (!(error instanceof StepClaimedError)) throw error;
    work.unsaved.delete(step.position);
    // The backend itself has named it: the person knows better than the record of the other step.
    if (candidate?.answered) return work.save(ended(step, "SUCCEEDED", { ...happened, claim: null }));
    throw new BillingError("CONFLICT", "Another step is recorded as having created this object.", { field: ["input", "nodeId"] });
  }
}

async function refuseMissing({ plan }: Target, id: string, scope: CallScope): Promise<void> {
  if (plan instanceof BillingError) return;
  const found = await settle(plan.read(id, scope));
  // If the backend is down, the person who has looked is believed.
  if (found instanceof BillingError && found.code === "NOT_FOUND") throw invalidInput(["input", "nodeId"], "does not exist");
}

async function recordNotHappened(
  work: Work,
  step: Step,
  { nodeId }: Decision,
  askedAt: number,
  resolution: Resolution,
): Promise<void> {
  if (nodeId !== null) throw invalidInput(["input", "nodeId"], "must be absent if the step did not happen");
  const early = step.settlesAt !== null && askedAt < Date.parse(step.settlesAt);
  if (early) {
    const message = `The request may still be in flight. From ${step.settlesAt} on you can decide that nothing happened.`;
    throw new BillingError("CONFLICT", message, { retryable: true });
  }
  const message = "A person has decided that the request did not happen. Repeat the call to send it again.";
  const failure = new BillingError("UNAVAILABLE", message, { backend: step.backend, retryable: true });
  await work.save(ended(step, "FAILED", { errors: [storedError(failure)], resolution }));
}
