import type { Row } from "../../../adapter/kit/reading.ts";
import type { Charge, Customer, Service, Tax } from "../../../model/model.ts";
import { money } from "../../../model/money.ts";
import { isNeverSet } from "../dates.ts";
import { publishable } from "../fields.ts";
import { addressFrom, chargeWith, type MappingContext, mapping, strangeIn, stub } from "../map.ts";
import * as wire from "./wire.ts";

/** Whether a record is archived or deleted (contract 7.5). A date that was never set is .NET's year 1. */
export function isArchived(record: { readonly dateArchived: string | null; readonly dateDeleted: string | null }): boolean {
  return isSet(record.dateArchived) || isSet(record.dateDeleted);
}

function isSet(date: string | null): boolean {
  return date !== null && !isNeverSet(date);
}

const auditDates = ["dateCreated", "dateLastModified", "dateArchived", "dateDeleted"] as const;

type Client = ReturnType<typeof wire.customerRow.parse>;

/** Whether an address is one to write to, which can be the customer's e-mail. Guess: an address without a type is one. */
export function isMainEmail({ type }: { readonly type: string | null }): boolean {
  return type === null || type.trim().toLowerCase() === "to";
}

/** Whether an address has one of the other types (contract 7.7). */
function isCopy({ type }: { readonly type: string | null }): boolean {
  return /^\s*b?cc\s*$/i.test(type ?? "");
}

export function mainEmail({ billingEmailAddresses }: Client): string | null {
  return billingEmailAddresses.find((email) => isMainEmail(email) && email.address !== null)?.address ?? null;
}

export function mainPhone({ phoneNumbers }: Client): string | null {
  return phoneNumbers.find(({ number }) => number !== null)?.number ?? null;
}

/** The client's billing codes; no member where there are none. */
function billingCodesOf({ billingCodes }: Client): Pick<Customer, "billingCodes"> {
  const codes = billingCodes.filter(({ name, code }) => (name ?? code) !== null);
  return codes.length === 0 ? {} : { billingCodes: codes.map(({ name, code }) => ({ name, code })) };
}

/** The type of a tax, in lower case. Guess: an omitted type is the default, the first of the two (contract 7.7). */
export function taxType({ type }: ReturnType<typeof wire.taxRow.parse>): string {
  return type?.trim().toLowerCase() ?? "percentage";
}

/** Maps a client; null where it has no id, so that nobody could refer to it (as for all other records). */
export const customerFrom = mapping((context, row): Customer | null => {
  const client = wire.customerRow.parse(row);
  if (client.id === null) return null;
  return {
    type: "Customer",
    backend: context.backend,
    id: client.id,
    backendId: client.id,
    reference: client.thirdPartyInfo?.thirdPartyAccountId ?? client.referenceId,
    name: client.name ?? client.id,
    organizationName: client.name,
    firstName: null,
    lastName: null,
    email: mainEmail(client),
    phone: mainPhone(client),
    address: addressFrom(client.billingAddress),
    status: isArchived(client) ? "ARCHIVED" : "ACTIVE",
    currency: context.currency,
    amountDue: null,
    createdAt: context.dates.instant(client.dateCreated),
    updatedAt: context.dates.instant(client.dateLastModified),
    parent: null,
    plan: null,
    ...billingCodesOf(client),
    ...strangeIn(context, client, auditDates, {
      billingEmailAddresses: client.billingEmailAddresses.every((email) => isMainEmail(email) || isCopy(email)),
    }),
    raw: publishable(row),
  };
});

export const chargeFrom = mapping((context, row): Charge | null => {
  const charge = wire.chargeRow.parse(row);
  const { id } = charge;
  if (id === null) return null;
  return chargeWith(context, row, charge, { id, backendId: id, status: isArchived(charge) ? "ARCHIVED" : "DEFINED" });
});

export function serviceFrom(context: MappingContext, row: Row): Service | null {
  const fields = wire.serviceRow.parse(row);
  const { id, name, description, taxId, taxName } = fields;
  if (id === null) return null;
  return {
    type: "Service",
    backend: context.backend,
    id,
    backendId: id,
    name: name ?? id,
    description,
    tax: stub(context, taxId, taxName),
    active: !isArchived(fields),
    ...strangeIn(context, fields, auditDates),
  };
}

export function taxFrom(context: MappingContext, row: Row): Tax | null {
  const tax = wire.taxRow.parse(row);
  if (tax.id === null) return null;
  const type = taxType(tax);
  return {
    type: "Tax",
    backend: context.backend,
    id: tax.id,
    backendId: tax.id,
    name: tax.name ?? tax.id,
    description: null,
    // The unit of a percentage is percent (contract 7.9, inferred).
    rate: type === "percentage" ? tax.rate : null,
    fixedAmount: type === "flat" && tax.rate !== null ? money(tax.rate, context.currency) : null,
    // Only services point to a tax (contract 7.9).
    appliesTo: ["SERVICES"],
    defaultLiability: null,
    owner: null,
    shared: false,
    country: null,
    effectiveDate: null,
    active: !isArchived(tax),
    ...strangeIn(context, tax, auditDates, { type: type === "percentage" || type === "flat" }),
    raw: publishable(row),
  };
}
