import { invalidInput } from "../../model/errors.ts";
import type { Money } from "../../model/model.ts";
import { fromMinorUnits, isDecimal, money, toMinorUnits } from "../../model/money.ts";

/** Amounts are "Integer, cents" whatever the currency, which the API does not know (contract 1, Money). */
const centPlaces = 2;
/** Integer is 32 bits wide (2.6). */
const largestInteger = 2_147_483_647n;

export function moneyOf(cents: bigint | null, currency: string): Money | null {
  return cents === null ? null : money(fromMinorUnits(cents, centPlaces), currency);
}

/** Whole cents of a decimal amount; INVALID_INPUT at `field` for what is none, fractions of a cent, and what an Integer cannot hold. */
export function centsOf(amount: string, field: string): bigint {
  return scaledInteger(amount, centPlaces, field);
}

/** A decimal times 10^scale; INVALID_INPUT at `field` where it is no decimal, or that is no whole number or does not fit. */
export function scaledInteger(amount: string, scale: number, field: string): bigint {
  if (!isDecimal(amount)) throw invalidInput(field, "must be a decimal number");
  const scaled = toMinorUnits(amount, scale);
  if (scaled === null) throw invalidInput(field, `must not have more than ${scale} decimals`);
  return withinInteger(BigInt(scaled), field);
}

export function withinInteger(value: bigint, field: string): bigint {
  if (magnitude(value) > largestInteger) throw invalidInput(field, "is larger than this backend can hold");
  return value;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
