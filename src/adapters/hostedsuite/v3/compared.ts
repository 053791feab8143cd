import { calendarDate } from "../dates.ts";
import type { Row } from "../fields.ts";
import { isArchived, mainEmail, mainPhone, taxType } from "./map.ts";
import * as wire from "./wire.ts";

/**
 * What records of v3 are compared by when a write is looked for: everything that is sent can be read back, in normal form.
 * Members at their default value are left out of answers (contract 7.4).
 */

export function comparedClient(row: Row): unknown {
  const client = wire.client.parse(row);
  return {
    name: client.name,
    email: mainEmail(client),
    phone: mainPhone(client),
    address: client.billingAddress,
    reference: client.thirdPartyInfo?.thirdPartyAccountId ?? null,
    isArchived: isArchived(client),
  };
}

export function comparedCharge(row: Row): unknown {
  const charge = wire.charge.parse(row);
  const { clientId, serviceId, dateOfCharge, quantity, notes, description } = charge;
  return {
    clientId,
    serviceId,
    date: calendarDate(dateOfCharge),
    quantity,
    // A cost of 0 may be left out like one that is not known.
    cost: charge.cost ?? "0",
    notes,
    description,
    memorized: charge.memorized === true,
    isArchived: isArchived(charge),
  };
}

export function comparedTax(row: Row): unknown {
  const tax = wire.tax.parse(row);
  return { name: tax.name, type: taxType(tax), rate: tax.rate, isArchived: isArchived(tax) };
}

/** Archived or deleted; the same members on every record (contract 7.5). */
export function isArchivedRow(row: Row): boolean {
  return isArchived(wire.audit.parse(row));
}
