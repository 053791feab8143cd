import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting, usersSetting } from "../../adapter/settings.ts";
import { invalidInput } from "../../model/errors.ts";
import { compareDecimals, decimalFromDouble, fromMinorUnits, multiplyDecimals, toMinorUnits } from "../../model/money.ts";
import { dateOrders } from "./dates.ts";

const costMeanings = ["line", "unit"] as const;

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

/** A name without control characters, which is safe in JSON, messages and records. */
const nameSetting = z.string().regex(/^\P{Cc}+$/u, "must not be empty and must hold no control characters");

export const settings = z
  .strictObject({
    kind: z.literal("hostedsuite"),
    ...commonSettings,
    /** The API generation that answers at `url`: a host name does not tell it. */
    generation: z.enum(["v2", "v3"]),
    /** The company that licenses HostedSuite: CustomerName on the wire of v2, the scheme word of v3's Authorization header. */
    tenant: nameSetting,
    username: nameSetting,
    password: secretSetting,
    users: usersSetting(nameSetting),
    /** The currency of all amounts: HostedSuite has no currencies. */
    currency: currencySetting,
    /** The zone of the tenant's times: HostedSuite sends them without one. */
    timeZone: timeZoneSetting,
    /** The largest page of v3, in rows. The contract is silent; 1000 is in use (7.3). The adapter learns a lower maximum. */
    pageMaximum: z.int().min(1).max(10_000).default(1_000),
    /** The order of numbers in dates: is 5/11 in May or in November? The form is not documented; an integrator writes M/d/yyyy (2.7). */
    dateOrder: z.enum(dateOrders).default("monthFirst"),
    /** The meaning of `Cost`: of the whole line, as an integrator uses it, or of one unit. Not stated (2.8). */
    cost: z.enum(costMeanings).default("line"),
    /** How far back lists of charges go where a query names no start. */
    chargeWindow: z.strictObject({ months: z.int().min(1).max(1_200).default(24) }).prefault({}),
  })
  .refine(({ generation, tenant }) => generation === "v2" || /^[\x21-\x7e]+$/.test(tenant), {
    path: ["tenant"],
    error: "must be printable ASCII without spaces for generation v3, which sends it in a header",
  });

export type Settings = z.output<typeof settings>;
