import { type Backends, refOf } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import type { LiabilitySubject, Ref } from "../model/model.ts";

/**
 * Who or what is liable for a tax, as a caller says it: global ids of customers and charges, the backend's own id of a product.
 */
export interface LiabilityTarget {
  readonly customerId?: string | null | undefined;
  readonly chargeId?: string | null | undefined;
  readonly productId?: string | null | undefined;
}

/** Exactly one id must be given. A customer or charge must be of the tax's backend. */
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
