import { invalidInput } from "../../model/errors.ts";
import type { Money } from "../../model/model.ts";
import { fromMinorUnits, money, toMinorUnits } from "../../model/money.ts";

/** Amounts are "Integer, cents" whatever the currency, which the API does not know (contract 1, Money). */
export const centPlaces = 2;
/** Integer is 32 bits wide (2.6). */
export const largestInteger = 2_147_483_647n;

export function moneyOf(cents: bigint | null, currency: string): Money | null {
  return cents === null ? null : money(fromMinorUnits(cents, centPlaces), currency);
}

/** Whole cents of an amount that inputs.ts has let through. */
export function centsOf(amount: string): bigint {
  return scaledInteger(amount, centPlaces);
}

/** A decimal of at most `scale` decimals, times 10^scale. */
export function scaledInteger(amount: string, scale: number): bigint {
  const scaled = toMinorUnits(amount, scale);
  if (scaled === null) throw new RangeError(`a number of more than ${scale} decimals`);
  return BigInt(scaled);
}

export function withinInteger(value: bigint, field: string): bigint {
  if (magnitude(value) > largestInteger) throw invalidInput(field, "is larger than this backend can hold");
  return value;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
