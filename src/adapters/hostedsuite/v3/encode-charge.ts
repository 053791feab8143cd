import type { ChargeChange } from "../../../model/model.ts";
import { changedChargeMembers, sentCharge } from "../encode-charge.ts";
import type { Source } from "../map.ts";
import * as wire from "./wire.ts";
import type { Patch } from "./writes.ts";

/**
 * Encodes PATCH /charges/{id}; null where nothing changes. Where costs are of units, a new amount needs the stored quantity, and a new quantity
 * keeps the amount.
 */
export function changedCharge(source: Source, change: ChargeChange): Patch | null {
  const members = changedChargeMembers(source, change);
  const sent = sentCharge(members, change.amount);
  if (Object.keys(sent).length === 0) return null;
  const { amount, quantity } = change;
  const needsCurrent = source.costs.isPerUnit && (amount != null) !== (quantity != null);
  return {
    needsCurrent,
    sent,
    body: (current) => {
      const shown = needsCurrent ? wire.chargeRow.parse(current) : null;
      const line = amount ?? (shown && source.costs.amount(shown.cost, shown.quantity));
      const isPriced = line != null && (amount != null || needsCurrent);
      const cost = isPriced ? Number(source.costs.cost(line, quantity ?? shown?.quantity ?? "1")) : undefined;
      return { ...members, cost };
    },
  };
}
