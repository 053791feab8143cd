import { chargesOf, everything, perform, uniqueTag } from "./calls.ts";
import type { ContractState, Dialect, Running } from "./dialect.ts";

/** The content of a fresh backend, as the cases refer to it. */
export async function survey(dialect: Dialect, running: Running): Promise<ContractState> {
  const adapter = running.connect();
  const customers = await everything(adapter.customers.list, {});
  const [plans, services, taxes] = await Promise.all([
    adapter.plans ? everything(adapter.plans.list, {}) : [],
    adapter.services ? everything(adapter.services.list, {}) : [],
    adapter.taxes ? everything(adapter.taxes.list, {}) : [],
  ]);
  const active = customers.find(({ status }) => status === "ACTIVE");
  if (active === undefined) throw new Error("the backend has no active customer");
  const charges = await chargesOf(
    adapter,
    customers.map(({ id }) => id),
  );
  const references = {
    customerId: active.id,
    planId: plans[0]?.id ?? null,
    otherPlanId: plans[1]?.id ?? null,
    serviceId: services[0]?.id ?? null,
    taxId: taxes.find((tax) => tax.active)?.id ?? null,
  };
  const charged = new Set(charges.map(({ customer }) => customer?.id));
  const spare = customers.filter(({ id, status }) => status === "ACTIVE" && id !== active.id && !charged.has(id)).values();
  const ownCustomer = async (): Promise<string> => {
    const { create } = running.connect().customers;
    if (create) return (await perform(create(dialect.customer?.inputs(references, uniqueTag())[0]?.input ?? {}))).id;
    const { value } = spare.next();
    if (value === undefined) throw new Error("the dialect must start the backend with more customers without charges");
    return value.id;
  };
  return { running, adapter, references, customers, charges, ownCustomer };
}
