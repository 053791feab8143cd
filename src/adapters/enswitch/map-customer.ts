import { given } from "../../adapter/kit/looking.ts";
import { notUnderstoodIn, oncePerRow, type Row } from "../../adapter/kit/reading.ts";
import { throwAll } from "../../adapter/kit/taking.ts";
import { type BillingError, unsupported } from "../../model/errors.ts";
import type { Address, AddressInput, Customer, CustomerChange, CustomerInput, CustomerStatus } from "../../model/model.ts";
import { compareDecimals, money, negate } from "../../model/money.ts";
import type { FunctionParameters } from "./call.ts";
import { idParameter, isMentioned, isPresent, requiredText } from "./encode.ts";
import { publishable } from "./fields.ts";
import { customerRow } from "./wire.ts";

/** The connection's facts that the mapping needs. */
export interface Origin {
  /** The backend's key. */
  readonly backend: string;
  /** ISO 4217; for rows without a currency. */
  readonly currency: string;
  /** IANA name of the zone that turns instants into days. */
  readonly timeZone: string;
}

/** Maps a row of `customers` (guide 4.4, customers/get). Throws where it has no id. */
export const customerFrom = oncePerRow((row: Row, origin: Origin): Customer => {
  const { backend, currency } = origin;
  const fields = customerRow.parse(row);
  const rowCurrency = fields.currency === undefined ? currency : fields.currency;
  return {
    type: "Customer",
    backend,
    id: fields.id,
    backendId: fields.id,
    reference: fields.bill_ref,
    name: fields.name ?? fields.email ?? fields.id,
    // Enswitch keeps one name and does not tell people from organisations.
    organizationName: fields.name,
    firstName: null,
    lastName: null,
    email: fields.email,
    phone: fields.phone ?? fields.customer_phone,
    address: toAddress(fields),
    status: statusOf(fields.deleted),
    currency: rowCurrency ?? currency,
    amountDue: fields.balance === null || rowCurrency === null ? null : money(dueOf(fields.balance), rowCurrency),
    createdAt: null,
    updatedAt: null,
    parent: stub(backend, fields.parent),
    plan: stub(backend, fields.plan),
    ...notUnderstoodIn(fields),
    raw: publishable(row),
  };
});

/** A reference to another row; null for no id. */
export function stub(backend: string, id: string | null): { backend: string; id: string; name: null } | null {
  return id === null ? null : { backend, id, name: null };
}

/** The amount due. The balance is what the parent owes the customer (user guide, "How billing works"): below zero, the customer owes. */
function dueOf(balance: string): string {
  return compareDecimals(balance, "0") < 0 ? negate(balance) : "0";
}

export function statusOf(deleted: boolean | null): CustomerStatus {
  if (deleted === null) return "UNKNOWN";
  return deleted ? "ARCHIVED" : "ACTIVE";
}

function toAddress(fields: ReturnType<typeof customerRow.parse>): Address | null {
  const lines = [fields.address1, fields.address2, fields.address3].filter((line) => line !== null);
  const { address_city: city, address_state: state, address_code: postalCode, country } = fields;
  const known = lines.length > 0 || city !== null || state !== null || postalCode !== null || country !== null;
  return known ? { lines, city, state, postalCode, country } : null;
}

/** Encodes customers/create (guide 4.4). */
export function customerParameters(input: CustomerInput): FunctionParameters {
  return given({
    name: (input.name ?? fullName(input)).trim(),
    plan: idParameter(input.planId ?? "", "planId"),
    email: input.email?.trim(),
    bill_ref: input.reference ?? undefined,
    // Guess: the name is that of customers/list; the visible part of the create's table ends before "p".
    parent: input.parentId == null ? undefined : idParameter(input.parentId, "parentId"),
    ...(input.address ? addressParameters(input.address, isPresent) : {}),
  });
}

/** Encodes customers/update (guide 4.4), without `id`: an omitted parameter keeps its value, an empty one sets empty. */
export function customerChangeParameters(change: CustomerChange, backend: string): FunctionParameters {
  throwAll(partialNames(change, backend));
  const { name, firstName, email, planId, reference, address } = change;
  const newName = name === undefined && firstName != null ? fullName(change) : name;
  return given({
    name: newName === undefined ? undefined : requiredText(newName, "name"),
    email: email?.trim(),
    plan: planId == null ? undefined : idParameter(planId, "planId"),
    bill_ref: reference === undefined ? undefined : (reference ?? ""),
    ...(address === undefined ? {} : addressParameters(address ?? emptyAddress, isMentioned)),
  });
}

function fullName({ firstName, lastName }: CustomerInput): string {
  return [firstName, lastName].map((part) => part?.trim() ?? "").join(" ");
}

/** Refuses one part of a name alone: the stored name cannot be split, so a change by parts needs both. */
function partialNames({ name, firstName, lastName }: CustomerChange, backend: string): BillingError[] {
  if (name != null || (firstName === undefined && lastName === undefined) || (firstName != null && lastName != null)) return [];
  const lone = firstName == null && lastName !== undefined ? "lastName" : "firstName";
  return [unsupported(backend, `${lone}: Enswitch keeps one name: change name, or firstName and lastName together.`, lone)];
}

const emptyAddress: AddressInput = { lines: [], city: null, state: null, postalCode: null };
/** Encodes an address. Lines go out as a whole: unused ones are emptied. @param isGiven whether null is a value, as in a change */
function addressParameters(address: AddressInput, isGiven: (value: unknown) => boolean) {
  const lines = address.lines ?? [];
  const text = (value: string | null | undefined) => (isGiven(value) ? (value ?? "") : undefined);
  return {
    ...(isGiven(address.lines) ? { address1: lines[0] ?? "", address2: lines[1] ?? "", address3: lines[2] ?? "" } : {}),
    address_city: text(address.city),
    address_state: text(address.state),
    address_code: text(address.postalCode),
  };
}
