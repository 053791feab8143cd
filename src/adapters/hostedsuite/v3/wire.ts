import { count, flag } from "../../../adapter/kit/reading.ts";
import { addressFields } from "../map.ts";
import { dateText, decimal, decimalOrZero, list, members, nested, text } from "../reading.ts";

/** Decodes v3's records (contract 7.7), as far as they are used. v3 omits members at their default value (contract 7.4). */

/** Dates tell whether a record is archived: there is no member for a state (contract 7.5). */
const auditFields = { dateCreated: dateText, dateLastModified: dateText, dateArchived: dateText, dateDeleted: dateText };

export const audit = members(auditFields);

export const customerRow = members({
  ...auditFields,
  id: text,
  name: text,
  referenceId: text,
  billingAddress: nested(addressFields),
  billingEmailAddresses: list(members({ address: text, type: text })),
  phoneNumbers: list(members({ number: text })),
  billingCodes: list(members({ name: text, code: text })),
  thirdPartyInfo: nested(members({ thirdPartyAccountId: text })),
});

export const chargeRow = members({
  ...auditFields,
  id: text,
  dateOfCharge: dateText,
  serviceId: text,
  serviceName: text,
  clientId: text,
  clientName: text,
  quantity: decimalOrZero,
  cost: decimal,
  notes: text,
  description: text,
  memorized: flag,
});

export const serviceRow = members({ ...auditFields, id: text, name: text, description: text, taxId: text, taxName: text });

export const taxRow = members({ ...auditFields, id: text, name: text, type: text, rate: decimalOrZero });

/** The counts beside `items`; v3 omits a count of 0. */
export const page = members({ totalCount: count, totalPages: count });

export const session = members({ isAuthenticated: flag });
