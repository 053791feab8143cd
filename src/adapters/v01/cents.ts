import { invalidInput } from "../../model/errors.ts";
import type { Money } from "../../model/model.ts";
import { fromMinorUnits, money, toMinorUnits } from "../../model/money.ts";

/** Amounts are "Integer, cents" for every currency: the API has no currencies (contract 1, Money). */
export const centPlaces = 2;
/** Integer is 32 bits wide (2.6). */
export const largestInteger = 2_147_483_647n;

export function moneyOf(cents: bigint | null, currency: string): Money | null {
  return cents === null ? null : money(fromMinorUnits(cents, centPlaces), currency);
}

/** An amount in whole cents. Throws RangeError for more decimals, which inputs.ts refuses. */
export function centsOf(amount: string): bigint {
  return scaledInteger(amount, centPlaces);
}

/** A decimal times 10^scale. Throws RangeError where it has more than `scale` decimals. */
export function scaledInteger(amount: string, scale: number): bigint {
  const scaled = toMinorUnits(amount, scale);
  if (scaled === null) throw new RangeError(`a number of more than ${scale} decimals`);
  return BigInt(scaled);
}

/** Throws INVALID_INPUT at the field for a value beyond 32 bits. */
export function withinInteger(value: bigint, field: string): bigint {
  if (magnitude(value) > largestInteger) throw invalidInput(field, "is larger than this backend can hold");
  return value;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
