import { type BillingError, invalidInput, unsupported } from "../../model/errors.ts";
import type { AddressInput, CustomerInput } from "../../model/model.ts";
import { canonicalDecimal, decimalFromDouble, isDecimal } from "../../model/money.ts";

/** Strict checks of what callers say, shared by both generations. Both drop unknown members silently (contract 2.5), so nothing may pass unchecked. */

/** In creates, null means "not given"; in changes it means "clear". */
export const givenInCreate = (value: unknown): boolean => value !== undefined && value !== null;
export const givenInChange = (value: unknown): boolean => value !== undefined;

/** Throws UNSUPPORTED for every given member that has no place in the backend; `reasons` says for each what the backend lacks. */
export function refuseMembers<Input extends object>(
  backend: string,
  input: Input,
  reasons: { readonly [Name in keyof Input]?: string },
  given: (value: unknown) => boolean,
): void {
  throwAll(
    Object.entries(reasons)
      .filter(([name]) => given(input[name as keyof Input]))
      .map(([name, reason]) => unsupported(backend, `${name}: ${backend} ${reason}.`, name)),
  );
}

/** Throws UNSUPPORTED for every member that is to be cleared: both generations ignore null (contract 4.5, 7.5). */
export function refuseClearing<Input extends object>(
  backend: string,
  change: Input,
  names: readonly (keyof Input & string)[],
): void {
  const cleared = names.filter((name) => change[name] === null);
  throwAll(cleared.map((name) => unsupported(backend, `${name}: ${backend} can change this, but not clear it.`, name)));
}

function throwAll(errors: readonly BillingError[]): void {
  const [first, ...related] = errors;
  if (first) throw first.with({ related });
}

/** Throws UNSUPPORTED for a currency other than the one that the whole backend is configured with. */
export function refuseOtherCurrency(backend: string, configured: string, currency: string | null | undefined): void {
  if (currency != null && currency !== configured) {
    throw unsupported(backend, `currency: ${backend} holds amounts in ${configured} only.`, "currency");
  }
}

/** The JSON number for a decimal; INVALID_INPUT when a double cannot hold exactly what was asked for. */
export function exactNumber(decimal: string, field: string): number {
  if (!isDecimal(decimal)) throw invalidInput(field, "must be a decimal number");
  const value = Number(decimal);
  if (!Number.isFinite(value) || decimalFromDouble(String(value)) !== canonicalDecimal(decimal)) {
    throw invalidInput(field, "has more digits than the backend can hold exactly");
  }
  return value;
}

/** Text that must say something. */
export function requireText(value: string, field: string): string {
  if (value.trim() === "") throw invalidInput(field, "must not be empty");
  return value;
}

export function requireEmail(value: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(value)) throw invalidInput("email", "must be an e-mail address");
  return value;
}

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
export function customerName(input: Pick<CustomerInput, "name" | "firstName" | "lastName">): string {
  if (input.name != null) return requireText(input.name, "name");
  const person = [input.firstName, input.lastName].filter((part) => part != null && part.trim() !== "").join(" ");
  if (person === "") throw invalidInput("name", "is required, or firstName and lastName in its place");
  return person;
}

/** AddressInfo in v3's casing (contract 6.3, 7.7); v2 has the same members in PascalCase. */
export type AddressMembers = Partial<Record<"street1" | "street2" | "city" | "state" | "postalCode" | "country", string>>;

/** The address members that are given; undefined when there are none. UNSUPPORTED for a third line. */
export function addressMembers(backend: string, address: AddressInput | null | undefined): AddressMembers | undefined {
  if (address == null) return undefined;
  const { lines, city, state, postalCode, country } = address;
  if (lines && lines.length > 2)
    throw unsupported(backend, `address.lines: ${backend} holds two address lines.`, ["address", "lines"]);
  const members = { street1: lines?.[0], street2: lines?.[1], city, state, postalCode, country };
  const given = Object.entries(members).filter(([, value]) => value != null);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** As addressMembers, for a change: parts that are null cannot be cleared. */
export function addressChange(backend: string, address: AddressInput | null | undefined): AddressMembers | undefined {
  if (address == null) return undefined;
  const cleared = Object.entries(address).find(
    ([, value]) => value === null || (Array.isArray(value) && value.length === 0),
  )?.[0];
  if (cleared !== undefined) {
    throw unsupported(backend, `address.${cleared}: ${backend} can change this, but not clear it.`, ["address", cleared]);
  }
  const members = addressMembers(backend, address);
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
