import { invalidInput } from "../../model/errors.ts";
import { plainDecimal } from "../../model/money.ts";
import { dayOf, endOfDay, startOfDay } from "../../model/zones.ts";

/** Turns unified input into parameters. Throws INVALID_INPUT or UNSUPPORTED at the field. */

/** Whether a text can be an id: a positive integer without leading zeros. */
export function isId(id: string): boolean {
  return /^[1-9]\d{0,18}$/.test(id);
}

export function idParameter(id: string, field: string | readonly string[]): string {
  if (!isId(id)) throw invalidInput(field, "is not an id of this backend");
  return id;
}

/** Whether a create's member is given: null means "not given". */
export function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Whether a change's member is given: null means "clear". */
export function isMentioned(value: unknown): boolean {
  return value !== undefined;
}

/** Trims a text. Throws INVALID_INPUT for a blank one, such as a name made of blank parts. */
export function requiredText(value: string | null | undefined, field: string): string {
  const text = value?.trim();
  if (!text) throw invalidInput(field, "is required");
  return text;
}

/** A decimal with ".", without exponent or grouping. */
export function decimalParameter(value: string | null | undefined): string | undefined {
  return value == null ? undefined : plainDecimal(value);
}

/** The first second of a day in the zone, Unix time. Throws INVALID_INPUT at the field for a day that the zone skipped. */
export function firstSecondOf(date: string, timeZone: string, field: string | readonly string[]): number {
  return secondOf(startOfDay(date, timeZone), timeZone, field);
}

export function lastSecondOf(date: string, timeZone: string, field: string | readonly string[]): number {
  return secondOf(endOfDay(date, timeZone), timeZone, field);
}

function secondOf(instant: number | null, timeZone: string, field: string | readonly string[]): number {
  if (instant === null)
    throw invalidInput(field, `is a day that does not exist in ${timeZone}: it was skipped when the clocks were changed`);
  return Math.floor(instant / 1000);
}

/** The day of an instant in the zone, yyyy-MM-dd. */
export function dateOf(instant: Date | null, timeZone: string): string | null {
  if (instant === null) return null;
  const day = dayOf(instant.getTime(), timeZone);
  // Years after 9999 have more digits than the API's dates.
  return day.startsWith("+") ? "9999-12-31" : day;
}

const lastSecondOfMark = 3599;

/**
 * The start of a new charge on the day that begins with `firstSecond`; Unix time. Only its start can tell two identical charges apart. So
 * the step chooses a second of the day's first hour, the same in every attempt, and leaves the very first second to people, who enter a
 * day without a time. The day, which is all that the caller gave, stays the same. The hash is FNV-1a (32 bits) of the step's id, as ids
 * of one operation differ at their ends.
 */
export function markedSecondOf(firstSecond: number, stepId: string): number {
  const hash = [...Buffer.from(stepId)].reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
  return firstSecond + 1 + (hash % lastSecondOfMark);
}
