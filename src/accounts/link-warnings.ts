import { areOnePhone, companyDomain, comparableEmail, comparablePhone } from "../comparing/contact.ts";
import { comparableName, nameLikeness } from "../comparing/name.ts";
import { comparableReference } from "../comparing/text.ts";
import { BillingError } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import type { Profile } from "./drift.ts";

/** Reasons against linking customers. None of them is an error: a person decides. Pure. */

type LinkWarningKind = "SAME_BACKEND" | "DISSIMILAR" | "NOT_READ";

/** A customer with its name as last known, so that a warning can be shown while its backend is down. */
export interface NamedCustomer extends Ref {
  readonly name: string;
}

export interface LinkWarning {
  readonly kind: LinkWarningKind;
  readonly customers: readonly NamedCustomer[];
}

/** Names less similar than this, in percent, speak against linking: as in suggestions/score.ts. */
const alikeFrom = 75;

/**
 * Customers that do not exist, or not for the caller, get no warning.
 *
 * @param read the customers' profiles, in the same order
 */
export function linkWarnings(given: readonly NamedCustomer[], read: readonly (Profile | BillingError)[]): readonly LinkWarning[] {
  const there = given.flatMap((customer, index) => (isAbsent(read[index]) ? [] : [{ customer, profile: read[index] }]));
  const customers = there.map(({ customer }) => customer);
  const profiles = read.flatMap((profile) => (profile instanceof BillingError ? [] : [profile]));
  const byBackend = [...Map.groupBy(customers, ({ backend }) => backend).values()];
  const pairs = profiles.flatMap((one, index) => profiles.slice(index + 1).map((other) => [one, other] as const));
  return [
    ...byBackend.filter(({ length }) => length > 1).map((of) => ({ kind: "SAME_BACKEND", customers: of }) as const),
    ...pairs
      .filter(([one, other]) => areDissimilar(one, other))
      .map(([one, other]) => ({ kind: "DISSIMILAR", customers: [one.customer, other.customer] }) as const),
    ...there
      .filter(({ profile }) => profile instanceof BillingError)
      .map(({ customer }) => ({ kind: "NOT_READ", customers: [customer] }) as const),
  ];
}

function isAbsent(profile: Profile | BillingError | undefined): boolean {
  return profile instanceof BillingError && (profile.code === "NOT_FOUND" || profile.code === "FORBIDDEN");
}

/** Whether their names differ and they share nothing rare. */
function areDissimilar(one: Profile, other: Profile): boolean {
  if (nameLikeness(comparableName(one.customer.name), comparableName(other.customer.name)) >= alikeFrom) return false;
  const [left, right] = [comparable(one), comparable(other)];
  const shared = [
    left.email !== null && left.email === right.email,
    left.domain !== null && left.domain === right.domain,
    left.phone !== null && right.phone !== null && areOnePhone(left.phone, right.phone),
    left.reference !== null && left.reference === right.reference,
  ];
  return !shared.includes(true);
}

function comparable({ customer, contact }: Profile) {
  const email = comparableEmail(contact.email);
  const reference = comparableReference(customer.reference);
  return {
    email,
    domain: companyDomain(email),
    phone: comparablePhone(contact.phone, customer.address?.country ?? null),
    // Some backends give a customer without a code its own id as the code. That is not a reference.
    reference: reference === comparableReference(customer.id) ? null : reference,
  };
}
