import type { Adapter, WritePlan } from "../adapter/adapter.ts";
import { type Backend, type Backends, refOf, selectBackends } from "../adapter/backends.ts";
import { BillingError, invalidInput, unsupported } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import type {
  Charge,
  ChargeChange,
  Customer,
  CustomerChange,
  CustomerInput,
  Ref,
  Tax,
  TaxChange,
  TaxInput,
} from "../model/model.ts";
import { liabilitySubject } from "../reads/reads.ts";
import { declinePlan } from "./declining.ts";
import { likenessOf } from "./likeness.ts";
import { type Linking, linkedPlan, linkPlan, readTogether, refuseBeyond, type Sight, unlinkPlan } from "./linking.ts";
import { backendOf, type ChargeSpec, customersOf, ownIds, routeCharge } from "./routing.ts";

/**
 * From a mutation's input to its targets, without any I/O: which object in which backend, and the plan of writing it. Pure, so
 * that the same plan can be made again from the journal after a restart.
 */

export type Entity = Customer | Charge | Tax;

/** One object to be written in one backend. */
export interface Target<T extends Ref = Entity> {
  readonly backend: string;
  readonly type: Entity["type"];
  /** Local id of the object that is changed; null where the plan creates it. */
  readonly objectId: string | null;
  /** Global id of what a new object is created in: a charge's customer or plan, a tax's owner. Null where there is none. */
  readonly belongsTo?: string | null | undefined;
  /** Of a new charge, by when it is recorded (RFC 3339): see likeness.ts. */
  readonly likeness?: ((recordedAt: string) => string) | undefined;
  /** A plan, or the reason why there can be none. */
  readonly plan: WritePlan<T> | BillingError;
  /** Where the fields that the plan's errors name stand in the caller's input. */
  readonly fieldPrefix: readonly string[];
}

export interface WriteOptions {
  readonly validateOnly?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}
export type OnFailure = "KEEP" | "ROLL_BACK";
interface FanOut extends WriteOptions {
  readonly onFailure?: OnFailure | null | undefined;
}
interface OnObject extends WriteOptions {
  readonly id: string;
}

/** The mutations and their inputs; ids in them are global ids. */
export interface Mutations {
  readonly createCustomer: {
    input: FanOut & CustomerInput & { readonly backends: readonly string[]; readonly link?: boolean | null | undefined };
    entity: Customer;
  };
  readonly updateCustomer: { input: OnObject & CustomerChange; entity: Customer };
  readonly archiveCustomer: { input: OnObject; entity: Customer };
  readonly restoreCustomer: { input: OnObject; entity: Customer };
  readonly createCharge: { input: WriteOptions & { readonly charge: ChargeSpec }; entity: Charge };
  readonly createCharges: { input: FanOut & { readonly charges: readonly ChargeSpec[] }; entity: Charge };
  readonly updateCharge: { input: OnObject & ChargeChange; entity: Charge };
  readonly voidCharge: { input: OnObject; entity: Charge };
  readonly executeCharge: { input: OnObject; entity: Charge };
  readonly createTax: { input: FanOut & TaxInput & { readonly backends: readonly string[] }; entity: Tax };
  readonly updateTax: { input: OnObject & TaxChange; entity: Tax };
  readonly archiveTax: { input: OnObject; entity: Tax };
  readonly setTaxLiability: {
    input: WriteOptions & {
      readonly taxId: string;
      readonly customerId?: string | null | undefined;
      readonly chargeId?: string | null | undefined;
      readonly liable: boolean;
    };
    entity: Tax;
  };
  readonly linkCustomers: {
    input: WriteOptions & { readonly customerIds: readonly string[]; readonly name?: string | null | undefined };
    entity: Customer;
  };
  readonly alignCustomers: { input: AlignCustomers; entity: Customer };
  /** Two customers of different backends. */
  readonly declineLink: { input: WriteOptions & { readonly customerIds: readonly string[] }; entity: Customer };
  readonly unlinkCustomers: { input: WriteOptions & { readonly customerIds: readonly string[] }; entity: Customer };
}
export type MutationName = keyof Mutations;

interface AlignCustomers extends WriteOptions {
  readonly accountId: string;
  /** Whose values the others are given. */
  readonly from: string;
  readonly fields: readonly ("NAME" | "FIRST_NAME" | "LAST_NAME" | "EMAIL" | "PHONE" | "ADDRESS" | "TAX_LIABILITY")[];
  /** Found before the call is recorded: who is given what. */
  readonly changes?: readonly { readonly id: string; readonly change: CustomerChange }[] | undefined;
}

/** INVALID_INPUT for a call that cannot be routed; what a backend refuses is the plan of its target. */
export type Planners = {
  readonly [Name in MutationName]: (input: Mutations[Name]["input"]) => readonly Target<Mutations[Name]["entity"]>[];
};

/** @param sight of whom the plans are made for: what they may not see all of, they may not change */
export function createPlanners(backends: Backends, linking: Linking, sight: Sight): Planners {
  /** One existing object, one backend. */
  function onObject<T extends Entity>(
    mutation: MutationName,
    type: T["type"],
    id: string,
    plan: (adapter: Adapter, id: string) => WritePlan<T> | undefined,
    idField = "id",
  ): readonly Target<T>[] {
    const ref = refOf(backends, type, id, ["input", idField]);
    const target = { backend: ref.backend, type, objectId: ref.id, fieldPrefix: ["input"] };
    return [{ ...target, plan: planOrReason(backendOf(backends, ref), mutation, (adapter) => plan(adapter, ref.id)) }];
  }

  /** One new object in each of several backends. */
  function fanOut<T extends Entity>(
    mutation: MutationName,
    type: T["type"],
    keys: readonly string[],
    plan: (adapter: Adapter) => WritePlan<T> | undefined,
  ): readonly Target<T>[] {
    if (keys.length === 0) throw invalidInput(["input", "backends"], "must name at least one backend");
    return selectBackends(backends, keys, ["input", "backends"]).map((backend) => ({
      backend: backend.key,
      type,
      objectId: null,
      fieldPrefix: ["input"],
      plan: planOrReason(backend, mutation, plan),
    }));
  }

  function newCharge(charge: ChargeSpec, mutation: MutationName, field: readonly string[]): Target<Charge> {
    const { backend, input } = routeCharge(backends, charge, field);
    const plan = planOrReason(backend, mutation, (adapter) => adapter.charges.create?.(input));
    const owner =
      input.customerId != null
        ? { type: "Customer" as const, id: input.customerId }
        : { type: "Plan" as const, id: input.planId ?? "" };
    const belongsTo = encodeId({ ...owner, backend: backend.key });
    const likeness = (recordedAt: string): string => likenessOf(belongsTo, input, recordedAt.slice(0, 10));
    return { backend: backend.key, type: "Charge", objectId: null, belongsTo, likeness, fieldPrefix: field, plan };
  }

  /** One customer each, in the order of the input. */
  function onCustomers(
    refs: readonly Ref[],
    plan: (ref: Ref, index: number) => WritePlan<Customer>,
  ): readonly Target<Customer>[] {
    const target = { type: "Customer", fieldPrefix: ["input"] } as const;
    return refs.map((ref, index) => ({ ...target, backend: ref.backend, objectId: ref.id, plan: plan(ref, index) }));
  }

  return {
    createCustomer: (input) => {
      const { backends: keys, onFailure: _, validateOnly: __, idempotencyKey: ___, link, ...customer } = input;
      const own = ownIds(backends, keys, customer, { planId: "Plan", parentId: "Customer" });
      // Absent in what was recorded before there were accounts.
      const isLinked = keys.length > 1 && link !== undefined && link !== false;
      return fanOut("createCustomer", "Customer", keys, (adapter) => {
        const plan = adapter.customers.create?.(own(adapter.key));
        return plan && isLinked ? linkedPlan(linking, adapter, plan) : plan;
      });
    },
    updateCustomer: ({ id, validateOnly: _, idempotencyKey: __, ...change }) =>
      onObject("updateCustomer", "Customer", id, (adapter, localId) => {
        const own = ownIds(backends, [adapter.key], change, { planId: "Plan" });
        return adapter.customers.update?.(localId, own(adapter.key));
      }),
    archiveCustomer: ({ id }) => onObject("archiveCustomer", "Customer", id, (adapter, own) => adapter.customers.archive?.(own)),
    restoreCustomer: ({ id }) => onObject("restoreCustomer", "Customer", id, (adapter, own) => adapter.customers.restore?.(own)),

    createCharge: ({ charge }) => [newCharge(charge, "createCharge", ["input", "charge"])],
    createCharges: ({ charges }) => {
      if (charges.length === 0) throw invalidInput(["input", "charges"], "must hold at least one charge");
      return charges.map((charge, index) => newCharge(charge, "createCharges", ["input", "charges", String(index)]));
    },
    updateCharge: ({ id, validateOnly: _, idempotencyKey: __, ...change }) =>
      onObject("updateCharge", "Charge", id, ({ charges }, own) => charges.update?.(own, change)),
    voidCharge: ({ id }) => onObject("voidCharge", "Charge", id, ({ charges }, own) => charges.void?.(own)),
    executeCharge: ({ id }) => onObject("executeCharge", "Charge", id, ({ charges }, own) => charges.execute?.(own)),

    createTax: (input) => {
      const { backends: keys, onFailure: _, validateOnly: __, idempotencyKey: ___, ...tax } = input;
      const own = ownIds(backends, keys, tax, { ownerId: "Customer" });
      return fanOut("createTax", "Tax", keys, (adapter) => adapter.taxes?.create?.(own(adapter.key)));
    },
    updateTax: ({ id, validateOnly: _, idempotencyKey: __, ...change }) =>
      onObject("updateTax", "Tax", id, ({ taxes }, own) => taxes?.update?.(own, change)),
    archiveTax: ({ id }) => onObject("archiveTax", "Tax", id, ({ taxes }, own) => taxes?.archive?.(own)),
    setTaxLiability: ({ taxId, customerId, chargeId, liable }) => {
      const tax = refOf(backends, "Tax", taxId, ["input", "taxId"]);
      const subject = liabilitySubject(backends, tax, customerId, chargeId, ["input"]);
      return onObject("setTaxLiability", "Tax", taxId, ({ taxes }, own) => taxes?.setLiability?.(own, subject, liable), "taxId");
    },

    linkCustomers: ({ customerIds, name }) => {
      const refs = customersOf(backends, customerIds, 2);
      const read = readTogether(backends, refs, (ref) => refuseBeyond(linking, ref, sight));
      const called = name == null ? null : accountName(name);
      return onCustomers(refs, (ref, index) => linkPlan(linking, ref, called, (scope) => read(index, scope)));
    },
    alignCustomers: ({ changes = [] }) =>
      changes.flatMap(({ id, change }) =>
        onObject<Customer>("alignCustomers", "Customer", id, ({ customers }, own) => customers.update?.(own, change)).map(
          (target) => ({
            ...target,
            fieldPrefix: ["input", "fields"],
          }),
        ),
      ),
    declineLink: ({ customerIds }) => {
      const refs = customersOf(backends, customerIds, 2);
      const [one, other] = refs;
      if (!one || !other || refs.length > 2 || one.backend === other.backend)
        throw invalidInput(["input", "customerIds"], "must name two customers, of different backends");
      const read = readTogether(backends, refs);
      return onCustomers(refs, (ref, index) => declinePlan(linking, [one, other], ref, (scope) => read(index, scope)));
    },
    unlinkCustomers: ({ customerIds }) =>
      onCustomers(customersOf(backends, customerIds, 1), (ref) => unlinkPlan(linking, ref, sight)),
  };
}

function accountName(name: string): string {
  const trimmed = name.trim();
  if (!/^[^\p{C}]{1,200}$/u.test(trimmed))
    throw invalidInput(["input", "name"], "must have between 1 and 200 printable characters");
  return trimmed;
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
