import type { SharedOptions } from "./options.ts";
import type { Charge, Client, Rate } from "./records.ts";
import type { Store } from "./state.ts";

/** Charges are stored with the cost of their line. */
export function shownCost({ cost, quantity }: Charge, options: Pick<SharedOptions, "cost">): number | null {
  return options.cost === "unit" && cost !== null && quantity !== 0 ? cost / quantity : cost;
}

/** The cost of the line that a request gives; null if it gives none. */
export function lineCost(sent: number | null, quantity: number, options: Pick<SharedOptions, "cost">): number | null {
  return options.cost === "unit" && sent !== null ? sent * quantity : sent;
}

/**
 * The most masters that are followed: a contract inherits from its master, which may have one too, and masters could form a
 * loop.
 */
const longestInheritance = 8;

/**
 * The cost of a charge without one: unit cost × quantity + setup fee of the contract that applies, which is the client's own or
 * else its center's default (contract 5.1, 11). It is computed with doubles in the order .NET would, and never rounded: 19.95 ×
 * 3 is 59.849999999999994, as there. Null if there is no rate.
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

/**
 * A guess, as the sources do not say: the highest level that the quantity reaches gives the unit cost, or the whole if fixed.
 */
function applyRate(rate: Rate, quantity: number): number {
  const level = rate.levels.findLast((candidate) => quantity >= candidate.quantity);
  const base = level?.isFixedCost === true ? level.unitCost : (level?.unitCost ?? rate.unitCost) * quantity;
  return base + (rate.setupFeeType === "Percentage" ? (base * rate.setupFee) / 100 : rate.setupFee);
}
