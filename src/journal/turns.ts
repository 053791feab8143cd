import type { CallScope, Intent, WriteStep } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { type AlikeQuery, sameness } from "./alike.ts";
import { type Moment, momentOf } from "./clock.ts";
import type { Operation, Step } from "./model.ts";
import { type Duplicates, executionLikeness, type Target, type WrittenEntity } from "./target.ts";
import { intentOf, type Journal, sendingOf, type Work } from "./work.ts";

/** Records that a step is being sent. Changes of the same object take turns. */

interface Unsent {
  readonly step: Step;
  /** Local id of the object, once there is one. */
  readonly id: string | null;
  /** Its global id. */
  readonly objectId: string | null;
  /** If such charges exist, the step is not sent, or is sent with a warning. */
  readonly alike?: AlikeQuery | undefined;
  readonly handling?: Duplicates["handling"] | undefined;
}

interface Leave {
  readonly sending: Step;
  /** When the commit of "sending" was requested. */
  readonly askedAt: Moment;
}

/**
 * Notes what later identifies the step's work, and records that the step is being sent. Two calls that change one object at once
 * both record that first and then look for each other. So at least one sees the other and gives way, and no change is based on
 * values that the other is about to replace.
 *
 * @returns why the step is not sent
 */
export async function recordSending(
  journal: Journal,
  work: Work,
  target: Target,
  planStep: WriteStep<WrittenEntity>,
  { step, id, objectId, alike, handling }: Unsent,
  scope: CallScope,
): Promise<Leave | BillingError> {
  const { store, clock } = journal;
  const until = clock.monotonic() + longestTurnMs;
  for (let tries = 1, current = step; ; tries += 1) {
    const noted = await noteOf(planStep, id, intentOf(work.operation, { ...current, note: null }), scope);
    if (noted instanceof BillingError) return noted;
    work.ensureHeld();
    const executed = planStep.executes && objectId !== null ? { likeness: executionLikeness(objectId) } : {};
    const sending = { ...sendingOf(current, { objectId, note: noted }), ...executed };
    const askedAt = momentOf(clock);
    await work.save(sending);
    // After its own record: of two at the same moment, at least one sees the other and gives way.
    const isAlike = alike !== undefined && (await store.hasAlike(alike));
    if (isAlike && handling === "refuse") return alikeSince(target, planStep);
    const changes = target.objectId !== null && objectId !== null;
    if (!changes || !(await store.isBeingChanged(work.operation.id, objectId)))
      return { sending: isAlike ? warnedOfAlike(target, planStep, sending) : sending, askedAt };
    // Nothing was sent, so the step waits for its turn again.
    current = { ...sending, status: "PENDING" };
    await work.save(current);
    if (clock.monotonic() >= until || scope.signal?.aborted) return beingChanged(target.backend);
    await clock.pause(tries * turnMs(work.operation));
    await untilUnchanged(journal, work.operation.id, objectId, scope);
  }
}

/** How long a change waits for others of the same object. */
const longestTurnMs = 5_000;
const shortestTurnMs = 5;
const spreadTurnMs = 50;

/** Calls that give way to each other retry at different times: the last bits of an operation's id are random. */
function turnMs({ id }: Operation): number {
  return shortestTurnMs + ((Number.parseInt(id.slice(-4), 16) || 0) % spreadTurnMs);
}

/**
 * Waits for another call that is changing the object: it will have its answer soon. Gives up waiting after `longestTurnMs`; the
 * caller then tries, and gives way if need be.
 */
export async function untilUnchanged(
  { store, clock }: Journal,
  operationId: string,
  objectId: string,
  { signal }: CallScope,
): Promise<void> {
  const until = clock.monotonic() + longestTurnMs;
  while (!signal?.aborted && clock.monotonic() < until && (await store.isBeingChanged(operationId, objectId))) {
    await clock.pause(spreadTurnMs / 2);
  }
}

function alikeSince(target: Target, planStep: WriteStep<WrittenEntity>): BillingError {
  const message = `${recordedSince(target, planStep)} Nothing was sent.`;
  return new BillingError("LIKELY_DUPLICATE", message, { backend: target.backend, retryable: false });
}

/** The warning is saved with the step's outcome. A step has one such warning, however often it is sent again. */
function warnedOfAlike(target: Target, planStep: WriteStep<WrittenEntity>, step: Step): Step {
  if (step.warnings.some(({ code }) => code === "LIKELY_DUPLICATE")) return step;
  const message = recordedSince(target, planStep);
  return { ...step, warnings: [...step.warnings, { code: "LIKELY_DUPLICATE", message, field: null, sent: null, stored: null }] };
}

function recordedSince({ comparable }: Target, { executes }: WriteStep<WrittenEntity>): string {
  return `${sameness(executes ? { what: "execution" } : comparable)} another call that was recorded since.`;
}

function beingChanged(backend: string): BillingError {
  const message = "Another call is changing the same object at this moment. Nothing was sent.";
  return new BillingError("CONFLICT", message, { backend, field: ["id"], retryable: true });
}

/** The step's note; an empty text is a note too. If its reads fail, nothing was sent. */
async function noteOf(
  { note, noteAtOnce }: WriteStep<WrittenEntity>,
  id: string | null,
  intent: Intent,
  scope: CallScope,
): Promise<string | null | BillingError> {
  try {
    return noteAtOnce?.(intent) ?? (await note?.(id, intent, scope)) ?? null;
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    return error;
  }
}
