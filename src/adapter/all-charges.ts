import type { Charge } from "../model/model.ts";
import type { ChargePosition, ChargeSet, ChargeWindow, Incomplete } from "./adapter.ts";
import { chargePosition, chargesBehind } from "./charge-order.ts";

export type AllCharges = Pick<ChargeSet, "charges" | "incomplete">;

/** Reads all charges of one owner, `atOnce` at a time. Rejects as `list` does. */
export async function allCharges(list: (window: ChargeWindow) => Promise<ChargeSet>, atOnce: number): Promise<AllCharges> {
  const charges: Charge[] = [];
  let told: Incomplete = {};
  let after: ChargePosition | null = null;
  for (;;) {
    const set = await list({ first: atOnce, after });
    const behind = chargesBehind(set.charges, after);
    if (set.incomplete) told = { incomplete: set.incomplete };
    if (set.complete) return { charges: [...charges, ...behind], ...told };
    // Rows beyond `first` may have gaps between them.
    const certain = behind.slice(0, atOnce);
    charges.push(...certain);
    const last = certain.at(-1);
    if (last === undefined) return { charges, ...told };
    after = chargePosition(last);
  }
}
