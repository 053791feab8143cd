import type { Adapter, WritePlan } from "../adapter/adapter.ts";
import { type Backend, type Backends, refOf, selectBackends } from "../adapter/backends.ts";
import { type Comparable, executionLikeness, type Target, type WrittenEntity } from "../journal/target.ts";
import { BillingError, type FieldPlace, invalidInput, unsupported } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { lastMemoised } from "../model/memoised.ts";
import type {
  Charge,
  ChargeChange,
  ChargeInput,
  Customer,
  CustomerChange,
  CustomerInput,
  Tax,
  TaxChange,
  TaxInput,
} from "../model/model.ts";
import { dayOf } from "../model/zones.ts";
import { type LiabilityTarget, liabilitySubject } from "../reads/liability.ts";
import { asCharge, likenessesOf } from "./ledger.ts";
import type { FanOut, OnObject, Planners, Repeatable, WriteOptions } from "./mutation.ts";
import { backendOf, type ChargeSpec, type CreditSpec, routeCharge, routeCredit } from "./routing.ts";

/**
 * One input for several backends, with values that only one of them gets. It takes global ids and gives each backend its local
 * ids.
 */

/** Values for one backend, in addition to those for all or instead of them. Null and absent = as for all. */
type Override<Input> = { readonly [Name in keyof Input]?: Input[Name] | null | undefined } & { readonly backend: string };

interface FanOutInput<Input> {
  /** Keys of backends. */
  readonly backends: readonly string[];
  readonly overrides?: readonly Override<Input>[] | null | undefined;
}

/** The members of an input that are ids of one backend's objects. Only that backend gets them. */
type IdTypes<Input> = Partial<Record<keyof Input, "Plan" | "Customer">>;

interface InputOfOne<Input> {
  readonly input: Input;
  /** The path at which the caller wrote each member. */
  readonly fieldPlace: FieldPlace;
}

/** INVALID_INPUT for an override of a backend that is not written to, or that has one already. */
function inputsOf<Input extends object>(
  backends: Backends,
  common: Input,
  { backends: keys, overrides }: FanOutInput<Input>,
  types: IdTypes<Input>,
): (key: string) => InputOfOne<Input> {
  if (keys.length === 0) throw invalidInput(["input", "backends"], "must name at least one backend");
  const own = ownIds(backends, keys, common, types);
  const overridden = new Map<string, { readonly members: Partial<Input>; readonly at: readonly string[] }>();
  for (const [index, { backend, ...values }] of (overrides ?? []).entries()) {
    const at = ["input", "overrides", String(index)];
    if (!keys.includes(backend)) throw invalidInput([...at, "backend"], "is not among the backends that this call writes to");
    if (overridden.has(backend)) throw invalidInput([...at, "backend"], "has another entry already");
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
    overridden.set(backend, { members: ownIds(backends, [backend], given as Partial<Input>, types, at)(backend), at });
  }
  return (key) => {
    const override = overridden.get(key);
    if (!override) return { input: own(key), fieldPlace: ["input"] };
    const { members, at } = override;
    const fieldPlace: FieldPlace = (field) =>
      field[0] !== undefined && Object.hasOwn(members, field[0]) ? [...at, ...field] : ["input", ...field];
    return { input: { ...own(key), ...members }, fieldPlace };
  };
}

/**
 * An id in the input of a fan-out (a plan, a parent) belongs to one backend, and only that one gets it: each backend gets the
 * input with its own ids. INVALID_INPUT for an id of a backend that is not named.
 */
function ownIds<Input extends object>(
  backends: Backends,
  keys: readonly string[],
  input: Input,
  types: IdTypes<Input>,
  at: readonly string[] = ["input"],
): (key: string) => Input {
  const refs = Object.entries(types).flatMap(([name, type]) => {
    const globalId = input[name as keyof Input];
    if (typeof globalId !== "string") return [];
    const ref = refOf(backends, type as "Plan" | "Customer", globalId, [...at, name]);
    if (!keys.includes(ref.backend)) throw invalidInput([...at, name], "belongs to a backend that this call does not write to");
    return [{ name, ref }];
  });
  return (key) => ({
    ...input,
    ...Object.fromEntries(refs.map(({ name, ref }) => [name, ref.backend === key ? ref.id : undefined])),
  });
}

/** The mutations that write to backends. */
export interface BackendMutations {
  readonly createCustomer: {
    input: FanOut & CustomerInput & FanOutInput<CustomerInput>;
    entity: Customer;
  };
  readonly updateCustomer: { input: OnObject & CustomerChange; entity: Customer };
  readonly archiveCustomer: { input: OnObject; entity: Customer };
  readonly restoreCustomer: { input: OnObject; entity: Customer };
  readonly createCharge: { input: WriteOptions & Repeatable & { readonly charge: ChargeSpec }; entity: Charge };
  readonly createCharges: { input: FanOut & Repeatable & { readonly charges: readonly ChargeSpec[] }; entity: Charge };
  readonly createCredit: { input: WriteOptions & Repeatable & { readonly credit: CreditSpec }; entity: Charge };
  readonly createCredits: { input: FanOut & Repeatable & { readonly credits: readonly CreditSpec[] }; entity: Charge };
  readonly updateCharge: { input: OnObject & ChargeChange; entity: Charge };
  readonly voidCharge: { input: OnObject; entity: Charge };
  readonly executeCharge: { input: OnObject & Pick<Repeatable, "allowDuplicate">; entity: Charge };
  readonly createTax: { input: FanOut & TaxInput & FanOutInput<TaxInput>; entity: Tax };
  readonly updateTax: { input: OnObject & TaxChange; entity: Tax };
  readonly archiveTax: { input: OnObject; entity: Tax };
  readonly setTaxLiability: {
    input: WriteOptions & LiabilityTarget & { readonly taxId: string; readonly liable: boolean };
    entity: Tax;
  };
}

/** Whether null clears a member of a mutation's input: see Wording. */
export const nullClears: Readonly<Record<keyof BackendMutations, boolean>> = {
  createCustomer: false,
  updateCustomer: true,
  archiveCustomer: false,
  restoreCustomer: false,
  createCharge: false,
  createCharges: false,
  createCredit: false,
  createCredits: false,
  updateCharge: true,
  voidCharge: false,
  executeCharge: false,
  createTax: false,
  updateTax: true,
  archiveTax: false,
  setTaxLiability: false,
};

export function createPlanners(backends: Backends): Planners<BackendMutations> {
  const onObject = <T extends WrittenEntity>(
    mutation: keyof BackendMutations,
    type: T["type"],
    id: string,
    plan: (adapter: Adapter, id: string) => WritePlan<T> | undefined,
    idField?: string,
  ) => planOnObject(backends, { mutation, type, id, idField, plan });

  /** Creates one object in each of several backends. */
  function fanOut<T extends WrittenEntity, Input>(
    mutation: keyof BackendMutations,
    type: T["type"],
    keys: readonly string[],
    inputOf: (key: string) => InputOfOne<Input>,
    plan: (adapter: Adapter, input: Input) => WritePlan<T> | undefined,
  ): readonly Target<T>[] {
    return selectBackends(backends, keys, ["input", "backends"]).map((backend) => {
      const { input, fieldPlace } = inputOf(backend.key);
      const planned = planOrReason(backend, mutation, (adapter) => plan(adapter, input));
      return { backend: backend.key, type, objectId: null, fieldPlace, plan: planned };
    });
  }

  function newCharge(charge: ChargeSpec, mutation: keyof BackendMutations, field: readonly string[]): Target<Charge> {
    const { backend, input } = routeCharge(backends, charge, field);
    const plan = planOrReason(backend, mutation, (adapter) => adapter.charges.create?.(input));
    const owner =
      input.customerId != null
        ? { type: "Customer" as const, id: input.customerId }
        : { type: "Plan" as const, id: input.planId ?? "" };
    const belongsTo = encodeId({ ...owner, backend: backend.key });
    const comparable = comparableTo(backend, belongsTo, "charge", input);
    return { backend: backend.key, type: "Charge", objectId: null, belongsTo, comparable, fieldPlace: field, plan };
  }

  function newCredit(credit: CreditSpec, mutation: keyof BackendMutations, field: readonly string[]): Target<Charge> {
    const { backend, input } = routeCredit(backends, credit, field);
    const plan = planOrReason(backend, mutation, (adapter) => adapter.charges.createCredit?.(input));
    const belongsTo = encodeId({ type: "Customer", backend: backend.key, id: input.customerId });
    const comparable = comparableTo(backend, belongsTo, "credit", asCharge(input));
    return { backend: backend.key, type: "Charge", objectId: null, belongsTo, comparable, fieldPlace: field, plan };
  }

  return {
    createCustomer: (input) => {
      const { backends: keys, overrides, onFailure: _, validateOnly: __, idempotencyKey: ___, ...customer } = input;
      const own = inputsOf(backends, customer, { backends: keys, overrides }, { planId: "Plan", parentId: "Customer" });
      return fanOut("createCustomer", "Customer", keys, own, ({ customers }, of) => customers.create?.(of));
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
      if (charges.length === 0) throw invalidInput(["input", "charges"], "must have at least one charge");
      return charges.map((charge, index) => newCharge(charge, "createCharges", ["input", "charges", String(index)]));
    },
    createCredit: ({ credit }) => [newCredit(credit, "createCredit", ["input", "credit"])],
    createCredits: ({ credits }) => {
      if (credits.length === 0) throw invalidInput(["input", "credits"], "must have at least one credit");
      return credits.map((credit, index) => newCredit(credit, "createCredits", ["input", "credits", String(index)]));
    },
    updateCharge: ({ id, validateOnly: _, idempotencyKey: __, ...change }) =>
      onObject("updateCharge", "Charge", id, ({ charges }, own) => charges.update?.(own, change)),
    voidCharge: ({ id }) => onObject("voidCharge", "Charge", id, ({ charges }, own) => charges.void?.(own)),
    executeCharge: ({ id }) =>
      onObject("executeCharge", "Charge", id, ({ charges }, own) => charges.execute?.(own)).map((target) => ({
        ...target,
        comparable: { what: "execution", likenesses: () => [executionLikeness(idOf(target))], day: null },
      })),

    createTax: (input) => {
      const { backends: keys, overrides, onFailure: _, validateOnly: __, idempotencyKey: ___, ...tax } = input;
      const own = inputsOf(backends, tax, { backends: keys, overrides }, { ownerId: "Customer" });
      return fanOut("createTax", "Tax", keys, own, ({ taxes }, of) => taxes?.create?.(of));
    },
    updateTax: ({ id, validateOnly: _, idempotencyKey: __, ...change }) =>
      onObject("updateTax", "Tax", id, ({ taxes }, own) => taxes?.update?.(own, change)),
    archiveTax: ({ id }) => onObject("archiveTax", "Tax", id, ({ taxes }, own) => taxes?.archive?.(own)),
    setTaxLiability: ({ taxId, liable, ...target }) => {
      const tax = refOf(backends, "Tax", taxId, ["input", "taxId"]);
      const subject = liabilitySubject(backends, tax, target, ["input"]);
      return onObject("setTaxLiability", "Tax", taxId, ({ taxes }, own) => taxes?.setLiability?.(own, subject, liable), "taxId");
    },
  };
}

/** By what it is known to look like another one. */
function comparableTo(
  { adapter: { currency, timeZone } }: Backend,
  owner: string,
  what: Comparable["what"],
  charge: ChargeInput,
): Comparable {
  // The journal asks twice: for the step, and for what it is compared with.
  const ofDay = lastMemoised((day) => likenessesOf(owner, charge, currency, day));
  return {
    what,
    likenesses: (recordedAt) => ofDay(dayOf(Date.parse(recordedAt), timeZone)),
    day: charge.date ?? null,
  };
}

/** One form of the global id, however the caller wrote it. */
function idOf({ type, backend, objectId }: Target): string {
  return encodeId({ type, backend, id: objectId ?? "" });
}

interface ObjectPlan<T extends WrittenEntity> {
  readonly mutation: string;
  readonly type: T["type"];
  /** Global id. */
  readonly id: string;
  /** The member of the input that holds the id. */
  readonly idField?: string | undefined;
  readonly plan: (adapter: Adapter, id: string) => WritePlan<T> | undefined;
}

/** The target of a mutation on one existing object. */
export function planOnObject<T extends WrittenEntity>(
  backends: Backends,
  { mutation, type, id, idField = "id", plan }: ObjectPlan<T>,
): readonly Target<T>[] {
  const ref = refOf(backends, type, id, ["input", idField]);
  const target = { backend: ref.backend, type, objectId: ref.id, fieldPlace: ["input"] };
  return [{ ...target, plan: planOrReason(backendOf(backends, ref), mutation, (adapter) => plan(adapter, ref.id)) }];
}

function planOrReason<T>(
  { key, label, adapter }: Backend,
  mutation: string,
  plan: (adapter: Adapter) => WritePlan<T> | undefined,
): WritePlan<T> | BillingError {
  try {
    return plan(adapter) ?? unsupported(key, `${label} cannot do ${mutation}: see its capabilities.`);
  } catch (error) {
    if (error instanceof BillingError) return error.with({ backend: key });
    throw error;
  }
}
