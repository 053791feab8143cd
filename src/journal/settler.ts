import type { CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { elapsedSince, momentOf } from "./clock.ts";
import { compareLeft } from "./comparing.ts";
import { type Decision, decide } from "./deciding.ts";
import { compensate, giveUpUnsent, type Occasion, release } from "./finishing.ts";
import type { Hold, Operation } from "./model.ts";
import { OwnershipLostError } from "./recorder.ts";
import { replan, settleSteps, takeOverSending } from "./settling.ts";
import { recordKnown, type StrandedWork } from "./stranded.ts";
import { type Journal, openWork, type Work } from "./work.ts";

/** Work on operations without their caller: reconciles unknown outcomes, and takes over operations of lost processes. */
export interface Settler {
  /**
   * Looks now for what an UNKNOWN operation left behind; the operation as it is then. Null when there is no such operation.
   *
   * @param occasion who looks: only the reconciler's own looks lengthen its pauses
   */
  readonly reconcile: (id: string, scope: CallScope, occasion?: Occasion) => Promise<Operation | null>;
  /** Records what a person says of an UNKNOWN step, and goes on with what hung on it. See deciding.ts for how it rejects. */
  readonly resolve: (decision: Decision, scope: CallScope) => Promise<Operation>;
  /** Takes over what a process whose lease has lapsed has left, and settles it. Null when it is not to be had. */
  readonly takeOver: (id: string, scope: CallScope) => Promise<Operation | null>;
  /**
   * What this process could not let go of because the store failed, and what is this process's without its knowing: the answer to a
   * claim was lost, or it took effect after its connection had failed. While this process lives, nobody else would take it.
   */
  readonly leftBehind: () => Promise<readonly Pick<Operation, "id" | "steps">[]>;
  /** Takes such an operation up, and settles it. Null when somebody else has had it since. */
  readonly takeUp: (id: string, scope: CallScope) => Promise<Operation | null>;
}

/** What the runner needs besides: to say what it works on, and what it could not let go of. */
export interface OwnSettler extends Settler {
  /** Marks that this process works on an operation, from before it asks for it: what it owns otherwise, it knows nothing of. */
  readonly busyWith: <T>(id: string, task: () => Promise<T>) => Promise<T>;
  /** Keeps an operation that this process could not let go of because the store failed. */
  readonly strand: (opened: Work) => void;
}

export function createSettler(journal: Journal): OwnSettler {
  const { store, presence, clock } = journal;
  const stranded = new Map<string, StrandedWork>();
  /** Number of tasks of this process that work on an operation, or wait for it. */
  const tasks = new Map<string, number>();

  async function busyWith<T>(id: string, task: () => Promise<T>): Promise<T> {
    tasks.set(id, (tasks.get(id) ?? 0) + 1);
    try {
      return await task();
    } finally {
      const left = (tasks.get(id) ?? 1) - 1;
      if (left === 0) tasks.delete(id);
      else tasks.set(id, left);
    }
  }

  async function reconcile(id: string, scope: CallScope, occasion: Occasion = "person"): Promise<Operation | null> {
    const operation = await store.byId(id);
    if (operation?.status !== "UNKNOWN") return operation;
    return (await takeAndSettle(id, scope, occasion)) ?? store.byId(id);
  }

  const takeOver: Settler["takeOver"] = (id, scope) => takeAndSettle(id, scope, "call");

  async function takeAndSettle(id: string, scope: CallScope, occasion: Occasion): Promise<Operation | null> {
    await journal.admit();
    await presence.announce();
    return busyWith(id, async () => {
      const claimed = await store.claim(id, presence.owner());
      return claimed && settleHeld(openWork(journal, claimed), scope, occasion);
    });
  }

  /** Settles an operation that this process has claimed, goes on with what hung on it, and lets go of it. */
  async function settleHeld(
    opened: Work,
    scope: CallScope,
    occasion: Occasion,
    first: () => Promise<void> = async () => undefined,
  ): Promise<Operation> {
    try {
      await first();
      await takeOverSending(journal, opened);
      await settleSteps(journal, opened, scope);
      await finish(opened, scope);
      return await release(journal, opened, occasion);
    } catch (error) {
      if (error instanceof OwnershipLostError) return (await store.byId(opened.operation.id)) ?? opened.operation;
      strand(opened);
      throw error;
    }
  }

  /** What is left to do when nothing is sent any more on behalf of a caller: close what was not sent, take back what must be. */
  async function finish(opened: Work, scope: CallScope): Promise<void> {
    await giveUpUnsent(opened);
    const targets = replan(journal, opened.operation);
    if (targets.length === 0) return;
    await compareLeft(opened, targets, scope);
    await compensate(journal, opened, targets, scope);
  }

  const resolve: Settler["resolve"] = async (decision, scope) => {
    const begun = momentOf(clock);
    await journal.admit();
    await presence.announce();
    // By the store's clock, when the call began or before.
    const askedAt = (await store.time()) - elapsedSince(begun, clock);
    return busyWith(decision.operationId, () => decideHeld(decision, askedAt, scope));
  };

  async function decideHeld(decision: Decision, askedAt: number, scope: CallScope): Promise<Operation> {
    const claimed = await store.claim(decision.operationId, presence.owner());
    if (!claimed) {
      if (!(await store.byId(decision.operationId))) throw new BillingError("NOT_FOUND", "There is no such operation.");
      throw new BillingError("CONFLICT", "The operation is being worked on. Try again in a moment.", { retryable: true });
    }
    const opened = openWork(journal, claimed);
    try {
      await takeOverSending(journal, opened);
      await decide(journal, opened, decision, askedAt, scope);
      await finish(opened, scope);
      return await release(journal, opened, "person");
    } catch (error) {
      if (error instanceof OwnershipLostError) throw error;
      // Whatever could not be decided: the operation is as it was, and nobody's.
      await release(journal, opened, "person").catch(() => strand(opened));
      throw error;
    }
  }

  const strand = (opened: Work): void => void stranded.set(opened.hold.id, opened);

  const takeUp: Settler["takeUp"] = async (id, scope) => {
    await journal.admit();
    await presence.announce();
    return busyWith(id, async () => {
      const left = stranded.get(id);
      const hold = left?.hold ?? (await unknownHold(id));
      if (!hold) return null;
      const claimed = await store.reclaim(hold, presence.owner());
      stranded.delete(id);
      if (!claimed) return null;
      const opened = openWork(journal, claimed);
      // Held exactly as this process left it: nobody else has had it since, and what this process knows of it is still true.
      return settleHeld(opened, scope, "call", async () => left && recordKnown(opened, left));
    });
  };

  /** Of an operation that is this process's, and on which none of its other tasks works: what it is held by. */
  async function unknownHold(id: string): Promise<Hold | null> {
    const operation = await store.byId(id);
    const isLeft = operation?.owner === presence.owner() && tasks.get(id) === 1;
    return isLeft ? { id, owner: operation.owner, epoch: operation.epoch } : null;
  }

  const leftBehind: Settler["leftBehind"] = async () => {
    const held = await store.heldBy(presence.owner());
    return [
      ...[...stranded].map(([id, { steps }]) => ({ id, steps })),
      ...held.filter(({ id }) => !tasks.has(id) && !stranded.has(id)),
    ];
  };

  return { busyWith, strand, reconcile, resolve, takeOver, leftBehind, takeUp };
}
