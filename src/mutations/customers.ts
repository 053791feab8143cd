import type { CallScope, WritePlan } from "../adapter/adapter.ts";
import { type Backends, refOf } from "../adapter/backends.ts";
import type { Target } from "../journal/target.ts";
import { BillingError, invalidInput, notFound, settle } from "../model/errors.ts";
import type { Customer, Ref } from "../model/model.ts";
import { backendOf } from "./routing.ts";

/** For mutations on several customers together. */

/** The customers that an input names, each once. INVALID_INPUT if there are fewer than `least`. */
export function customersOf(backends: Backends, globalIds: readonly string[], least: number): readonly Ref[] {
  const field = ["input", "customerIds"];
  if (globalIds.length < least)
    throw invalidInput(field, `must name at least ${least === 1 ? "one customer" : `${least} customers`}`);
  return globalIds.map((globalId, index) => {
    const at = [...field, String(index)];
    if (globalIds.indexOf(globalId) !== index) throw invalidInput(at, "names the same customer again");
    return refOf(backends, "Customer", globalId, at);
  });
}

/** One target for each customer, in the order of the input. */
export function onCustomers(
  refs: readonly Ref[],
  plan: (ref: Ref, index: number) => WritePlan<Customer>,
): readonly Target<Customer>[] {
  const target = { type: "Customer", fieldPlace: ["input"] } as const;
  return refs.map((ref, index) => ({ ...target, backend: ref.backend, objectId: ref.id, plan: plan(ref, index) }));
}

/**
 * Reads customers that are to be linked, all of them before the first link, with one call to each backend. Resolves for each
 * customer if all exist. Otherwise it rejects with the problem of the customer, or with CONFLICT if another one has the
 * problem. `admit` may refuse a customer for other reasons.
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
    throw new BillingError("CONFLICT", "Not linked, because another customer of this call cannot be linked.", {
      backend: own.backend,
      field: ["customerIds", String(index)],
      retryable: problems.every(({ retryable }) => retryable),
    });
  };
}

type Admit = (ref: Ref, scope: CallScope) => Promise<void>;

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
  const refusals = await Promise.all(refs.map((ref) => settle(admit(ref, scope))));
  return refs.map((ref, index) => {
    const read = found.get(ref) ?? notFound(ref.backend, "The customer");
    const customer = read instanceof BillingError ? read : (refusals[index] ?? read);
    return customer instanceof BillingError ? customer.with({ field: ["customerIds", String(index)] }) : customer;
  });
}
