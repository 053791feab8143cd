import type { CallScope, WritePlan, WriteStep } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { type Warning, warningAt } from "../model/warnings.ts";
import type { Step } from "./model.ts";
import type { Target, WrittenEntity } from "./target.ts";
import { intentOf, objectIdOf, planned, readBack, stepsOf, type Work } from "./work.ts";

/**
 * Compares what a step sent with what the backend stored. A difference is saved with the step as a warning. The step has
 * succeeded anyway, and nothing is sent again.
 */

/**
 * The step with the warnings of its comparison.
 *
 * @param id local id of the object; null = it is not known
 * @param value the object from the write's answer or read back; null = it could not be read
 */
export async function comparedStep(
  { operation }: Work,
  { fieldPlace }: Target,
  { compare, compareApart }: WriteStep<WrittenEntity>,
  step: Step,
  id: string | null,
  value: WrittenEntity | null,
  scope: CallScope,
): Promise<Step> {
  const intent = intentOf(operation, step);
  const ask = async () => {
    if (compareApart) return id === null ? null : compareApart(id, intent, unhurried(scope));
    return value === null || !compare ? null : compare(value, intent, unhurried(scope));
  };
  if (!compare && !compareApart) return step;
  const found = await orNull(ask);
  const warnings = (found ?? [notCompared()]).map((warning) => warningAt(fieldPlace, warning));
  return { ...step, warnings: [...step.warnings, ...warnings], compared: true };
}

/** Null if the comparison could not read what it needs: that is no failure of the write. */
async function orNull<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BillingError) return null;
    throw error;
  }
}

/**
 * A scope for comparing. It has no signal, so a caller that goes away does not cancel it: the warnings are kept for later
 * readers. It does not count towards the request's limit of calls, since there are never more of these reads than writes. It
 * reads afresh, since a value cached before the write proves nothing.
 */
function unhurried(scope: CallScope): CallScope {
  return { ...scope, signal: undefined, admit: undefined, fresh: true };
}

function notCompared(): Warning {
  const message = `The record could not be read back from its backend: check that it is as it was sent.`;
  return { code: "NOT_COMPARED", message, field: null, sent: null, stored: null };
}

/**
 * After the answer to a step that brings its object into a state: the step with its warnings, and whether the object shows that it is not in
 * that state. An object that cannot be read shows nothing.
 */
export async function comparedState(
  work: Work,
  target: Target,
  { plan, planStep }: { readonly plan: WritePlan<WrittenEntity>; readonly planStep: WriteStep<WrittenEntity> },
  step: Step,
  answered: { readonly id: string; readonly value: WrittenEntity | undefined },
  scope: CallScope,
): Promise<{ readonly step: Step; readonly value: WrittenEntity | undefined; readonly isContrary: boolean }> {
  const { id } = answered;
  const isApart = planStep.compareApart !== undefined;
  const value = answered.value ?? (isApart ? undefined : await readBack(plan, id, unhurried(scope)));
  const compared = await comparedStep(work, target, planStep, step, id, value ?? null, scope);
  const added = compared.warnings.slice(step.warnings.length);
  return { step: compared, value, isContrary: added.some(({ code }) => code !== notCompared().code) };
}

/** A target and the steps of it to compare: its own, or those of its compensation. */
interface Comparing {
  readonly target: Target;
  readonly plan: WritePlan<WrittenEntity>;
  readonly steps: readonly Step[];
}

/** The steps that succeeded, can be compared, and were not compared yet. */
function uncompared(work: Work, { plan, steps }: Comparing): readonly (readonly [Step, WriteStep<WrittenEntity>])[] {
  return steps.flatMap(({ position }) => {
    const step = work.steps[position];
    if (step?.status !== "SUCCEEDED" || step.compared) return [];
    const planStep = plannedIfKnown(plan, work.steps, step);
    return planStep?.compare || planStep?.compareApart ? [[step, planStep] as const] : [];
  });
}

/** Undefined for a step that another version or configuration of the gateway planned: this one cannot compare it. */
function plannedIfKnown(plan: WritePlan<WrittenEntity>, steps: readonly Step[], step: Step) {
  try {
    return planned(plan, steps, step);
  } catch (error) {
    if (error instanceof BillingError) return undefined;
    throw error;
  }
}

/**
 * Compares the steps that were not compared with their own answer, and saves the warnings. Without a warning it saves nothing:
 * that would cost one more commit with every write.
 */
export async function compareSteps(
  work: Work,
  comparing: Comparing,
  id: string,
  value: WrittenEntity | null,
  scope: CallScope,
): Promise<void> {
  for (const [step, planStep] of uncompared(work, comparing)) {
    const compared = await comparedStep(work, comparing.target, planStep, step, id, value, scope);
    if (compared.warnings.length > step.warnings.length) await work.save(compared);
    else work.steps[step.position] = compared;
  }
}

/** Reads back the object of steps that have succeeded, and compares it with them. */
export async function readAndCompare(
  work: Work,
  comparing: Comparing,
  id: string,
  scope: CallScope,
): Promise<WrittenEntity | undefined> {
  const isCompared = uncompared(work, comparing).length > 0;
  const value = await readBack(comparing.plan, id, isCompared ? unhurried(scope) : scope);
  if (isCompared) await compareSteps(work, comparing, id, value ?? null, scope);
  return value;
}

/**
 * The same for steps that no caller waits for: those found again after a lost answer, and those of a lost process. Does not
 * compare what was compensated.
 */
export async function compareLeft(work: Work, targets: readonly Target[], scope: CallScope): Promise<void> {
  for (const [index, target] of targets.entries()) {
    const { plan } = target;
    const id = objectIdOf(work, target, index);
    if (plan instanceof BillingError || id === null || stepsOf(work.steps, index, true).length > 0) continue;
    await compareUnwatched(work, { target, plan, steps: stepsOf(work.steps, index, false) }, id, scope);
  }
}

/** Reads the object only if there is something to compare. */
export async function compareUnwatched(work: Work, comparing: Comparing, id: string, scope: CallScope): Promise<void> {
  const open = uncompared(work, comparing);
  if (open.length === 0) return;
  await readAndCompare(work, comparing, id, scope);
  // Saved, so that it is not read again whenever the rest of the operation is reconciled.
  for (const [before] of open) {
    const step = work.steps[before.position];
    if (step?.compared && step.warnings.length === before.warnings.length) await work.save(step);
  }
}
