import { invalidInput } from "../../model/errors.ts";
import { compareDecimals, decimalFromDouble, fromMinorUnits, multiplyDecimals, toMinorUnits } from "../../model/money.ts";

export const costMeanings = ["line", "unit"] as const;

/** Converts between `Cost` and amounts. Whether `Cost` is of the line or of one unit is not stated (contract 2.8); amounts are of lines. */
export interface Costs {
  readonly isPerUnit: boolean;
  /** The amount for a cost; null = not priced, which is not 0. */
  readonly amount: (cost: string | null, quantity: string | null) => string | null;
  /** The cost for an amount. Throws INVALID_INPUT where it would have to be rounded. */
  readonly cost: (amount: string, quantity: string) => string;
}

const ofLines: Costs = { isPerUnit: false, amount: (cost) => cost, cost: (amount) => amount };

/** A quantity of 0, or none, counts as 1, as in an integrator's mirror of charges (contract 15). */
const ofUnits: Costs = {
  isPerUnit: true,
  amount: (cost, quantity) => cost && multiplyDecimals(cost, counted(quantity)),
  cost: (amount, quantity) => {
    const [units, parts] = [toMinorUnits(quantity, mostPlaces), toMinorUnits(amount, mostPlaces)];
    for (let places = 0; units !== null && parts !== null && places <= mostPlaces; places += 1) {
      const scaled = BigInt(parts) * 10n ** BigInt(places);
      if (scaled % BigInt(units) !== 0n) continue;
      const cost = fromMinorUnits(scaled / BigInt(units), places);
      if (isDouble(cost)) return cost;
      break;
    }
    throw invalidInput("amount", `cannot be split into ${quantity} equal unit costs, which is what the backend keeps`);
  },
};

const mostPlaces = 12;

/** Whether a double holds the cost exactly: costs are sent as JSON numbers. */
function isDouble(cost: string): boolean {
  return compareDecimals(decimalFromDouble(String(Number(cost))), cost) === 0;
}

function counted(quantity: string | null): string {
  return quantity === null || compareDecimals(quantity, "0") === 0 ? "1" : quantity;
}

export const costsOf = { line: ofLines, unit: ofUnits };
