import type { ChargeKind, Money } from "../../model/model.ts";
import { compareDecimals } from "../../model/money.ts";

/** What lowers the debt is a credit, whatever its backend calls it; but what recurs is told by that. */
export function chargeKind(kind: ChargeKind, amount: Money | null): ChargeKind {
  const isBelowZero = amount !== null && compareDecimals(amount.amount, "0") < 0;
  return isBelowZero && kind !== "RECURRING" ? "CREDIT" : kind;
}
