import { invalidInput, notFound } from "../../src/model/errors.ts";
import type { RecurrenceInput } from "../../src/model/model.ts";

/** Checks of the in-memory backend that involve several members: each throws a BillingError that names the field. */

export function checkRecurrence(recurrence: RecurrenceInput | null | undefined): void {
  const { startsOn, endsOn } = recurrence ?? {};
  if (startsOn != null && endsOn != null && endsOn < startsOn) throw invalidInput(["recurrence", "endsOn"], "is before startsOn");
}

/** A name is required: the organisation's, or a person's first or last name. */
export function checkNames(
  name: string | null | undefined,
  firstName: string | null | undefined,
  lastName: string | null | undefined,
): void {
  if (!name?.trim() && !firstName?.trim() && !lastName?.trim()) throw invalidInput("name", "is required");
}

export function mustExist<T>(backend: string, what: string, things: ReadonlyMap<string, T>, id: string, field?: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw notFound(backend, what, field === undefined ? undefined : [field]);
  return thing;
}
