import type { CallScope, Finding, Intent, WritePlan, WriteStep } from "../adapter/adapter.ts";
import { BillingError, invalidInput, notFound, settle, unsupported } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import type { Charge, Customer, CustomerChange, Ref } from "../model/model.ts";
import { customersOf, onCustomers, readTogether } from "../mutations/customers.ts";
import type { Planner, Planners, WriteOptions } from "../mutations/mutation.ts";
import { type BackendMutations, planOnObject } from "../mutations/planning.ts";
import type { OwnerSpec } from "../mutations/routing.ts";
import { createLoaders, createSight, type Reach } from "../reads/loaders.ts";
import { beyondSight } from "./account-changes.ts";
import type { DriftField } from "./drift.ts";
import type { AccountStore, Admits } from "./store.ts";

/** What is asked for an account, and the customers of the account that it reaches. */

type Membership = Pick<AccountStore, "isMember">;
type Target<T extends Customer | Charge> = ReturnType<Planner<{ input: object; entity: T }>>[number];

/** The targets of charges or credits, some of whose owners are given as an account. */
function ofAccounts<T extends Customer | Charge>(
  linking: Membership,
  targets: readonly Target<T>[],
  specs: readonly OwnerSpec[],
): readonly Target<T>[] {
  return targets.map((target, index) => {
    const { accountId, customerId } = specs[index] ?? {};
    return accountId == null || customerId == null ? target : whileLinked(linking, target, accountId, [customerId]);
  });
}

/**
 * What is asked for an account reaches its customers as they were when the call came. Somebody may unlink one of them before the call is
 * recorded, as finding out what to send can take as long as a slow backend does. So it looks again, once the call is recorded.
 *
 * @param customerIds global ids of customers that must still be in the account
 */
function whileLinked<T extends Customer | Charge>(
  linking: Membership,
  target: Target<T>,
  accountId: string,
  customerIds: readonly string[],
): Target<T> {
  const { plan, backend } = target;
  const account = decodeId(accountId)?.id;
  const customers = customerIds.flatMap((id) => decodeId(id) ?? []);
  if (plan instanceof BillingError || account === undefined) return target;
  const linked = (step: WriteStep<T>): WriteStep<T> => ({
    ...step,
    send: async (id, intent, scope) => {
      const members = await Promise.all(customers.map((customer) => linking.isMember(account, customer)));
      if (members.includes(false)) throw unlinkedMeanwhile(backend);
      return step.send(id, intent, scope);
    },
  });
  // A step that follows completes what has begun.
  const [first, ...others] = plan.steps;
  return first === undefined ? target : { ...target, plan: { ...plan, steps: [linked(first), ...others] } };
}

function unlinkedMeanwhile(backend: string): BillingError {
  const message = "The customer was unlinked from the account meanwhile. Nothing was sent.";
  return new BillingError("CONFLICT", message, { backend });
}

/**
 * The mutations of accounts. Accounts are records of the gateway, so a link step calls a backend only to check that the customer
 * exists. The journal records these steps like any others.
 */
export interface AccountMutations {
  /** The backends' createCustomer. With `link`, the customers that it creates in several backends become one account. */
  readonly createCustomer: {
    input: BackendMutations["createCustomer"]["input"] & { readonly link?: boolean | null | undefined };
    entity: Customer;
  };
  readonly linkCustomers: {
    input: WriteOptions & { readonly customerIds: readonly string[]; readonly name?: string | null | undefined };
    entity: Customer;
  };
  readonly unlinkCustomers: { input: WriteOptions & { readonly customerIds: readonly string[] }; entity: Customer };
  readonly alignCustomers: { input: AlignCustomers; entity: Customer };
}

interface AlignCustomers extends WriteOptions {
  readonly accountId: string;
  /** Global id of the customer whose values the others get. */
  readonly from: string;
  readonly fields: readonly DriftField[];
  /** The change of each customer, found before the call is recorded. */
  readonly changes?: readonly { readonly id: string; readonly change: CustomerChange }[] | undefined;
}

/** Whether null clears a member of a mutation's input: see Wording in mutations/idempotency.ts. */
export const nullClears: Readonly<Record<keyof AccountMutations, boolean>> = {
  createCustomer: false,
  linkCustomers: false,
  unlinkCustomers: false,
  // It applies to the changes that were found.
  alignCustomers: true,
};

const linkAction = "accounts/link";
const unlinkAction = "accounts/unlink";

/** Steps that change the gateway's own accounts, and nothing in their backend. */
export const accountActions: readonly string[] = [linkAction, unlinkAction];

/** Reads and changes of accounts. Each change is idempotent. */
export type Linking = Pick<AccountStore, "join" | "leave" | "membersWith" | "isMember" | "accountOf">;

/** The mutations of backends whose inputs may name an account as the owner of what is created. */
type OwnedMutations = Pick<BackendMutations, "createCharge" | "createCharges" | "createCredit" | "createCredits">;

interface AccountPlanning {
  /** Reach of the caller, who may not change an account without seeing all of it. */
  readonly reach: Reach;
  readonly linking: Linking;
  /** The backends' own, to which links are added. */
  readonly planners: Planners<Pick<BackendMutations, "createCustomer"> & OwnedMutations>;
}

export function createAccountPlanners({
  reach,
  linking,
  planners,
}: AccountPlanning): Planners<AccountMutations & OwnedMutations> {
  const { backends } = reach;
  return {
    createCharge: (input) => ofAccounts(linking, planners.createCharge(input), [input.charge]),
    createCharges: (input) => ofAccounts(linking, planners.createCharges(input), input.charges),
    createCredit: (input) => ofAccounts(linking, planners.createCredit(input), [input.credit]),
    createCredits: (input) => ofAccounts(linking, planners.createCredits(input), input.credits),
    createCustomer: ({ link, ...input }) => {
      const targets = planners.createCustomer(input);
      // Absent in operations that were recorded before accounts existed.
      if (targets.length < 2 || link === undefined || link === false) return targets;
      return targets.map((target) => {
        const { backend, plan } = target;
        return plan instanceof BillingError ? target : { ...target, plan: linkedPlan(linking, backend, plan) };
      });
    },
    linkCustomers: ({ customerIds, name }) => {
      const refs = customersOf(backends, customerIds, 2);
      const admitted = new Map<Ref, Admits>();
      const read = readTogether(backends, refs, async (ref, scope) => {
        admitted.set(ref, await admittedTo(linking, ref, reach, scope));
      });
      const called = name == null ? null : accountName(name);
      const readOne = (ref: Ref, index: number) => async (scope: CallScope) => {
        const customer = await read(index, scope);
        return { customer, admits: admitted.get(ref) ?? null };
      };
      return onCustomers(refs, (ref, index) => linkPlan(linking, ref.backend, called, readOne(ref, index)));
    },
    unlinkCustomers: ({ customerIds }) =>
      onCustomers(customersOf(backends, customerIds, 1), (ref) => unlinkPlan(linking, ref, reach)),
    alignCustomers: ({ accountId, from, changes = [] }) =>
      changes.flatMap(({ id, change }) =>
        planOnObject<Customer>(backends, {
          mutation: "alignCustomers",
          type: "Customer",
          id,
          plan: ({ customers }, own) => customers.update?.(own, change),
        })
          .map((target) => ({ ...target, fieldPlace: ["input", "fields"] }))
          .map((target) => whileLinked(linking, target, accountId, [from, id])),
      ),
  };
}

function accountName(name: string): string {
  const trimmed = name.trim();
  if (!/^[^\p{C}]{1,200}$/u.test(trimmed))
    throw invalidInput(["input", "name"], "must have between 1 and 200 printable characters");
  return trimmed;
}

/** An account has the id of the operation that created it. A step's id is that id, "-" and the step's position. */
function accountIdOf({ stepId }: Intent): string {
  return stepId.slice(0, stepId.lastIndexOf("-"));
}

function positionOf({ stepId }: Intent): number {
  return Number(stepId.slice(stepId.lastIndexOf("-") + 1));
}

/**
 * Admits the members of the customer's account, all of which the caller must see. Rejects with NOT_FOUND if the caller does not see the
 * customer itself, and with FORBIDDEN if it does not see all others. Names none of them, so the caller does not learn that they exist.
 */
async function admittedTo(linking: Linking, ref: Ref, reach: Reach, scope: CallScope): Promise<Admits> {
  const sight = createSight(reach, createLoaders(reach.backends, { ...scope, fresh: true }));
  if (sight.isEverything) return null;
  if (!(await sight.sees({ type: "Customer", ...ref }))) throw notFound(ref.backend, "The customer");
  const members = await linking.membersWith(ref);
  const seen = await Promise.all(members.map(({ backend, id }) => settle(sight.sees({ type: "Customer", backend, id }))));
  if (seen.includes(false)) throw beyondSight(ref.backend);
  if (seen.some((each) => each instanceof BillingError)) {
    const message = "The gateway cannot check now whether the caller may change this customer's links. Nothing was changed.";
    throw new BillingError("UNAVAILABLE", message, { backend: ref.backend, field: ["customerIds"], retryable: true });
  }
  const admitted = new Set(members.map(keyOf));
  return (member) => admitted.has(keyOf(member));
}

function keyOf({ backend, id }: Ref): string {
  return `${backend}:${id}`;
}

/** Links one of several customers. `read` is called when the step is sent. */
function linkPlan(
  linking: Linking,
  backend: string,
  name: string | null,
  read: (scope: CallScope) => Promise<Linkable>,
): WritePlan<Customer> {
  return {
    steps: [linkStep(linking, backend, name, (_id, scope) => read(scope))],
    read: async (_id, scope) => (await read(scope)).customer,
  };
}

/** A customer that is to be linked, and which members of its account the caller sees. */
interface Linkable {
  readonly customer: Customer;
  readonly admits: Admits;
}

/** Takes a customer out of the account that it is in when the step is sent, even if its backend does not have the customer any more. */
function unlinkPlan(linking: Linking, ref: Ref, reach: Reach): WritePlan<Customer> {
  const step: WriteStep<Customer> = {
    action: unlinkAction,
    note: async () => (await linking.accountOf(ref)) ?? "",
    send: async (_id, { note }, scope) => {
      const admits = await admittedTo(linking, ref, reach, scope);
      if (note) await linking.leave(note, ref, admits);
      return { id: ref.id };
    },
    find: async (_id, { note }) => foundChange(ref.id, !note || !(await linking.isMember(note, ref))),
  };
  // The backend's record has not changed, so it is not read for the answer.
  const unchanged = unsupported(ref.backend, "Unlinking leaves the customer itself as it is.");
  return { steps: [step], read: () => Promise.reject(unchanged) };
}

/** A plan that creates a customer and then links it. Its compensation also takes the customer out of the account. */
function linkedPlan(linking: Linking, key: string, plan: WritePlan<Customer>): WritePlan<Customer> {
  const { undo } = plan;
  let created: Customer | undefined;
  const remembering = (step: WriteStep<Customer>): WriteStep<Customer> => ({
    ...step,
    send: async (id, intent, scope) => {
      const written = await step.send(id, intent, scope);
      created = written.value;
      return written;
    },
  });
  const link = linkStep(linking, key, null, async (id, scope) => ({
    customer: created ?? (await plan.read(id, scope)),
    admits: null,
  }));
  return {
    ...plan,
    steps: [...plan.steps.map(remembering), link],
    ...(undo && {
      undo: (id: string) => {
        const back = undo(id);
        return { ...back, steps: [...back.steps, leaveStep(linking, { backend: key, id })] };
      },
    }),
  };
}

/** Adds the customer to the account of the operation. */
function linkStep(
  linking: Linking,
  backend: string,
  name: string | null,
  read: (id: string, scope: CallScope) => Promise<Linkable>,
): WriteStep<Customer> {
  return {
    action: linkAction,
    send: async (id, intent, scope) => {
      const { customer, admits } = await read(existing(id), scope);
      const { backend: key, id: local, name: customerName } = customer;
      const joining = {
        accountId: accountIdOf(intent),
        linkedAt: intent.createdAt,
        position: positionOf(intent),
        customer: { backend: key, id: local },
        customerName,
        name,
      };
      await linking.join(joining, admits);
      return { id: customer.id, value: customer };
    },
    find: async (id, intent) =>
      foundChange(existing(id), await linking.isMember(accountIdOf(intent), { backend, id: existing(id) })),
  };
}

/** Takes the customer out of the account of the operation. */
function leaveStep(linking: Linking, ref: Ref): WriteStep<Customer> {
  return {
    action: unlinkAction,
    send: async (_id, intent) => {
      await linking.leave(accountIdOf(intent), ref, null);
      return { id: ref.id };
    },
    find: async (_id, intent) => foundChange(ref.id, !(await linking.isMember(accountIdOf(intent), ref))),
  };
}

/** The outcome of a change of an account is never ambiguous, because only the gateway writes there. */
function foundChange(id: string, isDone: boolean): Finding {
  return { ours: isDone ? [{ id, claim: null }] : [], candidates: [] };
}

function existing(id: string | null): string {
  if (id === null) throw new BillingError("INTERNAL", "A customer is linked before it exists.");
  return id;
}
