import type { ChargeKind, Money } from "../../model/model.ts";
import { isBelowZero } from "../../model/money.ts";

/** The kind of a charge: CREDIT where its amount is below zero, whatever the backend calls it; RECURRING stays. */
export function chargeKind(kind: ChargeKind, amount: Money | null): ChargeKind {
  return amount !== null && isBelowZero(amount.amount) && kind !== "RECURRING" ? "CREDIT" : kind;
}
