import { notUnderstoodIn, type Row } from "../../../adapter/kit/reading.ts";
import type { Charge, Contact, Customer, CustomerStatus, Service } from "../../../model/model.ts";
import { isSetDay } from "../dates.ts";
import { isPossibleId } from "../encode.ts";
import { publishable } from "../fields.ts";
import { addressFrom, chargeWith, type MappingContext, mapping, strangeIn } from "../map.ts";
import * as wire from "./wire.ts";

/**
 * The status for a life-cycle state. Guess: names of states are not documented (contract 6.1), and others may exist: they are UNKNOWN. Lists omit
 * archived records, so a record without a state is active.
 */
export function lifeCycle(entityStatus: string | null): CustomerStatus {
  switch (entityStatus?.trim().toLowerCase()) {
    case undefined:
    case "active":
      return "ACTIVE";
    case "archived":
    case "deleted":
      return "ARCHIVED";
    default:
      return "UNKNOWN";
  }
}

/** Maps a client; null where it has no id, so that nobody could refer to it. */
export const customerFrom = mapping((context, row): Customer | null => {
  const client = wire.customerRow.parse(row);
  if (client.id === null) return null;
  return {
    type: "Customer",
    backend: context.backend,
    id: client.id,
    backendId: client.id,
    reference: client.thirdPartyAccountId,
    name: client.name ?? client.id,
    organizationName: client.name,
    firstName: null,
    lastName: null,
    // Contacts have e-mail and phone, see contactOf.
    email: null,
    phone: null,
    address: addressFrom(client.address),
    status: lifeCycle(client.entityStatus),
    ...(client.entityStatus !== null && { backendStatus: client.entityStatus }),
    currency: context.currency,
    amountDue: null,
    createdAt: null,
    updatedAt: context.dates.instant(client.dateLastModified),
    parent: null,
    plan: null,
    ...strangeIn(context, client, ["dateLastModified"]),
    raw: publishable(row),
  };
});

/**
 * One client's e-mail and phone: the first of its contacts, in the order of ids, that has one.
 *
 * @param hasStray some contacts name no client: a missing e-mail or phone may be theirs
 */
export function contactOf(rows: readonly Row[], hasStray = false): Contact {
  const contacts = inOrder(rows).map((row) => wire.contactRow.parse(row));
  const emails = contacts.flatMap(({ emailAddresses }) => emailAddresses.map(({ address }) => address));
  const phones = contacts.flatMap(({ phoneNumbers }) => phoneNumbers.map(({ number }) => number));
  const email = emails.find((each) => each !== null) ?? null;
  const phone = phones.find((each) => each !== null) ?? null;
  const strange = contacts.flatMap((contact) => notUnderstoodIn(contact).notUnderstood ?? []);
  const names = new Set(hasStray && (email === null || phone === null) ? [...strange, "clientId"] : strange);
  return { email, phone, ...(names.size > 0 && { notUnderstood: [...names] }) };
}

/** Sorts contacts by id: ids ascend in time, and do not depend on the order of a list. */
export function inOrder(rows: readonly Row[]): Row[] {
  const keyed = rows.map((row) => ({ row, id: wire.contactRow.parse(row).id ?? "" }));
  return keyed.sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)).map(({ row }) => row);
}

const chargeStatus = { ACTIVE: "DEFINED", ARCHIVED: "ARCHIVED", UNKNOWN: "UNKNOWN" } as const;

/** Maps a charge; null where it has no id: scheduling charges may have none (contract 5.3). */
export const chargeFrom = mapping((context, row): Charge | null => {
  const charge = wire.chargeRow.parse(row);
  const { id, service, entityStatus, billingCode } = charge;
  if (id === null) return null;
  const key = { clientId: charge.clientId ?? "", createdOn: context.dates.day(charge.dateCreated), chargeId: id };
  const own = {
    id: encodeChargeId(key),
    backendId: id,
    status: chargeStatus[lifeCycle(entityStatus)],
    ...(entityStatus !== null && { backendStatus: entityStatus }),
    ...(billingCode !== null && { billingCode }),
  };
  return chargeWith(context, row, { ...charge, serviceName: service }, own);
});

/** Maps a service; null where it has no id. */
export function serviceFrom(context: MappingContext, row: Row): Service | null {
  const fields = wire.serviceRow.parse(row);
  const { id, name, description, entityStatus } = fields;
  if (id === null) return null;
  const status = lifeCycle(entityStatus);
  return {
    type: "Service",
    backend: context.backend,
    id,
    backendId: id,
    name: name ?? id,
    description,
    tax: null,
    active: status === "UNKNOWN" ? null : status === "ACTIVE",
    ...(entityStatus !== null && { backendStatus: entityStatus }),
    ...notUnderstoodIn(fields),
  };
}

/**
 * The local id of a charge: "<client>:<creation date>:<charge>", ids percent-encoded, the date as yyyy-MM-dd or empty. v2 cannot get one charge:
 * it is found again in a list of its client's charges over a window of dates (contract 5.2), and the id carries what that search needs.
 */
export interface ChargeKey {
  /** Empty where the backend names none. */
  readonly clientId: string;
  /** In the backend's own zone; null where it names none. */
  readonly createdOn: string | null;
  readonly chargeId: string;
}

export function encodeChargeId({ clientId, createdOn, chargeId }: ChargeKey): string {
  return `${encodeURIComponent(clientId)}:${createdOn ?? ""}:${encodeURIComponent(chargeId)}`;
}

/** Decodes encodeChargeId; null for any other text. */
export function decodeChargeId(id: string): ChargeKey | null {
  const [client, createdOn, charge, ...rest] = id.split(":");
  if (client === undefined || createdOn === undefined || charge === undefined || rest.length > 0) return null;
  const clientId = percentDecoded(client);
  const chargeId = percentDecoded(charge);
  if (clientId === null || chargeId === null || !isPossibleId(chargeId) || (clientId !== "" && !isPossibleId(clientId)))
    return null;
  if (createdOn !== "" && !isSetDay(createdOn)) return null;
  return { clientId, createdOn: createdOn === "" ? null : createdOn, chargeId };
}

function percentDecoded(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return encodeURIComponent(decoded) === text ? decoded : null;
  } catch {
    return null;
  }
}
