import { invalidInput } from "../../model/errors.ts";
import type { AddressInput, CustomerInput } from "../../model/model.ts";

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
