import { randomUUIDv7 } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { CallScope } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { encodeId } from "../billing/id.ts";
import type { Entity, OnFailure, Target } from "../billing/planning.ts";
import { inputHash } from "./canonical.ts";
import { blankStep, compensate, release, sendAll, targetsAtOnce, validateAll } from "./execution.ts";
import { type Operation, type Step, storedError } from "./model.ts";
import { settleOperation, settleSteps } from "./reconcile.ts";
import { isResumable } from "./status.ts";
import type { Store } from "./store.ts";
import { type Journal, now, openWork, sendingOf, stepsOf, type Work } from "./work.ts";

export interface MutationCall {
  readonly mutation: string;
  readonly actor: string | null;
  /** By backend: as which of its `users` the targets' plans are made; the gateway's own without an entry. */
  readonly users: Readonly<Record<string, string>>;
  /** Null: one is made. */
  readonly idempotencyKey: string | null;
  /** What the caller said, without the key itself. */
  readonly input: unknown;
  readonly validateOnly: boolean;
  readonly onFailure: OnFailure;
  /** In the order of the input. */
  readonly targets: readonly Target[];
  /** Whether the caller may be told of another operation. */
  readonly maySee: (operation: Operation) => boolean;
}

export interface MutationOutcome {
  readonly operation: Operation;
  /** True: the outcome of an earlier call with the same key; nothing was sent by this one. */
  readonly replayed: boolean;
  /** The objects as the backends answered with them, by target; missing where a replay or a failure has none at hand. */
  readonly values: ReadonlyMap<number, Entity>;
}

export interface Runner {
  /**
   * Notes in the store that this process is alive. The runner does so itself before it owns its first operation, as others take
   * over at once what belongs to an owner that was never noted; then it is repeated by housekeeping, or by whoever has none.
   * Rejects with UNAVAILABLE while the store is down.
   */
  readonly announce: () => Promise<void>;
  readonly run: (call: MutationCall, scope: CallScope) => Promise<MutationOutcome>;
  /** The operation of an earlier call with the same key. */
  readonly recorded: Store["byKey"];
  /** Looks now for what an UNKNOWN operation left behind. Null when there is no such operation. */
  readonly reconcile: (id: string, scope: CallScope) => Promise<Operation | null>;
  /** Operations that this process could not let go of because the store failed: given back to housekeeping. */
  readonly stranded: Set<string>;
}

/** Carries the operation that owns the key, so that the answer can name it. */
export class KeyReusedError extends BillingError {
  readonly operation: Operation;

  constructor(operation: Operation) {
    super("IDEMPOTENCY_KEY_REUSED", "This idempotency key was used before with another input. Nothing was sent.", {
      field: ["input", "idempotencyKey"],
      retryable: false,
    });
    this.operation = operation;
  }
}

const longestWaitMs = 20_000;

/**
 * Runs mutations through the journal: operation and steps are in the store before the first request leaves, each step is
 * "sending" before its own does, and every ending is recorded before the caller hears of it. A write is sent once; what failed
 * although nothing happened is sent again when the caller repeats the call with its key.
 */
export function createRunner(journal: Journal): Runner {
  const { store, owner } = journal;
  const stranded = new Set<string>();
  let isAnnounced = false;

  async function announce(): Promise<void> {
    await store.heartbeat(owner);
    isAnnounced = true;
  }

  async function run(given: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    const call = given.onFailure === "ROLL_BACK" ? { ...given, targets: allOrNothing(given.targets) } : given;
    const operation = newOperation(call, owner);
    if (!isAnnounced) await announce();
    const inserted = await store.insert(operation).catch((error: unknown) => {
      // A connection lost over the commit does not tell whether it is recorded: nothing is sent, and housekeeping looks.
      stranded.add(operation.id);
      throw error;
    });
    if (!inserted) return repeat(operation, call, scope);
    const announced = inserted.steps.filter(({ status }) => status === "SENDING").map(({ position }) => position);
    return work(openWork(journal, inserted, announced), async (opened) => {
      if (!call.validateOnly) return { values: await send(opened, call, scope) };
      await validateAll(opened, call.targets, scope);
      return { values: new Map() };
    });
  }

  async function send(opened: Work, { targets, maySee }: MutationCall, scope: CallScope): Promise<Map<number, Entity>> {
    const admit = (objectId: string): Promise<void> => refuseBlocked(opened.operation.id, objectId, scope, maySee);
    // What is being taken back is not sent any further.
    const isTakenBack = opened.steps.some(({ compensates }) => compensates);
    const values = isTakenBack ? new Map<number, Entity>() : await sendAll(opened, targets, scope, admit);
    await compensate(opened, targets, scope);
    // What was taken back is no longer as the backend answered.
    return new Map([...values].filter(([index]) => stepsOf(opened.steps, index, true).length === 0));
  }

  /** Works on an operation that this process owns, and lets go of it, whatever happens. */
  async function work(opened: Work, task: (opened: Work) => Promise<{ values: Map<number, Entity> }>): Promise<MutationOutcome> {
    const { operation, steps, announced } = opened;
    try {
      const { values } = await task(opened);
      return { operation: await release(journal, opened), replayed: false, values };
    } catch (error) {
      // The store failed, or the gateway: what was sent is in the journal as sending, and housekeeping settles it.
      stranded.add(operation.id);
      const isSent = ({ attempts, position }: Step): boolean => attempts > 0 && !announced.has(position);
      throw steps.some(isSent) ? interrupted(operation, error) : error;
    }
  }

  /**
   * A key that is known: waits while its operation is under way, within the request's time; finishes what had failed although
   * nothing happened; else answers with the stored outcome.
   */
  async function repeat(planned: Operation, call: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    const until = Date.now() + longestWaitMs;
    for (let wait = 5; ; wait = Math.min(wait * 2, 250)) {
      const operation = await store.byKey(planned);
      if (!operation) throw new BillingError("CONFLICT", "The operation with this key was just deleted.", { retryable: true });
      if (operation.inputHash !== planned.inputHash) throw new KeyReusedError(operation);
      const stored = { operation, replayed: true, values: new Map() };
      const unfinished = operation.status === "UNKNOWN" || isResumable(operation.steps);
      if (operation.owner === null) {
        if (!unfinished || operation.validateOnly) return stored;
        // As the users it began as, whomever the caller is mapped to by now.
        const isAsBefore = isDeepStrictEqual(operation.users, planned.users);
        const asBegun = isAsBefore ? call : { ...call, targets: journal.plan(operation) };
        if (await store.claim(operation.id, null, owner)) return resume(operation, asBegun, scope);
      } else if (Date.now() > until || scope.signal?.aborted) return stored;
      await pause(wait);
    }
  }

  async function resume(operation: Operation, call: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    let sent = false;
    const outcome = await work(openWork(journal, operation), async (opened) => {
      await settleSteps(journal, opened, scope);
      const attempts = attemptsOf(opened.steps);
      const values = await send(opened, call, scope);
      sent = attemptsOf(opened.steps) > attempts;
      return { values };
    });
    return { ...outcome, replayed: !sent };
  }

  /**
   * An unknown outcome blocks its own object: it is looked for first, and if it stays unknown, CONFLICT names the operation to
   * whom it exists for. Calls made for an operation that does not exist for the caller are not shown to it either.
   */
  async function refuseBlocked(self: string, objectId: string, scope: CallScope, maySee: MutationCall["maySee"]): Promise<void> {
    const blocking = await unknownOn(self, objectId);
    if (blocking.length === 0) return;
    await Promise.all(blocking.map((each) => reconcile(each.id, maySee(each) ? scope : { signal: scope.signal })));
    const [still] = await unknownOn(self, objectId);
    if (!still) return;
    const earlier = maySee(still)
      ? `${still.mutation} of the same object has an unknown outcome: operation ${encodeId({ type: "Operation", backend: "", id: still.id })}`
      : "operation on the same object has an unknown outcome";
    throw new BillingError("CONFLICT", `An earlier ${earlier}. Nothing was sent.`, { field: ["id"], retryable: true });
  }

  async function unknownOn(self: string, objectId: string): Promise<readonly Operation[]> {
    const found = await store.blocking(objectId);
    return found.filter(
      ({ id, steps }) => id !== self && steps.some((step) => step.status === "UNKNOWN" && step.objectId === objectId),
    );
  }

  async function reconcile(id: string, scope: CallScope): Promise<Operation | null> {
    const operation = await store.byId(id);
    if (!isAnnounced) await announce();
    if (operation?.status !== "UNKNOWN" || !(await store.claim(id, null, owner))) return operation;
    // Read again: it may have been settled between the look and the claim.
    const owned = (await store.byId(id)) ?? operation;
    try {
      return await settleOperation(journal, owned, scope);
    } catch (error) {
      stranded.add(id);
      throw error;
    }
  }

  return { announce, run, recorded: store.byKey, reconcile, stranded };
}

function attemptsOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { attempts }) => sum + attempts, 0);
}

function interrupted({ id }: Operation, cause: unknown): BillingError {
  const operation = encodeId({ type: "Operation", backend: "", id });
  const message = `The gateway could not finish recording operation ${operation}; its outcome is unknown until it has. Repeat the call with its idempotency key.`;
  return new BillingError("OUTCOME_UNKNOWN", message, { retryable: false, cause });
}

/** ROLL_BACK: nothing is sent unless every target can be sent, and taken back. */
function allOrNothing(targets: readonly Target[]): readonly Target[] {
  const checked = targets.map((target): Target => {
    if (target.plan instanceof BillingError || target.plan.undo) return target;
    const message = `${target.backend} cannot take this back, so onFailure: ROLL_BACK is not possible. Nothing was sent.`;
    return { ...target, plan: new BillingError("UNSUPPORTED", message, { backend: target.backend }) };
  });
  if (!checked.some(({ plan }) => plan instanceof BillingError)) return checked;
  const message = "Not sent: another target of this all-or-nothing call is refused.";
  return checked.map((target) =>
    target.plan instanceof BillingError ? target : { ...target, plan: new BillingError("CONFLICT", message) },
  );
}

function newOperation(call: MutationCall, owner: string): Operation {
  let position = 0;
  const steps = call.targets.flatMap(({ backend, plan, fieldPrefix, type, objectId: id }, target): Step[] => {
    const objectId = id === null ? null : encodeId({ type, backend, id });
    const blank = { ...blankStep, target, backend, objectId };
    if (plan instanceof BillingError) {
      const errors = plan.flatten(fieldPrefix).map(storedError);
      return [{ ...blank, position: position++, action: call.mutation, status: "FAILED", errors, finishedAt: now() }];
    }
    // A create that goes out at once is recorded as sending right here: one commit instead of two. Other targets have to wait
    // for their turn, for what `before` sees, or for an unknown outcome of the same object.
    const atOnce = !call.validateOnly && id === null && target < targetsAtOnce;
    return plan.steps.map(({ action, before }, order): Step => {
      const pending: Step = { ...blank, position: position++, action, status: "PENDING" };
      return atOnce && order === 0 && !before ? sendingOf(pending, { objectId, mark: null }) : pending;
    });
  });
  const createdAt = now();
  return {
    id: randomUUIDv7(),
    mutation: call.mutation,
    actor: call.actor,
    users: Object.fromEntries(Object.entries(call.users).filter(([key]) => call.targets.some(({ backend }) => backend === key))),
    idempotencyKey: call.idempotencyKey ?? randomUUIDv7(),
    input: call.input,
    inputHash: inputHash(call.input),
    validateOnly: call.validateOnly,
    onFailure: call.onFailure,
    status: "PENDING",
    owner,
    looks: 0,
    nextLookAt: null,
    createdAt,
    updatedAt: createdAt,
    completedAt: null,
    steps,
  };
}
