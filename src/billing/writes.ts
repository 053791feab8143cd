import { type Operation, type OperationStatus, type StoredError, storedError, targetStatus } from "../operations/model.ts";
import { KeyReusedError, type MutationOutcome, type Runner, type Target } from "../operations/runner.ts";
import type { Adapter, CallScope, WritePlan } from "./adapter.ts";
import { type Backend, type Backends, refOf, selectBackends } from "./backends.ts";
import { BillingError, invalidInput, unsupported } from "./errors.ts";
import type {
  Charge,
  ChargeChange,
  ChargeInput,
  Customer,
  CustomerChange,
  CustomerInput,
  Ref,
  Tax,
  TaxChange,
  TaxInput,
} from "./model.ts";
import { liabilitySubject } from "./reads.ts";
import { backendOf, ownIds, routeCharge } from "./routing.ts";

/**
 * Everything that can be changed, in the scope of one request. Ids in inputs are global ids. A call that cannot be routed (an id
 * of another type, an unknown backend) is INVALID_INPUT before anything is recorded; whatever a backend refuses or fails
 * is part of the result, at its target.
 */
export interface Writes {
  readonly createCustomer: (input: FanOut & CustomerInput) => Promise<WriteResult<Customer>>;
  readonly updateCustomer: (input: OnObject & CustomerChange) => Promise<WriteResult<Customer>>;
  readonly archiveCustomer: (input: OnObject) => Promise<WriteResult<Customer>>;
  readonly restoreCustomer: (input: OnObject) => Promise<WriteResult<Customer>>;
  readonly createCharge: (input: Options & { readonly charge: ChargeInput }) => Promise<WriteResult<Charge>>;
  readonly createCharges: (
    input: Options & { readonly charges: readonly ChargeInput[]; readonly onFailure?: OnFailure | undefined },
  ) => Promise<WriteResult<Charge>>;
  readonly updateCharge: (input: OnObject & ChargeChange) => Promise<WriteResult<Charge>>;
  readonly voidCharge: (input: OnObject) => Promise<WriteResult<Charge>>;
  readonly executeCharge: (input: OnObject) => Promise<WriteResult<Charge>>;
  readonly createTax: (input: FanOut & TaxInput) => Promise<WriteResult<Tax>>;
  readonly updateTax: (input: OnObject & TaxChange) => Promise<WriteResult<Tax>>;
  readonly archiveTax: (input: OnObject) => Promise<WriteResult<Tax>>;
  readonly setTaxLiability: (input: Liability) => Promise<WriteResult<Tax>>;
}

export interface WriteResult<T> {
  readonly operation: Operation;
  readonly replayed: boolean;
  /** In the order of the input. */
  readonly results: readonly TargetResult<T>[];
}

export interface TargetResult<T> {
  readonly backend: string;
  readonly status: OperationStatus;
  readonly errors: readonly StoredError[];
  /** What was written: the object itself, or, on a replay, its global id; null when nothing was. */
  readonly node: T | string | null;
}

interface Options {
  readonly validateOnly?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}
type OnFailure = "KEEP" | "ROLL_BACK" | null;
interface FanOut extends Options {
  readonly backends: readonly string[];
  readonly onFailure?: OnFailure | undefined;
}
interface OnObject extends Options {
  readonly id: string;
}
interface Liability extends Options {
  readonly taxId: string;
  readonly customerId?: string | null | undefined;
  readonly chargeId?: string | null | undefined;
  readonly liable: boolean;
}

export interface WriteContext {
  readonly backends: Backends;
  readonly runner: Runner;
  readonly actor: string | null;
  readonly scope: CallScope;
  /** How many calls to backends one mutation may plan. */
  readonly maxBackendCalls: number;
  /** Told when a mutation has ended, with what the backends answered, so that the rest of the request reads the new state. */
  readonly afterWrite: (written: readonly (Customer | Charge | Tax)[]) => void;
}

export function createWrites({ backends, runner, actor, scope, maxBackendCalls, afterWrite }: WriteContext): Writes {
  async function run<T extends Customer | Charge | Tax>(
    mutation: string,
    input: Options,
    targets: readonly Target<T>[],
  ): Promise<WriteResult<T>> {
    const { idempotencyKey, ...rest } = input;
    if (idempotencyKey === "" || (idempotencyKey?.length ?? 0) > 200) {
      throw invalidInput(["input", "idempotencyKey"], "must have between 1 and 200 characters");
    }
    const calls = targets.reduce((sum, { plan }) => sum + (plan instanceof BillingError ? 0 : plan.steps.length), 0);
    if (calls > maxBackendCalls) {
      throw invalidInput(
        ["input"],
        `needs ${calls} calls to backends, and at most ${maxBackendCalls} are allowed in one mutation; nothing was sent`,
      );
    }
    const call = { mutation, actor, idempotencyKey, input: rest, validateOnly: input.validateOnly ?? false, targets };
    try {
      const outcome = await runner.run(call, scope);
      const { operation, replayed, values } = outcome;
      afterWrite([...values.values()]);
      return { operation, replayed, results: targets.map((target, index) => resultOf(outcome, target, index)) };
    } catch (error) {
      if (!(error instanceof KeyReusedError)) throw error;
      const refused = { status: "FAILED", errors: [storedError(error)], node: null } as const;
      return { operation: error.operation, replayed: false, results: targets.map(({ backend }) => ({ backend, ...refused })) };
    }
  }

  /** One existing object, one backend. */
  function onObject<T extends Customer | Charge | Tax>(
    mutation: string,
    type: Target<T>["type"],
    input: OnObject & Options,
    plan: (adapter: Adapter, id: string) => WritePlan<T> | undefined,
    idField = "id",
  ): Promise<WriteResult<T>> {
    const ref = refOf(backends, type, input.id, ["input", idField]);
    const target = { backend: ref.backend, type, objectId: ref.id, fieldPrefix: ["input"] };
    return run(mutation, input, [
      { ...target, plan: planOrReason(backendOf(backends, ref), mutation, (adapter) => plan(adapter, ref.id)) },
    ]);
  }

  /** One new object in each of several backends. */
  function fanOut<T extends Customer | Charge | Tax>(
    mutation: string,
    type: Target<T>["type"],
    input: FanOut,
    plan: (adapter: Adapter) => WritePlan<T> | undefined,
  ): Promise<WriteResult<T>> {
    refuseRollBack(input.onFailure);
    if (input.backends.length === 0) throw invalidInput(["input", "backends"], "must name at least one backend");
    const targets = selectBackends(backends, input.backends, ["input", "backends"]).map((backend) => ({
      backend: backend.key,
      type,
      objectId: null,
      fieldPrefix: ["input"],
      plan: planOrReason(backend, mutation, plan),
    }));
    return run(mutation, input, targets);
  }

  function chargeTarget(charge: ChargeInput, mutation: string, field: readonly string[]): Target<Charge> {
    const { backend, input } = routeCharge(backends, charge, field);
    const plan = planOrReason(backend, mutation, (adapter) => adapter.charges.create?.(input));
    return { backend: backend.key, type: "Charge", objectId: null, fieldPrefix: field, plan };
  }

  return {
    createCustomer: async (input) => {
      const { backends: keys, onFailure: _, validateOnly: __, idempotencyKey: ___, ...customer } = input;
      const own = ownIds(backends, keys, customer, { planId: "Plan", parentId: "Customer" });
      return fanOut("createCustomer", "Customer", input, (adapter) => adapter.customers.create?.(own(adapter.key)));
    },
    updateCustomer: async (input) => {
      const { id, validateOnly: _, idempotencyKey: __, ...change } = input;
      return onObject("updateCustomer", "Customer", input, (adapter, localId) => {
        const own = ownIds(backends, [adapter.key], change, { planId: "Plan" });
        return adapter.customers.update?.(localId, own(adapter.key));
      });
    },
    archiveCustomer: async (input) =>
      onObject("archiveCustomer", "Customer", input, ({ customers }, id) => customers.archive?.(id)),
    restoreCustomer: async (input) =>
      onObject("restoreCustomer", "Customer", input, ({ customers }, id) => customers.restore?.(id)),

    createCharge: async (input) => run("createCharge", input, [chargeTarget(input.charge, "createCharge", ["input", "charge"])]),
    createCharges: async (input) => {
      refuseRollBack(input.onFailure);
      if (input.charges.length === 0) throw invalidInput(["input", "charges"], "must hold at least one charge");
      const targets = input.charges.map((charge, index) =>
        chargeTarget(charge, "createCharges", ["input", "charges", String(index)]),
      );
      return run("createCharges", input, targets);
    },
    updateCharge: async (input) => {
      const { id: _, validateOnly: __, idempotencyKey: ___, ...change } = input;
      return onObject("updateCharge", "Charge", input, ({ charges }, id) => charges.update?.(id, change));
    },
    voidCharge: async (input) => onObject("voidCharge", "Charge", input, ({ charges }, id) => charges.void?.(id)),
    executeCharge: async (input) => onObject("executeCharge", "Charge", input, ({ charges }, id) => charges.execute?.(id)),

    createTax: async (input) => {
      const { backends: keys, onFailure: _, validateOnly: __, idempotencyKey: ___, ...tax } = input;
      const own = ownIds(backends, keys, tax, { ownerId: "Customer" });
      return fanOut("createTax", "Tax", input, (adapter) => adapter.taxes?.create?.(own(adapter.key)));
    },
    updateTax: async (input) => {
      const { id: _, validateOnly: __, idempotencyKey: ___, ...change } = input;
      return onObject("updateTax", "Tax", input, ({ taxes }, id) => taxes?.update?.(id, change));
    },
    archiveTax: async (input) => onObject("archiveTax", "Tax", input, ({ taxes }, id) => taxes?.archive?.(id)),
    setTaxLiability: async ({ taxId, ...input }) => {
      const tax = refOf(backends, "Tax", taxId, ["input", "taxId"]);
      const subject = liabilitySubject(backends, tax, input.customerId, input.chargeId, ["input"]);
      return onObject(
        "setTaxLiability",
        "Tax",
        { id: taxId, ...input },
        ({ taxes }, id) => taxes?.setLiability?.(id, subject, input.liable),
        "taxId",
      );
    },
  };
}

function planOrReason<T>(
  { key, label, adapter }: Backend,
  mutation: string,
  plan: (adapter: Adapter) => WritePlan<T> | undefined,
): WritePlan<T> | BillingError {
  try {
    return plan(adapter) ?? unsupported(key, `${label} (${key}) cannot do ${mutation}: see its capabilities.`);
  } catch (error) {
    if (error instanceof BillingError) return error.with({ backend: key });
    throw error;
  }
}

function resultOf<T extends Ref>(
  { operation, values }: MutationOutcome<T>,
  { backend }: Target<T>,
  index: number,
): TargetResult<T> {
  const steps = operation.steps.filter(({ target }) => target === index);
  const nodeId = steps.findLast((step) => step.nodeId !== null)?.nodeId ?? null;
  return {
    backend,
    status: targetStatus(steps),
    errors: steps.flatMap(({ errors }) => errors),
    node: values.get(index) ?? nodeId,
  };
}

function refuseRollBack(onFailure: OnFailure | undefined): void {
  if (onFailure === "ROLL_BACK") {
    throw new BillingError("UNSUPPORTED", "onFailure: ROLL_BACK is not available yet; nothing was sent.", {
      field: ["input", "onFailure"],
    });
  }
}
