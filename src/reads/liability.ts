import { type Backends, refOf } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import type { LiabilitySubject, Ref } from "../model/model.ts";

/** Whose liability for a tax, as a caller gives it: with global ids of customers and charges, and the backend's own of a product. */
export interface LiabilityTarget {
  readonly customerId?: string | null | undefined;
  readonly chargeId?: string | null | undefined;
  readonly productId?: string | null | undefined;
}

/** Exactly one of the ids; a customer's or a charge's belongs to the tax's backend. */
export function liabilitySubject(
  backends: Backends,
  tax: Ref,
  { customerId, chargeId, productId }: LiabilityTarget,
  prefix: readonly string[] = [],
): LiabilitySubject {
  if ([customerId, chargeId, productId].filter((id) => id != null).length !== 1) {
    throw invalidInput([...prefix, "customerId"], "exactly one of customerId, chargeId and productId must be given");
  }
  if (productId != null) return { productId };
  const field = [...prefix, customerId == null ? "chargeId" : "customerId"];
  const subject =
    customerId != null ? refOf(backends, "Customer", customerId, field) : refOf(backends, "Charge", chargeId as string, field);
  if (subject.backend !== tax.backend) throw invalidInput(field, "belongs to another backend than the tax");
  return customerId != null ? { customerId: subject.id } : { chargeId: subject.id };
}
