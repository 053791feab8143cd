import { type BillingError, invalidInput, unsupported } from "../../model/errors.ts";
import { calendarDate } from "./wire.ts";

/** Checks of what callers hand in. Paths name members of the unified input. */

/** The text, undefined where none is given; INVALID_INPUT for blanks and for more characters than the column holds. */
export function textWithin(
  maximum: number,
  value: string | null | undefined,
  field: string | readonly string[],
): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (value.trim() === "") throw invalidInput(field, "must not be blank");
  if ([...value].length > maximum) throw invalidInput(field, `must not be longer than ${maximum} characters`);
  return value;
}

/** A calendar date, undefined where none is given. */
export function dateWithin(value: string | null | undefined, field: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (calendarDate(value) !== value) throw invalidInput(field, "must be a date such as 2026-11-21");
  return value;
}

/** UNSUPPORTED for every member that is given though this backend has nothing like it. */
export function refuseGiven(backend: string, what: string, members: Readonly<Record<string, unknown>>): void {
  refuse(
    Object.keys(members).filter((field) => members[field] !== undefined && members[field] !== null),
    (field) => unsupported(backend, `${backend} has no ${field} on ${what}.`, field),
  );
}

/**
 * UNSUPPORTED for every member that is to be cleared. Guess: nothing can be: how `modify` clears a field (empty text, null,
 * omission) is not documented (5.4).
 */
export function refuseClearing(backend: string, members: Readonly<Record<string, unknown>>, path: readonly string[] = []): void {
  refuse(
    Object.keys(members).filter((field) => members[field] === null),
    (field) => unsupported(backend, `${backend} cannot clear ${field}.`, [...path, field]),
  );
}

/** Throws one error that carries the others. */
export function refuse(fields: readonly string[], because: (field: string) => BillingError): void {
  const [first, ...related] = fields.map(because);
  if (first) throw first.with({ related });
}

/** Without the members that are not given. */
export function given<T>(members: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, T] => member[1] !== undefined));
}
