import type { ChargeKind, Money } from "../../model/model.ts";
import { isBelowZero } from "../../model/money.ts";

/** What lowers the debt is a credit, whatever its backend calls it; but what recurs is told by that. */
export function chargeKind(kind: ChargeKind, amount: Money | null): ChargeKind {
  return amount !== null && isBelowZero(amount.amount) && kind !== "RECURRING" ? "CREDIT" : kind;
}
