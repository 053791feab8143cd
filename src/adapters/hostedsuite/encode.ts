import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { given, type Members } from "../../adapter/kit/looking.ts";
import { invalidInput, named, unsupported } from "../../model/errors.ts";
import type { AddressInput, ChargeChange, ChargeInput, CustomerInput, RecurrenceInput } from "../../model/model.ts";
import { canonicalDecimal } from "../../model/money.ts";
import type { MappingContext } from "./map.ts";
import { decimal } from "./reading.ts";

/** Encodes input for both generations, after inputs.ts has checked it. */

/**
 * Whether a text can be an id. Ids are opaque (contract 2.9), but never empty, longer than 128 characters or with spaces; nor do they hold the
 * separators and quotes of lists of ids (contract 7.2), or stand for a step in a path.
 */
export function isPossibleId(id: string): boolean {
  return /^(?!\.{1,2}$)[^\s\p{C},"{}[\]]{1,128}$/u.test(id);
}

/** The id of an object to write. Throws INVALID_INPUT at the field for a text that cannot be one. */
export function requireId(id: string, field: string): string {
  if (!isPossibleId(id)) throw invalidInput(field, "is not an id of this backend");
  return id;
}

/** A customer's one name: the organisation's, or first and last name. */
export function customerName({ name, firstName, lastName }: Pick<CustomerInput, "name" | "firstName" | "lastName">): string {
  return name ?? [firstName, lastName].filter((part) => part != null && part.trim() !== "").join(" ");
}

/** AddressInfo in v3's casing (contract 6.3, 7.7); v2 has the same members in PascalCase. */
export type AddressMembers = Partial<Record<"street1" | "street2" | "city" | "state" | "postalCode" | "country", string>>;

/** The given members of an address; undefined where there are none. */
export function addressMembers(address: AddressInput | null | undefined): AddressMembers | undefined {
  if (address == null) return undefined;
  const { lines, city, state, postalCode, country } = address;
  const members = { street1: lines?.[0], street2: lines?.[1], city, state, postalCode, country };
  const given = Object.entries(members).filter(([, value]) => value != null);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The same for a change. */
export function addressChange(address: AddressInput | null | undefined): AddressMembers | undefined {
  const members = addressMembers(address);
  // Guess: an empty text clears a line of an address (the contract knows "" for ids only). A change to one line needs it.
  return members?.street1 !== undefined && members.street2 === undefined ? { ...members, street2: "" } : members;
}

/** v3's member names in v2's casing: { clientId } → { ClientId }. */
export function pascalCase(members: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );
}

/** A total order of ids, for pages of lists that come whole. */
export function compareCodeUnits(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Members of a charge in v3's casing (contract 5.1, 7.7). */
export interface ChargeMembers {
  readonly clientId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly dateOfCharge?: string | undefined;
  readonly quantity?: number | undefined;
  readonly cost?: number | undefined;
  readonly notes?: string | undefined;
  readonly description?: string | undefined;
  readonly memorized?: boolean | undefined;
}

/** Encodes a new charge; without `dateOfCharge` where the caller names no date. */
export function newChargeMembers(context: MappingContext, input: ChargeInput): ChargeMembers & { readonly clientId: string } {
  return {
    clientId: requireId(input.customerId ?? "", "customerId"),
    serviceId: requireId(input.serviceId ?? "", "serviceId"),
    dateOfCharge: chargeDate(context.backend, input),
    // Always sent: omitted, it would be 0, which v3 refuses and v2 bills as nothing (contract 5.1).
    quantity: number(input.quantity ?? "1"),
    // Omitted = priced by the contract; 0 = free (contract 5.1).
    cost: input.amount == null ? undefined : Number(context.costs.cost(input.amount, input.quantity ?? "1")),
    notes: input.notes ?? undefined,
    description: input.description ?? undefined,
    memorized: isMemorized(input.recurrence) ?? false,
  };
}

/**
 * The sent members under the input's names. A new charge without notes has notes null, as nobody else writes notes.
 *
 * @param amount of the line; a cost or description that was not sent is the backend's own (contract 5.1)
 */
export function sentCharge(members: ChargeMembers, amount: string | null | undefined): Members {
  const { clientId, serviceId, dateOfCharge, quantity, notes, description, memorized } = members;
  return given({
    customerId: clientId,
    serviceId,
    date: dateOfCharge,
    quantity: quantity === undefined ? undefined : decimal(quantity),
    amount: amount == null ? undefined : canonicalDecimal(amount),
    notes: notes ?? (clientId === undefined ? undefined : null),
    description,
    recurrence: memorized,
  });
}

/** Encodes a change of a charge (v3), without its cost. v3 ignores null (contract 7.5), so only the recurrence can be cleared. */
export function changedChargeMembers(context: MappingContext, change: ChargeChange): ChargeMembers {
  return {
    dateOfCharge: chargeDate(context.backend, change),
    quantity: number(change.quantity),
    notes: change.notes ?? undefined,
    description: change.description ?? undefined,
    memorized: change.recurrence === null ? false : isMemorized(change.recurrence),
  };
}

function number(decimal: string | null | undefined): number | undefined {
  return decimal == null ? undefined : Number(decimal);
}

/** Encodes a recurrence: `Memorized` means monthly without end (contract 5.1). */
function isMemorized(recurrence: RecurrenceInput | null | undefined): boolean | undefined {
  return recurrence == null ? undefined : recurrence.interval === "MONTHLY";
}

/** The day of the charge, on which a recurring one starts. Throws UNSUPPORTED where `date` and `startsOn` differ. */
function chargeDate(backend: string, { date, recurrence }: Pick<ChargeInput, "date" | "recurrence">): string | undefined {
  const startsOn = recurrence?.startsOn;
  if (date != null && startsOn != null && date !== startsOn) {
    const path = ["recurrence", "startsOn"];
    throw unsupported(
      backend,
      `recurrence.startsOn: in ${named(backend)} a charge starts on its date; give only one of the two.`,
      path,
    );
  }
  return date ?? startsOn ?? undefined;
}

/** The field of the charge's day, where the caller named it in `recurrence.startsOn`. */
export function dayFields({ date, recurrence }: Pick<ChargeInput, "date" | "recurrence">): FieldPaths {
  return date == null && recurrence?.startsOn != null ? { date: ["recurrence", "startsOn"] } : {};
}
