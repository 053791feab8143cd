import { badResponse } from "../../model/errors.ts";
import type { Charge, ChargeKind, Money } from "../../model/model.ts";
import { isBelowZero } from "../../model/money.ts";

/** The kind of a charge: CREDIT where its amount is below zero, whatever the backend calls it; RECURRING stays. */
export function chargeKind(kind: ChargeKind, amount: Money | null): ChargeKind {
  return amount !== null && isBelowZero(amount.amount) && kind !== "RECURRING" ? "CREDIT" : kind;
}

/**
 * Checks the date of a charge in a list. Throws BAD_RESPONSE where it is there but not understood: the charge would be filtered and sorted as if
 * it had no date, and could be silently missing.
 *
 * @param dates the members of the backend's record from which the date comes
 * @param problem why it is not understood, as the end of a sentence
 */
export function requireDate(charge: Charge, dates: readonly string[], problem: () => string | null = () => null): Charge {
  if (!charge.notUnderstood?.some((member) => dates.includes(member))) return charge;
  const { backend } = charge;
  throw badResponse(backend, `has a charge whose date ${problem() ?? "is not understood"}`);
}
