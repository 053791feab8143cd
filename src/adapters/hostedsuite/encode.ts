import { invalidInput } from "../../model/errors.ts";
import type { AddressInput, CustomerInput } from "../../model/model.ts";

/** How input is encoded, shared by both generations; inputs.ts has let it through. */

/**
 * True for text that may be an id: ids are opaque (contract 2.9), but never empty, spaced or of endless length, nor made of what
 * separates and quotes the ids of a list (contract 7.2), nor a step in a path.
 */
export function isPossibleId(id: string): boolean {
  return /^(?!\.{1,2}$)[^\s\p{C},"{}[\]]{1,128}$/u.test(id);
}

/** An id that names the thing to write to. */
export function requireId(id: string, field: string): string {
  if (!isPossibleId(id)) throw invalidInput(field, "is not an id of this backend");
  return id;
}

/** A customer's single name field: the organisation's name, else first and last name. */
export function customerName({ name, firstName, lastName }: Pick<CustomerInput, "name" | "firstName" | "lastName">): string {
  return name ?? [firstName, lastName].filter((part) => part != null && part.trim() !== "").join(" ");
}

/** AddressInfo in v3's casing (contract 6.3, 7.7); v2 has the same members in PascalCase. */
export type AddressMembers = Partial<Record<"street1" | "street2" | "city" | "state" | "postalCode" | "country", string>>;

/** The address members that are given; undefined when there are none. */
export function addressMembers(address: AddressInput | null | undefined): AddressMembers | undefined {
  if (address == null) return undefined;
  const { lines, city, state, postalCode, country } = address;
  const members = { street1: lines?.[0], street2: lines?.[1], city, state, postalCode, country };
  const given = Object.entries(members).filter(([, value]) => value != null);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** As addressMembers, for a change. */
export function addressChange(address: AddressInput | null | undefined): AddressMembers | undefined {
  const members = addressMembers(address);
  // Guess: inside an address, empty text empties a line (the contract tells of "" for ids only). A shorter address needs it.
  return members?.street1 !== undefined && members.street2 === undefined ? { ...members, street2: "" } : members;
}

/** v3's member names in v2's casing: { clientId } → { ClientId }. */
export function pascalCase(members: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );
}

/** A total order of ids, for paging lists that come whole. */
export function compareCodeUnits(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
