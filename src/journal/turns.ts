import type { CallScope, Intent, WriteStep } from "../adapter/adapter.ts";
import { BillingError, type ErrorCode } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type { Warning } from "../model/warnings.ts";
import { type AlikeCharge, AlikeError, type AlikeQuery, sameness } from "./alike.ts";
import { type Moment, momentOf } from "./leases.ts";
import type { Operation, Step } from "./model.ts";
import { allOrNothing, type MutationCall } from "./planned-operation.ts";
import type { Store } from "./store.ts";
import { type Comparable, type Duplicates, executionLikeness, type Target, type WrittenEntity } from "./target.ts";
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
    const sending = { ...sendingOf(current, { objectId, note: noted, system: journal.systemOf(current) }), ...executed };
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

/** How a call is recorded. */
interface Recording {
  readonly store: Pick<Store, "alike" | "byIds">;
  /** Makes the operation to record before anything is sent. */
  readonly plan: (call: MutationCall) => Operation;
  /** Null if the key exists already. Rejects with AlikeError if there is a similar charge. */
  readonly insert: (operation: Operation, unlessAlike?: AlikeQuery) => Promise<Operation | null>;
}

interface Recorded {
  /** The call as it was recorded, with its warnings and refusals. */
  readonly call: MutationCall;
  readonly planned: Operation;
  /** Null if the key exists already. */
  readonly inserted: Operation | null;
}

/** Maximum number of attempts. One fails when another process records a similar charge between the query and the insert. */
const mostTries = 5;
const mostNamed = 3;

/**
 * Records a call, marked with the similar charges that were found. If those are refused, query and insert are one transaction: of
 * two calls at the same moment, even on different replicas, one sees the other.
 */
export async function recordCompared(call: MutationCall, { store, plan, insert }: Recording): Promise<Recorded> {
  const { duplicates, targets } = call;
  const blank = plan(call);
  if (!duplicates || targets.every(({ comparable }) => comparable === undefined)) {
    return { call, planned: blank, inserted: await insert(blank) };
  }
  const refuses = duplicates.handling === "refuse";
  const likenesses = targets.map((target) =>
    target.plan instanceof BillingError ? [] : (target.comparable?.likenesses(blank.createdAt) ?? []),
  );
  const query = { since: duplicates.since, besides: blank, besidesRun: duplicates.besidesRun };
  const found = targets.map((target, index) => sameInCall(target, likenesses, index));
  // If similar charges are refused, the insert queries for them anyway. They are rare, so this first query is left out.
  let isLooked = !refuses || duplicates.held !== undefined;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const recorded = isLooked ? await lookUp() : found;
    const marked = targets.map((target, index) => mark(target, recorded[index] ?? [], duplicates.held?.get(index), refuses));
    // Nearly always nothing was found, and the operation is recorded as it was planned at first.
    const isBlank = marked.every((target, index) => target === targets[index]);
    const compared = isBlank ? call : { ...call, targets: call.onFailure === "ROLL_BACK" ? allOrNothing(marked) : marked };
    const planned = isBlank ? blank : plan(compared);
    if (!refuses) return { call: compared, planned, inserted: await insert(planned) };
    const sent = likenesses.filter((_, index) => !(marked[index]?.plan instanceof BillingError)).flat();
    try {
      return { call: compared, planned, inserted: await insert(planned, { ...query, likenesses: sent }) };
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
      isLooked = true;
    }
  }
  throw new AlikeError();

  async function lookUp(): Promise<readonly (readonly Alike[])[]> {
    const alike = await store.alike({ ...query, likenesses: [...new Set(likenesses.flat())] });
    const byLikeness = Map.groupBy(alike, ({ likeness }) => likeness);
    // A message names few: whole operations are read for the oldest only, however often the same charge was made.
    const named = new Set([...byLikeness.values()].flatMap((each) => each.slice(0, mostNamed)));
    const ids = Array.from(named, ({ operationId }) => operationId);
    const operations = new Map((await store.byIds([...new Set(ids)])).map((each) => [each.id, each]));
    return found.map((within, index) => {
      const others = (likenesses[index] ?? []).flatMap((likeness) => byLikeness.get(likeness) ?? []);
      const name = (each: AlikeCharge): string | null =>
        named.has(each) ? nameOf(each, operations, call, targets[index]?.comparable) : null;
      return [...within, ...others.map((each) => ({ name: name(each), nodeId: each.nodeId }))];
    });
  }
}

interface Alike {
  /** Shown to people; null for one that is not among the oldest. */
  readonly name: string | null;
  /** Global id of the charge, if it is known. */
  readonly nodeId: string | null;
}

/** Earlier charges of the same call that look the same. */
function sameInCall({ comparable }: Target, likenesses: readonly (readonly string[])[], index: number): Alike[] {
  const first = likenesses.findIndex((others) => others.some((each) => likenesses[index]?.includes(each)));
  return first === -1 || first === index ? [] : [{ name: `${comparable?.what} ${first + 1} of this call`, nodeId: null }];
}

/**
 * Names the operation only if the caller may see it. Else names the charge: the caller writes to its backend. All executions are of one
 * charge, which the caller has named already.
 */
function nameOf(
  alike: AlikeCharge,
  operations: ReadonlyMap<string, Operation>,
  { maySee }: MutationCall,
  comparable: Comparable | undefined,
): string {
  const operation = operations.get(alike.operationId);
  if (operation && maySee(operation)) return `operation ${encodeId({ type: "Operation", backend: "", id: operation.id })}`;
  return alike.nodeId === null || comparable?.what === "execution" ? "another operation" : `charge ${alike.nodeId}`;
}

function mark(
  target: Target,
  recorded: readonly Alike[],
  held: readonly string[] | BillingError | undefined,
  refuses: boolean,
): Target {
  if (target.plan instanceof BillingError) return target;
  const { backend } = target;
  const inBackend =
    held instanceof BillingError ? [] : (held ?? []).filter((id) => !recorded.some(({ nodeId }) => nodeId === id));
  const known = recorded.flatMap(({ name }) => name ?? []);
  const names = [...new Set([...known, ...inBackend.map((id) => `charge ${id}`)])];
  if (names.length > 0) {
    const message = `${sameness(target.comparable)} ${names.slice(0, mostNamed).join(", ")}.`;
    if (refuses)
      return {
        ...target,
        plan: refusal("LIKELY_DUPLICATE", `${message} Nothing was sent. Set allowDuplicate to send it anyway.`, backend),
      };
    return withWarning(target, { code: "LIKELY_DUPLICATE", message });
  }
  if (!(held instanceof BillingError)) return target;
  const message = `The backend could not be searched for similar charges: ${held.message}`;
  if (refuses) return { ...target, plan: refusal(held.code, message, backend) };
  return withWarning(target, { code: "DUPLICATES_NOT_LOOKED_AT", message });
}

function refusal(code: ErrorCode, message: string, backend: string): BillingError {
  return new BillingError(code, message, { backend, retryable: false });
}

function withWarning(target: Target, { code, message }: Pick<Warning, "code" | "message">): Target {
  return { ...target, warnings: [...(target.warnings ?? []), { code, message, field: null, sent: null, stored: null }] };
}

/**
 * Query for the records that forbid sending a step, or cause a warning; undefined = none can. A failed charge does not count as similar, so
 * another one like it may have been recorded since. And while a call creates a charge, another call may have executed it.
 */
export function alikeTo(
  { operation, steps }: Work,
  { objectId: existing, comparable }: Target,
  { executes }: WriteStep<WrittenEntity>,
  step: Step,
  objectId: string | null,
  duplicates: Duplicates | undefined,
): AlikeQuery | undefined {
  if (duplicates === undefined) return undefined;
  const { createdAt } = operation;
  const hasFailed = steps[step.position]?.status === "FAILED";
  // What failed may have been entered again at any time since it was recorded.
  const since = hasFailed && createdAt < duplicates.since ? createdAt : duplicates.since;
  const query = { since, besides: operation, besidesRun: duplicates.besidesRun };
  if (executes && objectId !== null) {
    return existing === null || hasFailed ? { ...query, likenesses: [executionLikeness(objectId)] } : undefined;
  }
  return hasFailed && objectId === null && comparable
    ? { ...query, likenesses: likenessesSince(comparable, createdAt) }
    : undefined;
}

/** No day is skipped, not even one of 23 hours. */
const halfDayMs = 43_200_000;
/** A charge is rarely sent again after more than three months. */
const mostHalfDays = 184;

/** The likenesses of a charge on each day since it was recorded: one without a date may have been entered again on any of them. */
function likenessesSince({ likenesses, day }: Comparable, createdAt: string): readonly string[] {
  const now = Date.now();
  const recorded = Date.parse(createdAt);
  const halves = day === null ? Math.min(mostHalfDays, Math.max(0, Math.ceil((now - recorded) / halfDayMs))) : 0;
  const moments = [recorded, ...Array.from({ length: halves }, (_, index) => Math.max(recorded, now - index * halfDayMs))];
  return [...new Set(moments.flatMap((moment) => likenesses(new Date(moment).toISOString())))];
}
