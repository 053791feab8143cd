import type { Adapter, CallScope, Finding, Intent, WritePlan, WriteStep } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, notFound, settle, unsupported } from "../model/errors.ts";
import type { Customer, Ref } from "../model/model.ts";
import { type Declining, declineAction } from "./declining.ts";
import { backendOf } from "./routing.ts";

/**
 * Plans of linking customers of several backends into one account. The gateway keeps accounts itself, so that their steps call no
 * backend but to see that a customer is there; the journal knows them like any others.
 */

/** What is done with accounts: by accounts/linking.ts. All of it may be done again, and comes to the same. */
export interface Linking extends Declining {
  /** Puts a customer into an account that begins with its first member. `name`: what the operation calls the account. */
  readonly join: (accountId: string, customer: Pick<Customer, "backend" | "id" | "name">, name: string | null) => Promise<void>;
  /** Rejects with FORBIDDEN, and changes nothing, where the account reaches beyond `within`. */
  readonly leave: (accountId: string, customer: Ref, within: Sight) => Promise<void>;
  /** Whether the account that a customer is in has members in other backends than these. */
  readonly reachesBeyond: (customer: Ref, backends: readonly string[]) => Promise<boolean>;
  readonly isMember: (accountId: string, customer: Ref) => Promise<boolean>;
  /** Id of the account that a customer is in; null when it is in none. */
  readonly accountOf: (customer: Ref) => Promise<string | null>;
}

/** Keys of the backends that a caller may see; null = all of them, and those that are no longer configured as well. */
export type Sight = readonly string[] | null;

const linkAction = "accounts/link";
const unlinkAction = "accounts/unlink";

/** Whether a step of this action changes the gateway's own accounts, and nothing in its backend. */
export function isOwnStep(action: string): boolean {
  return action === linkAction || action === unlinkAction || action === declineAction;
}

/** An account's id is that of the operation whose first join it began with: what stands before the step's position. */
function accountIdOf({ stepId }: Intent): string {
  return stepId.slice(0, stepId.lastIndexOf("-"));
}

/** Whoever does not see all of an account may not change who is in it. Names nothing of what is hidden. */
export function beyondSight(backend: string): BillingError {
  const message = "The customer's account can only be changed by who may see all of it. Nothing was changed.";
  return new BillingError("FORBIDDEN", message, { backend, field: ["customerIds"] });
}

/** Rejects with FORBIDDEN where the account that a customer is in reaches beyond what is seen. */
export async function refuseBeyond(linking: Linking, ref: Ref, sight: Sight): Promise<void> {
  if (sight !== null && (await linking.reachesBeyond(ref, sight))) throw beyondSight(ref.backend);
}

/**
 * Reads customers that are to be linked together, all of them before the first is, one call to each backend. Resolves for each when
 * all of them exist; else rejects with what is wrong with it, or with CONFLICT where that is another one.
 * `admit` may refuse one besides.
 */
export type ReadTogether = (index: number, scope: CallScope) => Promise<Customer>;

export function readTogether(backends: Backends, refs: readonly Ref[], admit: Admit = async () => undefined): ReadTogether {
  let found: Promise<readonly (Customer | BillingError)[]> | undefined;
  return async (index, scope) => {
    found ??= readAll(backends, refs, scope, admit);
    const customers = await found;
    const own = customers[index];
    if (own === undefined || own instanceof BillingError) throw own ?? new BillingError("INTERNAL", "Nothing was read.");
    const problems = customers.filter((customer) => customer instanceof BillingError);
    if (problems.length === 0) return own;
    throw new BillingError("CONFLICT", "Not linked: another customer of this call cannot be.", {
      backend: own.backend,
      field: ["customerIds", String(index)],
      retryable: problems.every(({ retryable }) => retryable),
    });
  };
}

type Admit = (ref: Ref) => Promise<void>;

async function readAll(
  backends: Backends,
  refs: readonly Ref[],
  scope: CallScope,
  admit: Admit,
): Promise<readonly (Customer | BillingError)[]> {
  const found = new Map<Ref, Customer | BillingError>();
  await Promise.all(
    [...Map.groupBy(refs, ({ backend }) => backend)].map(async ([key, group]) => {
      const { customers } = backendOf(backends, { backend: key, id: "" }).adapter;
      const ids = group.map(({ id }) => id);
      const read = await settle(customers.getMany(ids, { ...scope, fresh: true }));
      for (const [place, ref] of group.entries()) {
        found.set(ref, read instanceof BillingError ? read : (read[place] ?? notFound(key, "The customer")));
      }
    }),
  );
  const refusals = await Promise.all(refs.map((ref) => settle(admit(ref))));
  return refs.map((ref, index) => {
    const read = found.get(ref) ?? notFound(ref.backend, "The customer");
    const customer = read instanceof BillingError ? read : (refusals[index] ?? read);
    return customer instanceof BillingError ? customer.with({ field: ["customerIds", String(index)] }) : customer;
  });
}

/** Links one of several customers. `read` is asked when the step is sent. */
export function linkPlan(
  linking: Linking,
  ref: Ref,
  name: string | null,
  read: (scope: CallScope) => Promise<Customer>,
): WritePlan<Customer> {
  return { steps: [linkStep(linking, ref.backend, name, (_id, scope) => read(scope))], read: (_id, scope) => read(scope) };
}

/** Takes a customer out of the account that it is in when the step is about to be sent. Also one that its backend has no more. */
export function unlinkPlan(linking: Linking, ref: Ref, sight: Sight): WritePlan<Customer> {
  const step: WriteStep<Customer> = {
    action: unlinkAction,
    note: async () => (await linking.accountOf(ref)) ?? "",
    send: async (_id, { note }) => {
      if (note) await linking.leave(note, ref, sight);
      return { id: ref.id };
    },
    find: async (_id, { note }) => foundChange(ref.id, !note || !(await linking.isMember(note, ref))),
  };
  // Its backend's record of the customer has not changed, so it is not read for the answer.
  const unchanged = unsupported(ref.backend, "Unlinking leaves the customer itself as it is.");
  return { steps: [step], read: () => Promise.reject(unchanged) };
}

/** A plan of creating a customer that goes on with linking it; what takes it back takes it out of the account as well. */
export function linkedPlan(linking: Linking, { key }: Adapter, plan: WritePlan<Customer>): WritePlan<Customer> {
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
  const link = linkStep(linking, key, null, async (id, scope) => created ?? plan.read(id, scope));
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

/** Joins the account of the operation. */
function linkStep(
  linking: Linking,
  backend: string,
  name: string | null,
  read: (id: string, scope: CallScope) => Promise<Customer>,
): WriteStep<Customer> {
  return {
    action: linkAction,
    send: async (id, intent, scope) => {
      const customer = await read(existing(id), scope);
      await linking.join(accountIdOf(intent), customer, name);
      return { id: customer.id, value: customer };
    },
    find: async (id, intent) =>
      foundChange(existing(id), await linking.isMember(accountIdOf(intent), { backend, id: existing(id) })),
  };
}

/** Leaves the account of the operation. */
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

/** A change of the gateway's own accounts has happened or has not: nobody else writes there. */
function foundChange(id: string, isDone: boolean): Finding {
  return { ours: isDone ? [{ id, claim: null }] : [], candidates: [] };
}

function existing(id: string | null): string {
  if (id === null) throw new BillingError("INTERNAL", "A customer is linked before it exists.");
  return id;
}
