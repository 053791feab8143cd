import { invalidInput, notFound, unsupported } from "../../src/model/errors.ts";
import type { RecurrenceInput } from "../../src/model/model.ts";
import { compareDecimals, isDecimal } from "../../src/model/money.ts";

/** The input checks of the in-memory backend: each throws a BillingError that names the field. */

/** Refuses the members that this backend was told not to support. */
export function refuseMembers(backend: string, refused: readonly string[], input: object): void {
  for (const [member, value] of Object.entries(input)) {
    if (value != null && refused.includes(member)) throw unsupported(backend, `${backend} keeps no ${member}.`, member);
  }
}

export function checkDecimal(field: string, text: string | null | undefined, minimum?: string): void {
  if (text == null) return;
  if (!isDecimal(text)) throw invalidInput(field, "is not a decimal number");
  if (minimum !== undefined && compareDecimals(text, minimum) < 0) throw invalidInput(field, `must be at least ${minimum}`);
}

export function checkCurrency(currency: string | null | undefined): void {
  if (currency != null && !/^[A-Z]{3}$/.test(currency)) throw invalidInput("currency", "must be an ISO 4217 code");
}

export function checkDate(field: string | readonly string[], text: string | null | undefined): void {
  if (text == null) return;
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text) {
    throw invalidInput(field, "is not a calendar date");
  }
}

export function checkRecurrence(recurrence: RecurrenceInput | null | undefined): void {
  if (recurrence == null) return;
  const { occurrences, startsOn, endsOn } = recurrence;
  checkDate(["recurrence", "startsOn"], startsOn);
  checkDate(["recurrence", "endsOn"], endsOn);
  if (occurrences != null && (!Number.isInteger(occurrences) || occurrences < 1)) {
    throw invalidInput(["recurrence", "occurrences"], "must be at least 1");
  }
  if (startsOn != null && endsOn != null && endsOn < startsOn) throw invalidInput(["recurrence", "endsOn"], "is before startsOn");
}

/** A name is needed: the organisation's, or a person's first or last. */
export function checkNames(
  name: string | null | undefined,
  firstName: string | null | undefined,
  lastName: string | null | undefined,
): void {
  if (!name?.trim() && !firstName?.trim() && !lastName?.trim()) throw invalidInput("name", "is required");
}

export function checkEmail(email: string | null | undefined): void {
  if (email != null && !/^[^\s@]+@[^\s@]+$/.test(email)) throw invalidInput("email", "is not an e-mail address");
}

export function mustExist<T>(backend: string, what: string, things: ReadonlyMap<string, T>, id: string, field?: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw notFound(backend, what, field === undefined ? undefined : [field]);
  return thing;
}
