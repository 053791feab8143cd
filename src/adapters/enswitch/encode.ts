import { invalidInput } from "../../model/errors.ts";
import { plainDecimal } from "../../model/money.ts";
import { dayOf, endOfDay, startOfDay } from "../../model/zones.ts";

/** Helpers for turning unified input into parameters. All throw INVALID_INPUT or UNSUPPORTED naming the field. */

/** Ids that this backend can have: the text of a positive integer without leading zeros. */
export function isId(id: string): boolean {
  return /^[1-9]\d{0,18}$/.test(id);
}

export function idParameter(id: string, field: string | readonly string[]): string {
  if (!isId(id)) throw invalidInput(field, "is not an id of this backend");
  return id;
}

/** What a create is told: null means "not given". */
export function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** What a change is told: null means "clear". */
export function isMentioned(value: unknown): boolean {
  return value !== undefined;
}

/** INVALID_INPUT for a name that was put together of blank parts. */
export function requiredText(value: string | null | undefined, field: string): string {
  const text = value?.trim();
  if (!text) throw invalidInput(field, "is required");
  return text;
}

/** With "." and without an exponent or grouping. */
export function decimalParameter(value: string | null | undefined): string | undefined {
  return value == null ? undefined : plainDecimal(value);
}

/** Parameters without those that are undefined: omitted ones keep their value or default (guide 4.4, conventions). */
export function given(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The first second of a day in the backend's zone. INVALID_INPUT, naming the field, for a day that the zone left out. */
export function firstSecondOf(date: string, timeZone: string, field: string | readonly string[]): number {
  return secondOf(startOfDay(date, timeZone), timeZone, field);
}

export function lastSecondOf(date: string, timeZone: string, field: string | readonly string[]): number {
  return secondOf(endOfDay(date, timeZone), timeZone, field);
}

function secondOf(instant: number | null, timeZone: string, field: string | readonly string[]): number {
  if (instant === null) throw invalidInput(field, `is a day that ${timeZone} left out when its clocks were changed`);
  return Math.floor(instant / 1000);
}

/** The day of an instant, see firstSecondOf. */
export function dateOf(instant: Date | null, timeZone: string): string | null {
  if (instant === null) return null;
  const day = dayOf(instant.getTime(), timeZone);
  // Later years have more digits than a date of the API.
  return day.startsWith("+") ? "9999-12-31" : day;
}

const lastSecondOfMark = 3599;

/**
 * When a charge starts that is to start on the day that begins with this second. Enswitch keeps nothing of a charge that could tell two
 * identical ones apart but its start: so the step that makes it chooses a second of the day's first hour, the same in every attempt. The
 * day, which is all that the caller gave, stays the same. The first second of all is left to people, who give a day without a time. FNV-1a
 * (32 bits) of the step's id, since ids of one operation differ at their ends.
 */
export function markedSecondOf(firstSecond: number, stepId: string): number {
  const hash = [...Buffer.from(stepId)].reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
  return firstSecond + 1 + (hash % lastSecondOfMark);
}
