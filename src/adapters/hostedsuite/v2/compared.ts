import { calendarDate } from "../dates.ts";
import type { Row } from "../fields.ts";
import * as wire from "./wire.ts";

/** What records of v2 are compared by when a write is looked for: everything that is sent can be read back, in normal form. */

/** The write-only members of a client (contract, categories, web site: contract 6.2) are never sent. */
export function comparedClient(row: Row): unknown {
  const { name, thirdPartyAccountId, address } = wire.client.parse(row);
  return { name, thirdPartyAccountId, address };
}

export function comparedCharge(row: Row): unknown {
  const { clientId, serviceId, dateOfCharge, quantity, cost, notes, memorized } = wire.charge.parse(row);
  return { clientId, serviceId, date: calendarDate(dateOfCharge), quantity, cost, notes, memorized: memorized === true };
}

/** Only the first address and number are ever written. */
export function comparedContact(row: Row): unknown {
  const { firstName, lastName, emailAddresses, phoneNumbers } = wire.contact.parse(row);
  return { firstName, lastName, email: emailAddresses[0]?.address ?? null, phone: phoneNumbers[0]?.number ?? null };
}
