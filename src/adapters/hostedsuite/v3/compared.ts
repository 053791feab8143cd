import type { Members } from "../../../adapter/kit/looking.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import type { MappingContext } from "../map.ts";
import { isArchived, mainEmail, mainPhone, taxType } from "./map.ts";
import * as wire from "./wire.ts";

/**
 * The compared members of v3's records: everything that is sent, under the names of the unified input. v3 omits members at their default value
 * (contract 7.4).
 */

export function comparedClient(row: Row): Members {
  const client = wire.customerRow.parse(row);
  return {
    name: client.name,
    email: mainEmail(client),
    phone: mainPhone(client),
    address: client.billingAddress,
    reference: client.thirdPartyInfo?.thirdPartyAccountId ?? null,
    status: isArchived(client) ? "ARCHIVED" : "ACTIVE",
  };
}

export function comparedCharge({ dates, costs }: MappingContext, row: Row): Members {
  const charge = wire.chargeRow.parse(row);
  const { clientId, serviceId, dateOfCharge, quantity, notes, description } = charge;
  return {
    customerId: clientId,
    serviceId,
    date: dates.day(dateOfCharge),
    quantity,
    amount: costs.amount(charge.cost, quantity),
    notes,
    description,
    recurrence: charge.memorized === true,
    status: isArchived(charge) ? "ARCHIVED" : "DEFINED",
  };
}

export function comparedTax(row: Row): Members {
  const tax = wire.taxRow.parse(row);
  const type = taxType(tax);
  return {
    name: tax.name,
    rate: type === "percentage" ? tax.rate : null,
    fixedAmount: type === "flat" ? tax.rate : null,
    active: !isArchived(tax),
  };
}

/** The change date, which every record has (contract 7.5). */
export function versionOf(row: Row): string | null {
  return wire.audit.parse(row).dateLastModified;
}
