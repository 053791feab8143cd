import { randomUUIDv7 } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import pLimit from "p-limit";
import type { CallScope, WritePlan } from "../billing/adapter.ts";
import { BillingError } from "../billing/errors.ts";
import { encodeId } from "../billing/id.ts";
import type { Ref } from "../billing/model.ts";
import { inputHash } from "./canonical.ts";
import { type Operation, operationStatus, type Step, storedError } from "./model.ts";
import type { Store } from "./store.ts";

/** One object to be written in one backend. */
export interface Target<T extends Ref> {
  readonly backend: string;
  readonly type: "Customer" | "Charge" | "Tax";
  /** Local id of the object that is changed; null where the plan creates it. */
  readonly objectId: string | null;
  /** A plan, or the reason why there can be none. */
  readonly plan: WritePlan<T> | BillingError;
  /** Where the fields that the plan's errors name stand in the caller's input. */
  readonly fieldPrefix: readonly string[];
}

export interface MutationCall<T extends Ref> {
  readonly mutation: string;
  readonly actor: string | null;
  /** Null: one is made. */
  readonly idempotencyKey: string | null | undefined;
  /** What the caller said, without the key itself. */
  readonly input: unknown;
  readonly validateOnly: boolean;
  /** Pure: made before anything is recorded, in the order of the input. */
  readonly targets: readonly Target<T>[];
}

export interface MutationOutcome<T extends Ref> {
  readonly operation: Operation;
  /** True: the stored outcome of an earlier call with the same key. */
  readonly replayed: boolean;
  /** The objects as the backends answered with them, by target; missing where a replay or a failure has none at hand. */
  readonly values: ReadonlyMap<number, T>;
}

export interface Runner {
  readonly run: <T extends Ref>(call: MutationCall<T>, scope: CallScope) => Promise<MutationOutcome<T>>;
}

/** How many targets of one fan-out are under way at once; each backend's own concurrency cap holds besides. */
const targetsAtOnce = 16;
const longestWaitMs = 20_000;

/**
 * Runs mutations through the journal: operation and steps are in the store before the first request leaves, each step is
 * "sending" before its own does, and every ending is recorded before the caller hears of it. A write is sent once.
 */
export function createRunner(store: Store): Runner {
  async function run<T extends Ref>(call: MutationCall<T>, scope: CallScope): Promise<MutationOutcome<T>> {
    const planned = planOperation(call);
    const inserted = await store.insert(planned);
    if (!inserted) return replay(planned, scope);
    const values = new Map<number, T>();
    const steps = [...inserted.steps];
    const limit = pLimit(targetsAtOnce);
    await Promise.all(
      call.targets.map((target, index) =>
        limit(async () => {
          const value = call.validateOnly
            ? await validate(inserted, steps, target, index, scope)
            : await execute(inserted, steps, target, index, scope);
          if (value) values.set(index, value);
        }),
      ),
    );
    const status = operationStatus(steps);
    const completedAt = status === "UNKNOWN" ? null : now();
    await store.saveStatus(inserted.id, status, completedAt);
    return { operation: { ...inserted, steps, status, completedAt }, replayed: false, values };
  }

  /** Sends a target's steps in order; stops at the first that does not succeed. Later ones stay PENDING: they were not sent. */
  async function execute<T extends Ref>(
    operation: Operation,
    steps: Step[],
    { plan, objectId, backend, type, fieldPrefix }: Target<T>,
    index: number,
    scope: CallScope,
  ): Promise<T | undefined> {
    if (plan instanceof BillingError) return undefined;
    let id = objectId;
    let value: T | undefined;
    for (const [order, step] of stepsOf(steps, index).entries()) {
      const { send } = plan.steps[order] ?? {};
      if (!send) throw new Error("a plan and its recorded steps differ");
      const sending: Step = { ...step, status: "SENDING", attempts: step.attempts + 1, startedAt: now() };
      await save(operation, steps, sending);
      const intent = { stepId: `${operation.id}-${step.position}`, createdAt: operation.createdAt, mark: null };
      const ending = await send(id, intent, scope).then(
        (written) => ({ written }),
        (error: unknown) => ({ error }),
      );
      if ("error" in ending) {
        await save(operation, steps, failed(sending, ending.error, fieldPrefix));
        return value ?? (id !== null && objectId === null ? await readBack(plan, id, scope) : undefined);
      }
      id = ending.written.id;
      value = ending.written.value;
      await save(operation, steps, {
        ...sending,
        status: "SUCCEEDED",
        nodeId: encodeId({ type, backend, id }),
        finishedAt: now(),
      });
    }
    return value ?? (id === null ? undefined : await readBack(plan, id, scope));
  }

  async function validate<T extends Ref>(
    operation: Operation,
    steps: Step[],
    { plan, fieldPrefix }: Target<T>,
    index: number,
    scope: CallScope,
  ): Promise<undefined> {
    if (plan instanceof BillingError) return;
    const [first, ...others] = stepsOf(steps, index);
    if (!first) return;
    try {
      await plan.validate?.(scope);
      for (const step of [first, ...others]) await save(operation, steps, { ...step, status: "VALIDATED", finishedAt: now() });
    } catch (error) {
      await save(operation, steps, failed(first, error, fieldPrefix));
    }
  }

  async function save(operation: Operation, steps: Step[], step: Step): Promise<void> {
    steps[step.position] = step;
    await store.saveStep(operation.id, step);
  }

  /** The outcome of the call that had the key first; waits while that one is under way, within the request's time. */
  async function replay<T extends Ref>(planned: Operation, scope: CallScope): Promise<MutationOutcome<T>> {
    const until = Date.now() + longestWaitMs;
    for (let wait = 5; ; wait = Math.min(wait * 2, 250)) {
      const operation = await store.byKey(planned);
      if (!operation) throw new BillingError("CONFLICT", "The operation with this key was just deleted.", { retryable: true });
      if (operation.inputHash !== planned.inputHash) throw new KeyReusedError(operation);
      if (operation.status !== "PENDING" || Date.now() > until || scope.signal?.aborted) {
        return { operation, replayed: true, values: new Map() };
      }
      await pause(wait);
    }
  }

  return { run };
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

function planOperation<T extends Ref>(call: MutationCall<T>): Operation {
  let position = 0;
  const blank = { attempts: 0, errors: [], nodeId: null, startedAt: null, finishedAt: null };
  const steps = call.targets.flatMap(({ backend, plan, fieldPrefix }, target): Step[] => {
    if (plan instanceof BillingError) {
      const errors = plan.flatten(fieldPrefix).map(storedError);
      return [
        { ...blank, position: position++, target, backend, action: call.mutation, status: "FAILED", errors, finishedAt: now() },
      ];
    }
    return plan.steps.map(({ action }) => ({ ...blank, position: position++, target, backend, action, status: "PENDING" }));
  });
  return {
    id: randomUUIDv7(),
    mutation: call.mutation,
    actor: call.actor,
    idempotencyKey: call.idempotencyKey ?? randomUUIDv7(),
    inputHash: inputHash(call.input),
    validateOnly: call.validateOnly,
    status: "PENDING",
    createdAt: now(),
    completedAt: null,
    steps,
  };
}

function stepsOf(steps: readonly Step[], target: number): Step[] {
  return steps.filter((step) => step.target === target);
}

/** The write has happened; that it cannot be read just now changes nothing about that, so a failure is no error of the mutation. */
async function readBack<T extends Ref>(plan: WritePlan<T>, id: string, scope: CallScope): Promise<T | undefined> {
  try {
    return await plan.read(id, scope);
  } catch (error) {
    if (error instanceof BillingError) return undefined;
    throw error;
  }
}

function failed(step: Step, error: unknown, fieldPrefix: readonly string[]): Step {
  const failure =
    error instanceof BillingError
      ? error
      : new BillingError("OUTCOME_UNKNOWN", "The gateway failed while the request was under way; its outcome is unknown.", {
          cause: error,
        });
  return {
    ...step,
    status: failure.code === "OUTCOME_UNKNOWN" ? "UNKNOWN" : "FAILED",
    errors: failure.flatten(fieldPrefix).map(storedError),
    finishedAt: now(),
  };
}

function now(): string {
  return new Date().toISOString();
}
