import type { Members } from "../../../adapter/kit/looking.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import type { MappingContext } from "../map.ts";
import * as wire from "./wire.ts";

/** The compared members of v2's records: everything that is sent, under the names of the unified input. */

/** Without the write-only members (contract, categories, web site: contract 6.2), which are never sent. */
export function comparedClient(row: Row): Members {
  const { name, thirdPartyAccountId: reference, address } = wire.customerRow.parse(row);
  return { name, reference, address };
}

export function comparedCharge({ dates, costs }: MappingContext, row: Row): Members {
  const { clientId, serviceId, dateOfCharge, quantity, cost, notes, memorized } = wire.chargeRow.parse(row);
  return {
    customerId: clientId,
    serviceId,
    date: dates.day(dateOfCharge),
    quantity,
    amount: costs.amount(cost, quantity),
    notes,
    recurrence: memorized === true,
  };
}

/** Only the first address and number: only these are written. */
export function comparedContact(row: Row): Members {
  const { firstName, lastName, emailAddresses, phoneNumbers } = wire.contactRow.parse(row);
  return { firstName, lastName, email: emailAddresses[0]?.address ?? null, phone: phoneNumbers[0]?.number ?? null };
}
