import { flag } from "../../../adapter/kit/reading.ts";
import { addressFields } from "../map.ts";
import { dateText, decimal, decimalOrZero, list, members, nested, text } from "../reading.ts";

/** Decodes v2's records (contract 6), as far as they are used. Member names match in any case. */

export const customerRow = members({
  id: text,
  name: text,
  thirdPartyAccountId: text,
  address: nested(addressFields),
  dateLastModified: dateText,
  // Not on the metadata page; the vendor's client lists it (contract 6.2).
  entityStatus: text,
});

export const contactRow = members({
  id: text,
  clientId: text,
  dateLastModified: dateText,
  firstName: text,
  lastName: text,
  emailAddresses: list(members({ address: text })),
  phoneNumbers: list(members({ number: text })),
});

export const chargeRow = members({
  entityStatus: text,
  id: text,
  clientId: text,
  clientName: text,
  dateCreated: dateText,
  dateOfCharge: dateText,
  dateLastModified: dateText,
  service: text,
  serviceId: text,
  quantity: decimalOrZero,
  cost: decimal,
  description: text,
  notes: text,
  memorized: flag,
  billingCode: text,
});

/** Guess: the DTO of v2's services was not found (contract 5.4); its members are expected to be named as in v3. */
export const serviceRow = members({ id: text, name: text, description: text, entityStatus: text });

export const user = members({ authenticated: flag });
