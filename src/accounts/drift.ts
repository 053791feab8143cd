import type { Backends } from "../adapter/backends.ts";
import { isSameEmail, isSamePhone, type WrittenPhone } from "../comparing/contact.ts";
import { isSameName } from "../comparing/name.ts";
import { countryCode, isSameAddress, isSameCountry } from "../comparing/place.ts";
import { comparableText, isSameText } from "../comparing/text.ts";
import { BillingError, notFound, settle } from "../model/errors.ts";
import type { Address, Contact, Customer, CustomerChange, Ref, Tax } from "../model/model.ts";
import { canonicalDecimal } from "../model/money.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";

/** Where the customers of an account differ, and the changes that would align them. Pure. */

export const driftFields = ["NAME", "FIRST_NAME", "LAST_NAME", "EMAIL", "PHONE", "ADDRESS", "TAX_LIABILITY"] as const;
export type DriftField = (typeof driftFields)[number];

/** A customer with the members that are compared, from wherever its backend keeps them. */
export interface Profile {
  readonly customer: Customer;
  readonly contact: Contact;
  /** Null = the backend cannot say which taxes apply to a customer. */
  readonly taxes: readonly Tax[] | null;
}

export interface Drift {
  readonly field: DriftField;
  /** One for each customer that has the field or could be given it, in the order in which they were linked. */
  readonly values: readonly DriftValue[];
}

export interface DriftValue {
  readonly customer: Customer;
  readonly text: string | null;
  readonly address: Address | null;
  readonly taxes: readonly Tax[] | null;
  /** Whether its backend takes the value of another customer. */
  readonly alignable: boolean;
}

/** Whether the customer's backend takes the change: it does if the update can be planned. */
export type Accepts = (customer: Ref, change: CustomerChange) => boolean;

interface Comparison {
  readonly tells: (profile: Profile) => boolean;
  /** Called only if both have the field. */
  readonly isSame: (left: Profile, right: Profile) => boolean;
  /** True: a customer without the field differs, if its backend could store it. */
  readonly canLack: boolean;
  /** Ways to give one customer the value of another, the best one first. */
  readonly changes: (from: Profile, to: Profile) => readonly CustomerChange[];
  readonly shown: (profile: Profile) => Partial<Pick<DriftValue, "text" | "address" | "taxes">>;
}

const comparisons: Readonly<Record<DriftField, Comparison>> = {
  NAME: ofText(({ customer }) => customer.name, "name", { canLack: true, isSame: isSameName }),
  // Few backends keep a contact person. A customer of the others does not lack one.
  FIRST_NAME: ofText(({ customer }) => customer.firstName, "firstName", { canLack: false }),
  LAST_NAME: ofText(({ customer }) => customer.lastName, "lastName", { canLack: false }),
  EMAIL: ofText(({ contact }) => contact.email, "email", { canLack: true, isSame: isSameEmail }),
  PHONE: {
    ...ofText(({ contact }) => contact.phone, "phone", { canLack: true }),
    isSame: (left, right) => isSamePhone(phoneOf(left), phoneOf(right)),
  },
  ADDRESS: {
    tells: ({ customer }) => customer.address !== null,
    isSame: (left, right) => isSameAddress(addressOf(left), addressOf(right)),
    canLack: true,
    changes: (from, to) => addressChanges(addressOf(from), addressOf(to)),
    shown: ({ customer }) => ({ address: customer.address }),
  },
  TAX_LIABILITY: {
    tells: ({ taxes }) => taxes !== null,
    isSame: (left, right) => isSameTaxes(left.taxes ?? [], right.taxes ?? []),
    canLack: false,
    changes: () => [],
    shown: ({ taxes }) => ({ taxes }),
  },
};

function ofText(
  text: (profile: Profile) => string | null,
  member: "name" | "firstName" | "lastName" | "email" | "phone",
  { canLack, isSame = isSameText }: { readonly canLack: boolean; readonly isSame?: typeof isSameText },
): Comparison {
  return {
    tells: (profile) => Boolean(text(profile)?.trim()),
    isSame: (left, right) => isSame(text(left) ?? "", text(right) ?? ""),
    canLack,
    changes: (from) => [{ [member]: text(from) }],
    shown: (profile) => ({ text: text(profile) }),
  };
}

function phoneOf({ customer, contact }: Profile): WrittenPhone {
  return { phone: contact.phone ?? "", country: customer.address?.country ?? null };
}

const noAddress: Address = { lines: [], city: null, state: null, postalCode: null, country: null };

function addressOf({ customer }: Profile): Address {
  return customer.address ?? noAddress;
}

/** Leaves out fields in which all agree, or which fewer than two have. */
export function driftOf(profiles: readonly Profile[], accepts: Accepts): readonly Drift[] {
  return driftFields.flatMap((field): Drift[] => {
    const { shown } = comparisons[field];
    const concerned = profiles.filter((profile) => profiles.some((other) => differs(field, other, profile, accepts)));
    if (concerned.length === 0) return [];
    const telling = profiles.filter((profile) => concerned.includes(profile) || comparisons[field].tells(profile));
    const values = telling.map((profile): DriftValue => {
      const alignable = profiles.some(
        (from) => differs(field, from, profile, accepts) && acceptedChange(field, from, profile, accepts) !== null,
      );
      return { customer: profile.customer, text: null, address: null, taxes: null, ...shown(profile), alignable };
    });
    return [{ field, values }];
  });
}

/** Whether the customer has the field, so that others could be given it. */
export function tells(field: DriftField, profile: Profile): boolean {
  return comparisons[field].tells(profile);
}

/**
 * The change that gives `to` the values of `from` in these fields; null = they agree. If the backend takes a value in no form,
 * the plainest one is included: its plan then says why it is refused.
 */
export function alignment(fields: readonly DriftField[], from: Profile, to: Profile, accepts: Accepts): CustomerChange | null {
  const changes = fields
    .filter((field) => differs(field, from, to, accepts))
    .map((field) => acceptedChange(field, from, to, accepts) ?? comparisons[field].changes(from, to)[0] ?? {});
  return changes.length === 0 ? null : Object.assign({}, ...changes);
}

/** Whether `to` has another value than `from`, or lacks it although its backend could store it. */
function differs(field: DriftField, from: Profile, to: Profile, accepts: Accepts): boolean {
  const { tells: has, isSame, canLack } = comparisons[field];
  if (from === to || !has(from)) return false;
  return has(to) ? !isSame(from, to) : canLack && acceptedChange(field, from, to, accepts) !== null;
}

function acceptedChange(field: DriftField, from: Profile, to: Profile, accepts: Accepts): CustomerChange | null {
  return comparisons[field].changes(from, to).find((change) => accepts(to.customer, change)) ?? null;
}

/**
 * Ways to give `to` the address of `from`, the best first. Parts that only `to` has are cleared. Backends want countries in
 * different forms; some take no country, cannot clear one, or take only short states. So an equal country or state may be left
 * out, and so may one that `from` does not have.
 */
function addressChanges(from: Address, to: Address): readonly CustomerChange[] {
  const code = from.country === null ? null : countryCode(from.country);
  const countries = [
    partOf("country", from.country, to.country),
    ...(code === null ? [] : [{ country: code }]),
    ...(isSameCountry(from.country, to.country) ? [{}] : []),
  ];
  const states = [
    partOf("state", from.state, to.state),
    ...(from.state !== null && (to.state === null || isSameText(from.state, to.state)) ? [{}] : []),
  ];
  const common = {
    lines: from.lines,
    ...partOf("city", from.city, to.city),
    ...partOf("postalCode", from.postalCode, to.postalCode),
  };
  return states.flatMap((state) => countries.map((country) => ({ address: { ...common, ...state, ...country } })));
}

/** Taxes of two backends are the same if name and rate or amount are. */
function isSameTaxes(left: readonly Tax[], right: readonly Tax[]): boolean {
  return comparableTaxes(left) === comparableTaxes(right);
}

function comparableTaxes(taxes: readonly Tax[]): string {
  const each = taxes.map(({ name, rate, fixedAmount }) => [
    comparableText(name),
    rate === null ? null : canonicalDecimal(rate),
    fixedAmount === null ? null : [canonicalDecimal(fixedAmount.amount), fixedAmount.currency],
  ]);
  return JSON.stringify(each.map((tax) => JSON.stringify(tax)).sort());
}

/** Null clears. A part that neither has is left out, as many backends refuse to clear anything. */
function partOf<Name extends string>(name: Name, from: string | null, to: string | null): { [Key in Name]?: string | null } {
  return (from === null && to === null ? {} : { [name]: from }) as { [Key in Name]?: string | null };
}

export interface ProfileSource {
  readonly reads: Reads;
  readonly backends: Backends;
}

/** The customers' profiles, in order, batched. A failure concerns its customer only; a missing customer is NOT_FOUND. */
export function readProfiles(members: readonly Ref[], source: ProfileSource): Promise<(Profile | BillingError)[]> {
  const tellTaxes = members.filter(({ backend }) => source.backends.get(backend)?.adapter.taxes?.listByCustomers);
  // The taxes of a single customer can differ from nothing, so they are not read.
  const compared = new Set(tellTaxes.length > 1 ? tellTaxes : []);
  return Promise.all(members.map((member) => settle(readProfile(member, compared.has(member), source.reads))));
}

/** Profiles without taxes, which cannot be aligned. */
export function readUntaxedProfiles(members: readonly Ref[], reads: Reads): Promise<(Profile | BillingError)[]> {
  return Promise.all(members.map((member) => settle(readProfile(member, false, reads))));
}

async function readProfile(member: Ref, withTaxes: boolean, reads: Reads): Promise<Profile> {
  const { backend, id } = member;
  const taxes = withTaxes ? reads.load.taxesOfCustomers.load({ backend, id }) : Promise.resolve<readonly Tax[] | null>(null);
  const [customer, contact, applying] = await Promise.all([
    reads.load.customers.load(member),
    reads.contact({ backend, id }),
    taxes,
  ]);
  if (customer === null) throw notFound(backend, "The customer");
  return { customer, contact: contact ?? { email: null, phone: null }, taxes: applying };
}

/** The backends that failed, each once with its first error. */
export function failuresOf(members: readonly Ref[], profiles: readonly (Profile | BillingError)[]): BackendFailure[] {
  const failures = new Map<string, BackendFailure>();
  for (const [index, { backend }] of members.entries()) {
    const error = profiles[index];
    if (error instanceof BillingError && !failures.has(backend)) failures.set(backend, { backend, error });
  }
  return [...failures.values()];
}

/** A backend takes a change if its adapter can plan the update. Planning makes no call. */
export function acceptsOf(backends: Backends): Accepts {
  return ({ backend, id }, change) => {
    try {
      return backends.get(backend)?.adapter.customers.update?.(id, change) !== undefined;
    } catch (error) {
      if (error instanceof BillingError) return false;
      throw error;
    }
  };
}
