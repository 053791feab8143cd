import type { CallScope, Candidate, Finding, Trace } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import type { Step } from "./model.ts";
import type { Target } from "./target.ts";
import { claimOf, intentOf, isElsewhere, type Journal, objectIdOf, planned, stepsOf, type Work } from "./work.ts";

/** A look for what a step left behind in its backend, and what it proves. */

/** The conclusion of a look. */
type Verdict =
  | { readonly is: "OURS"; readonly trace: Trace }
  | { readonly is: "OPEN"; readonly candidates: readonly Candidate[] }
  /** A similar step is being sent, and could have made the record. */
  | { readonly is: "RIVAL" }
  /** The backend's key stands for another system now, which has nothing that is certainly the step's work. */
  | { readonly is: "ELSEWHERE" }
  | { readonly is: "NOTHING" };

/**
 * Looks for a step's work in its backend.
 *
 * @returns an error if the step cannot be looked for, or if the backend did not answer reliably
 */
export async function look(
  journal: Journal,
  work: Work,
  target: Target,
  step: Step,
  scope: CallScope,
): Promise<Verdict | BillingError> {
  const verdict = await lookHere(journal, work, target, step, scope);
  if (!isElsewhere(journal, step)) return verdict;
  const isCertain = !(verdict instanceof BillingError) && verdict.is === "OURS" && verdict.trace.isMarked === true;
  return isCertain ? verdict : { is: "ELSEWHERE" };
}

async function lookHere(
  journal: Journal,
  work: Work,
  target: Target,
  step: Step,
  scope: CallScope,
): Promise<Verdict | BillingError> {
  if (target.plan instanceof BillingError) return configurationChanged();
  try {
    const id = objectIdOf(work, target, step.target);
    const plan = step.compensates && id !== null ? target.plan.undo?.(id) : target.plan;
    if (!plan) return configurationChanged();
    const { find } = planned(plan, work.steps, step);
    const finding = await find(idBefore(work, target, step), intentOf(work.operation, step), scope);
    work.looked = true;
    return await judge(journal, work, target, step, finding);
  } catch (error) {
    if (error instanceof BillingError) return error;
    throw error;
  }
}

export function configurationChanged(): BillingError {
  return new BillingError("CONFLICT", "The configuration has changed, so the gateway cannot reconcile this step.", {
    retryable: false,
  });
}

/** The object's id as the step knew it when it was sent; null if the step was to create it. */
function idBefore(work: Work, target: Target, step: Step): string | null {
  if (target.objectId !== null) return target.objectId;
  const earlier = stepsOf(work.steps, step.target, false).some(
    ({ position, nodeId }) => position < step.position && nodeId !== null,
  );
  return earlier ? objectIdOf(work, target, step.target) : null;
}

async function judge(journal: Journal, work: Work, target: Target, step: Step, finding: Finding): Promise<Verdict> {
  const rejected = new Set(step.resolution?.rejected ?? []);
  const all = [...finding.ours, ...finding.candidates].filter(({ claim }) => claim === null || !rejected.has(claim));
  const claims = all.flatMap(({ claim }) => (claim === null ? [] : [claimOf(target, claim)]));
  const taken = claims.length === 0 ? new Set<string>() : await journal.store.claimed(target.backend, claims);
  const free = new Set(all.filter(({ claim }) => claim === null || !taken.has(claimOf(target, claim))));
  const ours = finding.ours.filter((trace) => free.has(trace));
  const [only, ...others] = ours;
  if (only && others.length === 0) {
    // Another operation that is sending a similar step may have made it without having recorded that yet.
    if (only.claim !== null && (await hasRival(journal, work, step))) return { is: "RIVAL" };
    return { is: "OURS", trace: only };
  }
  const candidates = [
    ...ours.map((trace): Candidate => ({ ...trace, differs: [] })),
    ...finding.candidates.filter((trace) => free.has(trace)),
  ];
  return candidates.length > 0 ? { is: "OPEN", candidates } : { is: "NOTHING" };
}

async function hasRival({ store }: Journal, work: Work, step: Step): Promise<boolean> {
  const isLike = ({ position, status, backend, action, belongsTo, objectId }: Step): boolean =>
    position !== step.position &&
    status === "SENDING" &&
    backend === step.backend &&
    action === step.action &&
    belongsTo === step.belongsTo &&
    objectId === step.objectId;
  return work.steps.some(isLike) || store.hasRival(work.operation.id, step);
}
