import type { Backends } from "../adapter/backends.ts";
import { BillingError, notFound, settle } from "../model/errors.ts";
import type { Ref, Tax } from "../model/model.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import type { Accepts, Profile } from "./drift.ts";

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
