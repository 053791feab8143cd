import type { Members } from "../../../adapter/kit/looking.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import type { Source } from "../map.ts";
import * as wire from "./wire.ts";

/** What records of v2 are compared by when a write is looked for: everything that is sent, by the names of the unified input. */

/** The write-only members of a client (contract, categories, web site: contract 6.2) are never sent. */
export function comparedClient(row: Row): Members {
  const { name, thirdPartyAccountId: reference, address } = wire.customerRow.parse(row);
  return { name, reference, address };
}

export function comparedCharge({ dates, costs }: Source, row: Row): Members {
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

/** Only the first address and number are ever written. */
export function comparedContact(row: Row): Members {
  const { firstName, lastName, emailAddresses, phoneNumbers } = wire.contactRow.parse(row);
  return { firstName, lastName, email: emailAddresses[0]?.address ?? null, phone: phoneNumbers[0]?.number ?? null };
}
