import { BillingError, named } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";

/**
 * A charge of a list. BAD_RESPONSE where its date is there and not understood: it would be filtered and sorted as if it had none or
 * another one, and be missing without a word.
 *
 * @param dates the members of the backend's record that its date is made of
 * @param problem why it is not understood, as the end of a sentence
 */
export function listed(charge: Charge, dates: readonly string[], problem: () => string | null = () => null): Charge {
  if (!charge.notUnderstood?.some((member) => dates.includes(member))) return charge;
  const { backend } = charge;
  const message = `${named(backend)} has a charge whose date ${problem() ?? "is not understood"}.`;
  throw new BillingError("BAD_RESPONSE", message, { backend, retryable: false });
}
