import { randomUUIDv7 } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { AlikeError, type AlikeQuery } from "./alike.ts";
import { type Clock, type Moment, momentOf } from "./leases.ts";
import { isResumable, isRetryable, type Operation, type Step } from "./model.ts";
import { allOrNothing, isVerbatim, type MutationCall, newOperation } from "./planned-operation.ts";
import { OwnershipLostError, RunLostError } from "./recorder.ts";
import { sendAll, validateAll } from "./sending.ts";
import { compensate, createSettler, release, type Settler } from "./settler.ts";
import { lastLook, replan, settleSteps, takeOverSending } from "./settling.ts";
import type { Store } from "./store.ts";
import type { WrittenEntity } from "./target.ts";
import { recordCompared, untilUnchanged } from "./turns.ts";
import { type Journal, openWork, stepsOf, type Work } from "./work.ts";

const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * Waits until nobody holds an operation. Callers who wait for the same one share one poll of the store: 200 repeats of a key
 * would otherwise load the store so much that the holder cannot save.
 *
 * @returns the operation as it was when nobody held it, or as it is when `longestMs` have passed; null if it no longer exists
 */
function createWaiting(store: Pick<Store, "byId">, clock: Clock, longestMs: number) {
  const loops = new Map<string, Promise<Operation | null>>();

  async function loop(id: string): Promise<Operation | null> {
    const until = clock.monotonic() + longestMs;
    for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
      await clock.pause(wait);
      const operation = await store.byId(id);
      if (operation === null || operation.owner === null || clock.monotonic() >= until) return operation;
    }
  }

  return (id: string): Promise<Operation | null> => {
    const joined = loops.get(id) ?? loop(id).finally(() => loops.delete(id));
    loops.set(id, joined);
    return joined;
  };
}

export interface MutationOutcome {
  readonly operation: Operation;
  /** True: this is the outcome of an earlier call with the same key, and this call sent nothing. */
  readonly replayed: boolean;
  /** The objects from the backends' answers, by target. Missing for a replay or a failure that has none. */
  readonly values: ReadonlyMap<number, WrittenEntity>;
}

export interface Runner extends Settler {
  readonly run: (call: MutationCall, scope: CallScope) => Promise<MutationOutcome>;
  /** The operation of an earlier call with the same key. */
  readonly recorded: Store["byKey"];
  /**
   * Makes sure that the failed steps of an operation are never sent again, even if the call is repeated. Then another operation
   * may take its place, whoever begins it. A step that may have reached its backend is looked for first: it is given up only if
   * there is certainly nothing. Returns the operation as it is now. Null if another process works on it.
   */
  readonly giveUp: (id: string, scope: CallScope) => Promise<Operation | null>;
}

/** Carries the operation that has the key, so that the answer can name it. */
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

/** Another operation has the same `once` key. Nothing was recorded or sent. */
export class OnceTakenError extends BillingError {
  constructor() {
    super("CONFLICT", "Another operation is already doing this. Nothing was sent.", { retryable: true });
    this.name = "OnceTakenError";
  }
}

const longestWaitMs = 20_000;

/**
 * Runs mutations through the journal. Operation and steps are stored before the first request leaves, each step becomes SENDING
 * before its own request leaves, and every outcome is recorded before the caller gets it. A write is sent once. A step that
 * failed without effect is sent again if the caller repeats the call with its key, after a last look at the backend.
 */
export function createRunner(journal: Journal): Runner {
  const { store, presence, clock } = journal;
  const { busyWith, strand, reconcile, resolve, takeOver, leftBehind, takeUp } = createSettler(journal);
  const whenFree = createWaiting(store, clock, longestWaitMs);

  async function run(given: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    const call = given.onFailure === "ROLL_BACK" ? { ...given, targets: allOrNothing(given.targets) } : given;
    await journal.admit();
    await presence.announce();
    const id = journal.newId?.() ?? randomUUIDv7();
    const plan = (planned: MutationCall): Operation => newOperation(planned, presence.owner(), journal, id);
    const outcome = await busyWith(id, async () => {
      let askedAt: Moment | undefined;
      const insert = async (operation: Operation, unlessAlike?: AlikeQuery): Promise<Operation | null> => {
        askedAt = momentOf(clock);
        try {
          return await store.insert(operation, { unlessAlike, heldRun: call.heldRun });
        } catch (error) {
          // If the connection is lost during the commit, nobody knows whether it took effect. Nothing is sent; housekeeping looks
          // later.
          if (!(error instanceof AlikeError || error instanceof RunLostError))
            strand(openWork(journal, operation, announcedOf(operation), askedAt));
          throw error;
        }
      };
      const { call: recorded, planned, inserted } = await recordCompared(call, { store, plan, insert });
      if (!inserted) return { planned };
      for (const step of inserted.steps) {
        if (step.warnings.length > 0) journal.onWarnings?.(inserted, step, step.warnings);
      }
      return work(openWork(journal, inserted, announcedOf(planned), askedAt), scope, async (opened) => {
        if (!recorded.validateOnly) return send(opened, recorded, scope);
        await validateAll(opened, recorded.targets, scope);
        return new Map();
      });
    });
    return "planned" in outcome ? repeat(outcome.planned, call, scope) : outcome;
  }

  async function send(opened: Work, call: MutationCall, scope: CallScope): Promise<Map<number, WrittenEntity>> {
    const { targets, maySee } = call;
    const admit = (objectId: string): Promise<void> => refuseBlocked(opened.operation.id, objectId, scope, maySee);
    // Once a target is being compensated, nothing more is sent for it.
    const isTakenBack = opened.steps.some(({ compensates }) => compensates);
    const values = isTakenBack ? new Map<number, WrittenEntity>() : await sendAll(journal, opened, call, scope, admit);
    await compensate(journal, opened, targets, scope);
    // A compensated object differs from the backend's answer.
    return new Map([...values].filter(([index]) => stepsOf(opened.steps, index, true).length === 0));
  }

  /** Works on an operation that this process holds, and always releases it. */
  async function work(
    opened: Work,
    scope: CallScope,
    task: (opened: Work) => Promise<Map<number, WrittenEntity>>,
  ): Promise<MutationOutcome> {
    try {
      const values = await task(opened);
      return { operation: await release(journal, opened, "call"), replayed: false, values };
    } catch (error) {
      if (error instanceof OwnershipLostError) return { ...(await afterLoss(opened, scope)), replayed: false };
      // The store or the gateway failed. What was sent is in the journal as SENDING, and housekeeping settles it.
      strand(opened);
      const isSent = ({ attempts: tried, position }: Step): boolean => tried > 0 && !opened.announced.has(position);
      throw opened.steps.some(isSent) ? interrupted(opened.operation, error) : error;
    }
  }

  /**
   * Another process has taken over the operation, or this one was away and has renounced it. Sends nothing more, and answers the
   * caller from the journal. Rejects if the journal has lost the operation.
   */
  async function afterLoss({ operation }: Work, scope: CallScope): Promise<MutationOutcome> {
    const current = await freeOrAborted(operation.id, scope);
    if (!current) throw lost(operation);
    return { operation: current, replayed: true, values: new Map() };
  }

  /** The operation once nobody works on it, or as it is when the request's time is up. */
  async function freeOrAborted(id: string, { signal }: CallScope): Promise<Operation | null> {
    const free = whenFree(id);
    if (!signal) return free;
    if (signal.aborted) return store.byId(id);
    const aborted = new Promise<"aborted">((resolve) =>
      signal.addEventListener("abort", () => resolve("aborted"), { once: true }),
    );
    const first = await Promise.race([free, aborted]);
    return first === "aborted" ? store.byId(id) : first;
  }

  /**
   * Answers a call whose key exists. Waits within the request's time if its operation is in flight. Finishes what had failed
   * without effect. Otherwise answers with the stored outcome.
   */
  async function repeat(planned: Operation, call: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    const until = clock.monotonic() + longestWaitMs;
    let operation = await store.byKey(planned);
    for (;;) {
      if (!operation && call.once) throw new OnceTakenError();
      if (!operation) throw new BillingError("CONFLICT", "The operation with this key was just deleted.", { retryable: true });
      if (!isVerbatim(operation, planned) && !call.repeats(operation.input)) throw new KeyReusedError(operation);
      const stored = { operation, replayed: true, values: new Map() };
      if (operation.owner === null) {
        const unfinished = operation.status === "UNKNOWN" || operation.status === "PENDING" || isResumable(operation.steps);
        if (!unfinished || operation.validateOnly) return stored;
        await presence.announce();
        const { id } = operation;
        const asBegun = callAsBegun(operation, planned, call);
        const outcome = await busyWith(id, async () => {
          const claimed = await store.claim(id, presence.owner(), call.heldRun);
          return claimed && resume(claimed, asBegun, scope);
        });
        if (outcome) return outcome;
      }
      if (clock.monotonic() > until || scope.signal?.aborted) return stored;
      operation = await freeOrAborted(operation.id, scope);
    }
  }

  /**
   * Plans the call as it was recorded: with the users that it began with, even if the caller is mapped to others now, and from
   * the recorded input. Neither ever changes. Throws BillingError if the configuration no longer allows it.
   */
  function callAsBegun(operation: Operation, planned: Operation, call: MutationCall): MutationCall {
    const isAsBefore = isVerbatim(operation, planned) && isDeepStrictEqual(operation.users, planned.users);
    return isAsBefore ? call : { ...call, targets: journal.plan(operation) };
  }

  /** @param claimed as the claim returned it: what was read earlier may be stale */
  async function resume(claimed: Operation, call: MutationCall, scope: CallScope): Promise<MutationOutcome> {
    let sent = false;
    const outcome = await work(openWork(journal, claimed), scope, async (opened) => {
      await takeOverSending(journal, opened);
      await settleSteps(journal, opened, scope);
      const attempts = attemptsOf(opened.steps);
      const values = await send(opened, call, scope);
      sent = attemptsOf(opened.steps) > attempts;
      return values;
    });
    return { ...outcome, replayed: !sent };
  }

  /**
   * An unknown outcome blocks its object. This reconciles it first. If it stays unknown, it rejects with CONFLICT, which names
   * the operation only to a caller who may see it. The backend calls made for an operation that the caller may not see do not
   * appear among the caller's own.
   */
  async function refuseBlocked(self: string, objectId: string, scope: CallScope, maySee: MutationCall["maySee"]): Promise<void> {
    await untilUnchanged(journal, self, objectId, scope);
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

  async function giveUp(id: string, scope: CallScope): Promise<Operation | null> {
    await journal.admit();
    await presence.announce();
    return busyWith(id, async () => {
      const claimed = await store.claim(id, presence.owner());
      if (!claimed) return null;
      const opened = openWork(journal, claimed);
      try {
        if (claimed.status === "FAILED" && !claimed.steps.some(isOnItsWay)) await giveUpFailed(opened, scope);
        return await release(journal, opened, "person");
      } catch (error) {
        if (error instanceof OwnershipLostError) return null;
        strand(opened);
        throw error;
      }
    });
  }

  async function giveUpFailed(opened: Work, scope: CallScope): Promise<void> {
    const retryable = opened.steps.filter(isRetryable);
    const targets = retryable.some(({ mayHaveLeft }) => mayHaveLeft) ? replan(journal, opened.operation) : [];
    for (const step of retryable) {
      const target = targets[step.target];
      if (step.mayHaveLeft && (!target || (await lastLook(journal, opened, target, step, scope)) !== null)) continue;
      await opened.save({ ...step, errors: step.errors.map((error) => ({ ...error, retryable: false })) });
    }
  }

  return { run, recorded: store.byKey, giveUp, reconcile, resolve, takeOver, leftBehind, takeUp };
}

function isOnItsWay({ status }: Step): boolean {
  return status === "SENDING" || status === "UNKNOWN";
}

/** Positions of steps that are recorded as SENDING together with their operation. */
function announcedOf({ steps }: Operation): number[] {
  return steps.filter(({ status }) => status === "SENDING").map(({ position }) => position);
}

function attemptsOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { attempts }) => sum + attempts, 0);
}

/** As after a failover to a database that lacks the newest commits. A repeated call would be a new one. */
function lost({ id }: Operation): BillingError {
  const operation = encodeId({ type: "Operation", backend: "", id });
  const message = `The gateway's store has lost operation ${operation} while it was under way; its outcome is unknown. Do not repeat the call before somebody has looked in the backend.`;
  return new BillingError("OUTCOME_UNKNOWN", message, { retryable: false });
}

function interrupted({ id }: Operation, cause: unknown): BillingError {
  const operation = encodeId({ type: "Operation", backend: "", id });
  const message = `The gateway could not finish recording operation ${operation}; its outcome is unknown until it has. Repeat the call with its idempotency key.`;
  return new BillingError("OUTCOME_UNKNOWN", message, { retryable: false, cause });
}
