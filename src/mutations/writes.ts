import type { CallScope } from "../adapter/adapter.ts";
import { type Operation, type OperationStatus, type StoredError, storedError, targetStatus } from "../journal/model.ts";
import { KeyReusedError, type MutationOutcome, type Runner } from "../journal/runner.ts";
import type { Duplicates, Target, WrittenEntity } from "../journal/target.ts";
import type { ClientProgram } from "../model/caller.ts";
import { BillingError, invalidInput } from "../model/errors.ts";
import type { Warning } from "../model/warnings.ts";
import { keyOf, sameInput } from "./idempotency.ts";
import type { FanOut, MutationMap, Planners, Repeatable, Resolvers, WriteOptions } from "./mutation.ts";
import { type Subject, subjectOf } from "./subject.ts";

/**
 * All writes of one request. A call that cannot be routed (an id of another type, an unknown backend) is INVALID_INPUT before
 * anything is recorded. Whatever a backend refuses or fails at is part of the result, at its target.
 */
export type Writes<All extends MutationMap<All>> = {
  readonly [Name in keyof All]: (input: All[Name]["input"]) => Promise<WriteResult<All[Name]["entity"]>>;
};

export interface WriteResult<T> {
  readonly operation: Operation;
  readonly replayed: boolean;
  /** In the order of the input. */
  readonly results: readonly TargetResult<T>[];
}

export interface TargetResult<T> {
  readonly backend: string;
  /** Null if the recorded call under its key was a different one. */
  readonly subject: Subject | null;
  readonly status: OperationStatus;
  readonly errors: readonly StoredError[];
  readonly warnings: readonly Warning[];
  /** The written object, or its global id on a replay; null if nothing was written. */
  readonly node: T | string | null;
}

export interface WriteContext<All extends MutationMap<All>> {
  readonly planners: Planners<All>;
  readonly resolvers: Resolvers<All>;
  /** Whether null clears a member of a mutation's input: see Wording in idempotency.ts. */
  readonly nullClears: Readonly<Record<keyof All, boolean>>;
  readonly runner: Runner;
  readonly actor: string | null;
  readonly client?: ClientProgram | undefined;
  /** By backend: the one of its `users` that the planners' adapters call it as. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether an operation exists for the caller. */
  readonly maySee: (operation: Operation) => boolean;
  readonly scope: CallScope;
  /** Why a mutation with these targets is refused because the operator has switched something off; null = it is not. */
  readonly refusal?: ((targets: readonly Target[]) => BillingError | null) | undefined;
  /** How charges that look like others are handled; absent = they are not compared. */
  readonly duplicates?: ((input: Repeatable, targets: readonly Target[]) => Promise<Duplicates | undefined>) | undefined;
  /** The most calls to backends that one mutation may plan. */
  readonly maxBackendCalls: number;
  /** The request's Idempotency-Key header. */
  readonly headerKey: string | null;
  /** Called when a mutation has ended, with what the backends answered, so that the rest of the request reads the new state. */
  readonly afterWrite: (written: readonly WrittenEntity[]) => void;
}

export function createWrites<All extends MutationMap<All>>(context: WriteContext<All>): Writes<All> {
  const {
    planners,
    resolvers,
    nullClears,
    runner,
    actor,
    client,
    users,
    maySee,
    scope,
    refusal,
    duplicates,
    maxBackendCalls,
    headerKey,
    afterWrite,
  } = context;

  /** `again` runs instead of the refusal if the key turns out to be another call's; null = it is refused. */
  async function run(
    mutation: keyof All & string,
    input: FanOut & Repeatable,
    targets: readonly Target[],
    again: (() => Promise<WriteResult<WrittenEntity>>) | null,
  ): Promise<WriteResult<WrittenEntity>> {
    const switchedOff = refusal?.(targets);
    if (switchedOff) throw switchedOff;
    const { idempotencyKey: _, ...rest } = input;
    const idempotencyKey = await recordedAs(mutation, input);
    refuseTooMany(targets, maxBackendCalls);
    const validateOnly = input.validateOnly ?? false;
    const onFailure = input.onFailure ?? "KEEP";
    const repeats = (recorded: unknown): boolean => sameInput(recorded, rest, { nullClears: nullClears[mutation] });
    try {
      const call = {
        mutation,
        actor,
        client,
        users,
        idempotencyKey,
        input: rest,
        validateOnly,
        onFailure,
        targets,
        repeats,
        maySee,
        duplicates: await duplicates?.(input, targets),
      };
      const outcome = await runner.run(call, scope);
      afterWrite([...outcome.values.values()]);
      const results = targets.map(({ backend }, index) => resultOf(outcome, backend, index));
      return { operation: outcome.operation, replayed: outcome.replayed, results };
    } catch (error) {
      if (error instanceof KeyReusedError && again) return again();
      // An operation that the caller can no longer see is in no answer.
      if (!(error instanceof KeyReusedError) || !maySee(error.operation)) throw error;
      const refused = { status: "FAILED", errors: [storedError(error)], warnings: [], node: null, subject: null } as const;
      return { operation: error.operation, replayed: false, results: targets.map(({ backend }) => ({ backend, ...refused })) };
    }
  }

  /** The call's key as the journal has it. Earlier versions recorded the key as it was written. */
  async function recordedAs(mutation: string, input: WriteOptions): Promise<string | null> {
    const given = keyOf(input.idempotencyKey ?? null, headerKey);
    if (given === null || given.key === given.written) return given?.key ?? null;
    if (await earlierCall(mutation, input, given.key)) return given.key;
    return (await earlierCall(mutation, input, given.written)) ? given.written : given.key;
  }

  const earlierCall = (mutation: string, { validateOnly }: WriteOptions, idempotencyKey: string) =>
    runner.recorded({ mutation, actor, idempotencyKey, validateOnly: validateOnly ?? false });

  const write = <Name extends keyof All & string>(name: Name) =>
    (async (input: All[Name]["input"]) => {
      const { resolved, lookedInVain } = await resolve(name, input);
      // A call with the same key may have been recorded after the lookup. Now it is found, and this call repeats it.
      const again = async () => {
        const { resolved: later } = await resolve(name, input);
        return run(name, later, planners[name](later as never), null);
      };
      return run(name, resolved, planners[name](resolved as never), lookedInVain ? again : null);
    }) as Writes<All>[Name];

  async function resolve<Name extends keyof All & string>(
    name: Name,
    input: All[Name]["input"],
  ): Promise<Resolved<All[Name]["input"]>> {
    const resolver = resolvers[name];
    if (!resolver) return { resolved: input, lookedInVain: false };
    let lookedInVain = false;
    const resolved = await resolver(input, async () => {
      const key = await recordedAs(name, input);
      if (key === null) return null;
      const recorded = await earlierCall(name, input, key);
      lookedInVain = recorded === null;
      return (recorded?.input ?? null) as typeof input | null;
    });
    return { resolved, lookedInVain };
  }

  const names = Object.keys(planners) as (keyof All & string)[];
  return Object.fromEntries(names.map((name) => [name, write(name)])) as Writes<All>;
}

interface Resolved<Input> {
  readonly resolved: Input;
  /** An earlier call with the key was looked up and not found. */
  readonly lookedInVain: boolean;
}

function refuseTooMany(targets: readonly Target[], maximum: number): void {
  const calls = targets.reduce((sum, { plan }) => sum + (plan instanceof BillingError ? 0 : plan.steps.length), 0);
  if (calls <= maximum) return;
  throw invalidInput(
    ["input"],
    `needs ${calls} calls to backends, and at most ${maximum} are allowed in one mutation; nothing was sent`,
  );
}

function resultOf({ operation, values }: MutationOutcome, backend: string, index: number): TargetResult<WrittenEntity> {
  const steps = operation.steps.filter(({ target }) => target === index);
  const nodeId = steps.findLast((step) => step.nodeId !== null)?.nodeId ?? null;
  return {
    backend,
    subject: steps[0] ? subjectOf(operation, steps[0]) : null,
    status: targetStatus(steps),
    errors: steps.flatMap(({ errors }) => errors),
    warnings: steps.flatMap(({ warnings }) => warnings),
    node: values.get(index) ?? nodeId,
  };
}
