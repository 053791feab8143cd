import { type Backend, type Backends, refOf } from "../adapter/backends.ts";
import { BillingError, invalidInput } from "../model/errors.ts";
import type { ChargeInput, CreditInput, Ref } from "../model/model.ts";

/** Finds the backend of a mutation's objects, and turns global ids into local ones. */

/** The owner as callers give it: the customer's id, or its account and backend. */
export interface OwnerSpec {
  readonly customerId?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly backend?: string | null | undefined;
}

/** A charge as callers give it. */
export interface ChargeSpec extends ChargeInput, OwnerSpec {}

/** A credit as callers give it. */
export interface CreditSpec extends Omit<CreditInput, "customerId">, OwnerSpec {}

/** A charge goes to the backend of its customer or plan; every other id in it must belong there too. */
export function routeCharge(
  backends: Backends,
  { accountId: _, backend: __, ...charge }: ChargeSpec,
  field: readonly string[],
): { backend: Backend; input: ChargeInput } {
  const { customerId, planId } = charge;
  if ((customerId == null) === (planId == null))
    throw invalidInput([...field, "customerId"], "exactly one of customerId and planId must be given");
  const owner =
    customerId != null
      ? refOf(backends, "Customer", customerId, [...field, "customerId"])
      : refOf(backends, "Plan", planId as string, [...field, "planId"]);
  const local = (type: "Service" | "Tax", id: string, at: readonly string[]): string => {
    const ref = refOf(backends, type, id, at);
    if (ref.backend !== owner.backend)
      throw invalidInput(at, `belongs to another backend than the ${customerId != null ? "customer" : "plan"}`);
    return ref.id;
  };
  return {
    backend: backendOf(backends, owner),
    input: {
      ...charge,
      ...(customerId != null ? { customerId: owner.id } : { planId: owner.id }),
      ...(charge.serviceId != null && { serviceId: local("Service", charge.serviceId, [...field, "serviceId"]) }),
      ...(charge.taxIds != null && {
        taxIds: charge.taxIds.map((id, index) => local("Tax", id, [...field, "taxIds", String(index)])),
      }),
    },
  };
}

/** A credit goes to the backend of its customer. */
export function routeCredit(
  backends: Backends,
  { accountId: _, backend: __, customerId, ...credit }: CreditSpec,
  field: readonly string[],
): { backend: Backend; input: CreditInput } {
  const at = [...field, "customerId"];
  if (customerId == null) throw invalidInput(at, "must be given, or accountId with backend instead");
  const owner = refOf(backends, "Customer", customerId, at);
  return { backend: backendOf(backends, owner), input: { ...credit, customerId: owner.id } };
}

export function backendOf(backends: Backends, { backend }: Ref): Backend {
  const found = backends.get(backend);
  if (!found) throw new BillingError("NOT_FOUND", `There is no backend "${backend}".`);
  return found;
}
