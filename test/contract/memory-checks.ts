import { invalidInput, notFound } from "../../src/model/errors.ts";
import type { RecurrenceInput } from "../../src/model/model.ts";

/** The checks of the in-memory backend that several members take part in: each throws a BillingError that names the field. */

export function checkRecurrence(recurrence: RecurrenceInput | null | undefined): void {
  const { startsOn, endsOn } = recurrence ?? {};
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

export function mustExist<T>(backend: string, what: string, things: ReadonlyMap<string, T>, id: string, field?: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw notFound(backend, what, field === undefined ? undefined : [field]);
  return thing;
}
