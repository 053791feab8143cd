import { hash, randomUUIDv7 } from "node:crypto";
import type { Intent, WriteStep } from "../adapter/adapter.ts";
import type { ClientProgram } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { blankStep, type Hold, type Once, type OnFailure, type Operation, type Step, storedError } from "./model.ts";
import { type Duplicates, type Target, targetsAtOnce, type WrittenEntity } from "./target.ts";
import { intentOf, type Journal, now, sendingOf } from "./work.ts";

/** Turns a call into the operation that is recorded before anything is sent. */

export interface MutationCall {
  readonly mutation: string;
  readonly actor: string | null;
  /** Absent: the caller left it to the default. */
  readonly client?: ClientProgram | undefined;
  /** By backend: the entry of its `users` with which the targets are planned. No entry = the gateway's own user. */
  readonly users: Readonly<Record<string, string>>;
  /** Null = the gateway makes one. */
  readonly idempotencyKey: string | null;
  /** The caller's input without the key. */
  readonly input: unknown;
  readonly validateOnly: boolean;
  readonly onFailure: OnFailure;
  /** In the order of the input. */
  readonly targets: readonly Target[];
  /** How to handle likely duplicates; absent = charges are not compared. */
  readonly duplicates?: Duplicates | undefined;
  /** Present for a row of a charge run. */
  readonly once?: Once | null | undefined;
  /** How this process holds the charge run of the call. Nothing is recorded once another process has claimed the run. */
  readonly heldRun?: Hold | undefined;
  /** Whether an input that is recorded under the key means the same as this call's, even if written differently. */
  readonly repeats: (recorded: unknown) => boolean;
  /** Called when the backends have answered, and only recording the answers is left. */
  readonly answered?: (() => void) | undefined;
  /** Whether the caller may see another operation. */
  readonly maySee: (operation: Operation) => boolean;
}

/** For ROLL_BACK: refuses all targets unless each of them can be sent and compensated. */
export function allOrNothing(targets: readonly Target[]): readonly Target[] {
  const checked = targets.map((target): Target => {
    if (target.plan instanceof BillingError || target.plan.undo) return target;
    const message = "The backend cannot take this back, so onFailure: ROLL_BACK is not possible. Nothing was sent.";
    return { ...target, plan: new BillingError("UNSUPPORTED", message, { backend: target.backend }) };
  });
  if (!checked.some(({ plan }) => plan instanceof BillingError)) return checked;
  const message = "Not sent: another target of this all-or-nothing call is refused.";
  return checked.map((target) =>
    target.plan instanceof BillingError ? target : { ...target, plan: new BillingError("CONFLICT", message) },
  );
}

export function newOperation(
  call: MutationCall,
  owner: string,
  { systemOf }: Pick<Journal, "systemOf">,
  id: string = randomUUIDv7(),
): Operation {
  const createdAt = now();
  let position = 0;
  const steps = call.targets.flatMap((target, index): Step[] => {
    const { backend, plan, fieldPlace, type } = target;
    const objectId = target.objectId === null ? null : encodeId({ type, backend, id: target.objectId });
    const blank = {
      ...blankStep,
      target: index,
      backend,
      objectId,
      belongsTo: target.belongsTo ?? null,
    };
    const likeness = target.comparable?.likenesses(createdAt)[0] ?? null;
    if (plan instanceof BillingError) {
      const errors = plan.flatten(fieldPlace).map(storedError);
      return [{ ...blank, position: position++, action: call.mutation, likeness, status: "FAILED", errors, finishedAt: now() }];
    }
    // A create that needs no preparation is recorded as SENDING here: one commit instead of two. Other targets first wait for
    // their turn, read a note, or reconcile an unknown outcome of the same object.
    const atOnce = !call.validateOnly && target.objectId === null && index < targetsAtOnce;
    return plan.steps.map((step, order): Step => {
      // The target's own warnings, and its likeness, are saved with its first step.
      const ofTarget = order === 0 ? { warnings: target.warnings ?? [], likeness } : {};
      const pending: Step = { ...blank, position: position++, action: step.action, status: "PENDING", ...ofTarget };
      const note = atOnce && order === 0 ? notedAtOnce(step, intentOf({ id, createdAt }, pending)) : undefined;
      return note === undefined ? pending : sendingOf(pending, { objectId, note, system: systemOf(pending) });
    });
  });
  return {
    id,
    mutation: call.mutation,
    actor: call.actor,
    client: call.client ?? { name: null, version: null },
    users: Object.fromEntries(Object.entries(call.users).filter(([key]) => call.targets.some(({ backend }) => backend === key))),
    idempotencyKey: call.idempotencyKey ?? randomUUIDv7(),
    input: call.input,
    inputHash: inputHash(call.input),
    validateOnly: call.validateOnly,
    onFailure: call.onFailure,
    status: "PENDING",
    owner,
    epoch: 1,
    looks: 0,
    nextLookAt: null,
    once: call.once ?? null,
    createdAt,
    updatedAt: createdAt,
    completedAt: null,
    steps,
  };
}

/** Undefined if the note needs a read first. */
function notedAtOnce({ note, noteAtOnce }: WriteStep<WrittenEntity>, intent: Intent) {
  if (noteAtOnce) return noteAtOnce(intent) ?? undefined;
  return note ? undefined : null;
}

/**
 * SHA-256 of an input with sorted members, without absent ones. Equal hashes prove that a call is a repeat. Different hashes
 * prove nothing: the same input can be written in several ways, see MutationCall.repeats.
 */
export function inputHash(input: unknown): string {
  return hash("sha256", JSON.stringify(canonical(input)));
}

export function isVerbatim(stored: Operation, planned: Operation): boolean {
  return stored.inputHash === planned.inputHash;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
}
