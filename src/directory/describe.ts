import { createHash } from "node:crypto";
import type { Charge, Contact, Customer, Stub, Tax } from "../model/model.ts";
import type { Description, RecordData } from "./model.ts";
import { nameWordsOf, wordsOfRecord } from "./words.ts";

/** Turns what a backend answered into what the directory keeps. Pure. */

const nothingKnown: RecordData = {
  organizationName: null,
  firstName: null,
  lastName: null,
  email: null,
  phone: null,
  reference: null,
  postalCode: null,
  city: null,
  country: null,
  status: null,
};

/** The part of a description that shows a record. The rest, which finds and compares it, takes longer to make. */
export type DescribedRecord = Pick<Description, "type" | "backend" | "id" | "name" | "nameWords" | "data">;

export function shownCustomer(customer: Customer): DescribedRecord {
  const { type, backend, id, name } = customer;
  return { type, backend, id, name, nameWords: nameWordsOf(name), data: dataOf(customer, null) };
}

export function shownTax({ type, backend, id, name }: Tax): DescribedRecord {
  return { type, backend, id, name, nameWords: nameWordsOf(name), data: nothingKnown };
}

function dataOf(customer: Customer, contact: Contact | null): RecordData {
  const email = contact?.email ?? customer.email;
  const phone = contact?.phone ?? customer.phone;
  const { organizationName, firstName, lastName, reference, status, address } = customer;
  const { postalCode = null, city = null, country = null } = address ?? {};
  return { organizationName, firstName, lastName, email, phone, reference, postalCode, city, country, status };
}

/** @param contact e-mail and phone, where the backend keeps them apart; null = it does not, or the customer has none */
export function describeCustomer(customer: Customer, contact: Contact | null): Description {
  const { type, backend, id, name, backendId, address, createdAt, updatedAt, parent, plan } = customer;
  const data = dataOf(customer, contact);
  const { organizationName, firstName, lastName, email, phone, reference, postalCode, city, country } = data;
  // The balance is left out: each billed call changes it, and nothing else of the customer.
  const compared = [name, data, address, parent?.id, plan?.id, updatedAt];
  const others = [organizationName, firstName, lastName, backendId, postalCode, city];
  return {
    ...{ type, backend, id, name, data, createdAt, updatedAt },
    ...wordsOfRecord({ name, exact: [reference, email, id], phone, country, others }),
    fingerprint: fingerprintOf(compared),
  };
}

export function describeCharge(charge: Charge): Description {
  const { type, backend, id, name, backendId, reference, description, notes, status, createdAt, updatedAt, raw, ...rest } =
    charge;
  // A customer's new name is no change of its charges, whose records may repeat it.
  const own = { ...rest, customer: unnamed(rest.customer), plan: unnamed(rest.plan) };
  return {
    ...{ type, backend, id, name, createdAt, updatedAt },
    ...wordsOfRecord({ name, exact: [reference, id], others: [description, backendId, rest.service?.name, notes] }),
    data: { ...nothingKnown, reference, status },
    fingerprint: fingerprintOf([name, reference, description, notes, status, updatedAt, own]),
  };
}

const unnamed = (stub: Stub | null): Stub | null => stub && { ...stub, name: null };

export function describeTax({ raw, ...tax }: Tax): Description {
  const { type, backend, id, name, backendId, description } = tax;
  return {
    ...{ type, backend, id, name },
    ...wordsOfRecord({ name, exact: [id], others: [description, backendId] }),
    data: nothingKnown,
    fingerprint: fingerprintOf(tax),
    createdAt: null,
    updatedAt: null,
  };
}

/** Adapters build the values of a type in one way, so equal values have equal JSON. */
function fingerprintOf(compared: unknown): string {
  return createHash("sha256").update(JSON.stringify(compared)).digest("base64url").slice(0, 22);
}
