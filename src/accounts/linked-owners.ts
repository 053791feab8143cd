import type { WriteStep } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import type { Charge, Customer } from "../model/model.ts";
import type { Planner } from "../mutations/mutation.ts";
import type { OwnerSpec } from "../mutations/routing.ts";
import type { AccountStore } from "./store.ts";

/** What is asked for an account, and the customers of the account that it reaches. */

type Linking = Pick<AccountStore, "isMember">;
type Target<T extends Customer | Charge> = ReturnType<Planner<{ input: object; entity: T }>>[number];

/** The targets of charges or credits, some of whose owners are given as an account. */
export function ofAccounts<T extends Customer | Charge>(
  linking: Linking,
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
export function whileLinked<T extends Customer | Charge>(
  linking: Linking,
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
