import type { Conditions } from "../conditions.ts";
import type { Installation } from "./action.ts";
import { type Fields, readDay, readInteger } from "./fields.ts";

/** One page of rows: `offset` (0) and `limit` (100), section 12.2. Past the end it is empty (A7). Fails with F01. */
export const page = <Row>(
  rows: readonly Row[],
  parameters: Fields,
  { state, settings: { maximumLimit } }: Installation,
): readonly Row[] => {
  const offset = readInteger(parameters, "offset", 0) ?? 0;
  const asked = Math.min(readInteger(parameters, "limit", 1) ?? 100, maximumLimit);
  const limit = state.customers.conditions.pageSize(asked) ?? 0;
  return rows.slice(offset, offset + limit);
};

/** Whether a stored text equals the wanted one, ignoring case (A6). Without a wanted text, all match. */
export const matchesText = (
  stored: string | undefined,
  wanted: string | undefined,
  comparable: Conditions["comparable"] = (text) => text.toLowerCase(),
): boolean => wanted === undefined || (stored !== undefined && comparable(stored) === comparable(wanted));

/**
 * Tests a Date or Datetime against the parameters `<name>From` and `<name>To`, both days inclusive. A row without the date
 * matches only if neither is given. Fails with F01.
 */
export const dayRange = (parameters: Fields, name: string): ((stored: string | undefined) => boolean) => {
  const from = readDay(parameters, `${name}From`);
  const to = readDay(parameters, `${name}To`);
  if (from === undefined && to === undefined) return () => true;
  return (stored) => {
    const day = stored?.slice(0, 10);
    return day !== undefined && (from === undefined || day >= from) && (to === undefined || day <= to);
  };
};

/** The same for `amountFrom` and `amountTo`, in cents. Fails with F01. */
export const amountRange = (parameters: Fields): ((amount: number) => boolean) => {
  const from = readInteger(parameters, "amountFrom", 0) ?? 0;
  const to = readInteger(parameters, "amountTo", 0) ?? Number.POSITIVE_INFINITY;
  return (amount) => amount >= from && amount <= to;
};
