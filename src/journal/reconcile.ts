import type { CallScope, Trace } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { encodeId } from "../billing/id.ts";
import type { Target } from "../billing/planning.ts";
import { compensate, giveUpUnsent, release } from "./execution.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { StepClaimedError } from "./store.ts";
import { ended, intentOf, type Journal, objectIdOf, openWork, planned, stepsOf, type Work } from "./work.ts";

/**
 * Settles unknown outcomes: asks the backend what a step left behind. Exactly one trace that no other step has → it happened;
 * none, once the settling time has passed → it did not; several → a person decides, and the candidates are named. Then goes on
 * with what hung on it. The operation must be owned by this process; it is let go at the end.
 */
export async function settleOperation(journal: Journal, operation: Operation, scope: CallScope): Promise<Operation> {
  const work = openWork(journal, operation);
  await settleSteps(journal, work, scope);
  await finish(journal, work, scope);
  return release(journal, work);
}

/** Looks once at every unknown step. */
export async function settleSteps(journal: Journal, work: Work, scope: CallScope): Promise<void> {
  const unknown = work.steps.filter(({ status }) => status === "UNKNOWN");
  if (unknown.length === 0) return;
  const targets = replan(journal, work.operation);
  for (const step of unknown) await settleStep(journal, work, targets, step, scope);
}

/** What is left to do when nothing is sent any more on behalf of a caller: close what was not sent, take back what must be. */
export async function finish(journal: Journal, work: Work, scope: CallScope): Promise<void> {
  await giveUpUnsent(work);
  const targets = replan(journal, work.operation);
  if (targets.length > 0) await compensate(work, targets, scope);
}

function replan(journal: Journal, operation: Operation): readonly Target[] {
  try {
    return journal.plan(operation);
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    journal.report("an operation cannot be planned again", { operation: operation.id, error });
    return [];
  }
}

async function settleStep(journal: Journal, work: Work, targets: readonly Target[], step: Step, scope: CallScope): Promise<void> {
  const target = targets[step.target];
  if (!target || target.plan instanceof BillingError)
    return explain(work, step, "The configuration has changed: the gateway cannot look for it.");
  try {
    const id = objectIdOf(work, target, step.target);
    const plan = step.compensates && id !== null ? target.plan.undo?.(id) : target.plan;
    if (!plan) return await explain(work, step, "The configuration has changed: the gateway cannot look for it.");
    const { find } = planned(plan, work.steps, step);
    const before = idBefore(work, target, step);
    const lookedAt = Date.now();
    const traces = await find(before, intentOf(work.operation, step), scope);
    await decide(journal, work, target, step, await unclaimed(journal, target.backend, traces), lookedAt);
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    if (!error.retryable) await explain(work, step, `The gateway cannot look for it: ${error.message}`);
    // A backend that does not answer reliably tells nothing: the next look may.
    journal.report("an unknown outcome could not be looked for", { operation: work.operation.id, step: step.position, error });
  }
}

/** The object's id as the step itself knew it: null for the one that was to create it. */
function idBefore(work: Work, target: Target, step: Step): string | null {
  if (target.objectId !== null) return target.objectId;
  const earlier = stepsOf(work.steps, step.target, false).some(
    ({ position, nodeId }) => position < step.position && nodeId !== null,
  );
  return earlier ? objectIdOf(work, target, step.target) : null;
}

async function unclaimed({ store }: Journal, backend: string, traces: readonly Trace[]): Promise<readonly Trace[]> {
  const claims = traces.flatMap(({ claim }) => (claim === null ? [] : [claim]));
  const taken = claims.length === 0 ? new Set<string>() : await store.claimed(backend, claims);
  return traces.filter(({ claim }) => claim === null || !taken.has(claim));
}

async function decide(
  journal: Journal,
  work: Work,
  target: Target,
  step: Step,
  traces: readonly Trace[],
  lookedAt: number,
): Promise<void> {
  const [only, ...others] = traces;
  const nodeId = (trace: Trace): string => encodeId({ type: target.type, backend: target.backend, id: trace.id });
  if (only && others.length === 0) {
    try {
      return await work.save(ended(step, "SUCCEEDED", { nodeId: nodeId(only), claim: only.claim, errors: [] }));
    } catch (error) {
      // Another replica gave the same trace to another step in this very moment: look again later.
      if (error instanceof StepClaimedError) return;
      throw error;
    }
  }
  if (only) return explain(work, step, `Several objects could be it: ${traces.map(nodeId).join(", ")}. Look at them and decide.`);
  // A look that began too early proves nothing, however long its answer took.
  const waited = lookedAt - Date.parse(step.finishedAt ?? step.startedAt ?? work.operation.createdAt);
  if (waited < journal.settleMs) return;
  const reason = new BillingError(
    "UNAVAILABLE",
    `It did not happen: ${target.backend} shows no trace of it. The same call sends it again.`,
    {
      backend: target.backend,
      retryable: true,
    },
  );
  await work.save({ ...step, status: "FAILED", errors: [storedError(reason)] });
}

/** Stays UNKNOWN, with what a person should know. */
async function explain(work: Work, step: Step, message: string): Promise<void> {
  const [first] = step.errors;
  const error = { ...(first ?? storedError(new BillingError("OUTCOME_UNKNOWN", message))), message };
  if (first?.message !== message) await work.save({ ...step, errors: [error] });
}
