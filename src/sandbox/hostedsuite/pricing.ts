import type { SharedOptions } from "./options.ts";
import type { Charge, Client, Rate } from "./records.ts";
import type { Store } from "./state.ts";

/** A charge is kept with the cost of its line. */
export function shownCost({ cost, quantity }: Charge, options: Pick<SharedOptions, "cost">): number | null {
  return options.cost === "unit" && cost !== null && quantity !== 0 ? cost / quantity : cost;
}

/** The cost of the line that a request names; null where it names none. */
export function lineCost(sent: number | null, quantity: number, options: Pick<SharedOptions, "cost">): number | null {
  return options.cost === "unit" && sent !== null ? sent * quantity : sent;
}

/** Contracts inherit from a master, which may have one too; a loop of masters ends here. */
const longestInheritance = 8;

/**
 * The cost of a charge that came without one: unit cost × quantity + setup fee of the contract that applies, which is the
 * client's own, else its center's default (contract 5.1, 11). Computed with doubles in the order .NET would, never rounded:
 * 19.95 × 3 is 59.849999999999994 here because it is there. Null when no rate exists.
 */
export function costOf(store: Store, client: Client, serviceId: string, quantity: number): number | null {
  const contractId = client.contractId ?? store.centers.all.get(client.centerId)?.defaultContractId ?? null;
  const rate = findRate(store, contractId, serviceId);
  return rate === null ? null : applyRate(rate, quantity);
}

function findRate(store: Store, contractId: string | null, serviceId: string): Rate | null {
  let contract = store.contracts.all.get(contractId ?? "");
  for (let step = 0; contract !== undefined && step < longestInheritance; step += 1) {
    const rate = contract.rates.find((candidate) => candidate.serviceId === serviceId);
    if (rate !== undefined) return rate;
    contract = store.contracts.all.get(contract.masterId ?? "");
  }
  return null;
}

/** Guess, the sources are silent: the highest level that the quantity reaches gives the unit cost, or the whole if fixed. */
function applyRate(rate: Rate, quantity: number): number {
  const level = rate.levels.findLast((candidate) => quantity >= candidate.quantity);
  const base = level?.isFixedCost === true ? level.unitCost : (level?.unitCost ?? rate.unitCost) * quantity;
  return base + (rate.setupFeeType === "Percentage" ? (base * rate.setupFee) / 100 : rate.setupFee);
}
