import type { FieldPaths } from "../../adapter/kit/comparing.ts";

/** The member of the unified input behind each parameter of either generation, in lower case, for errors. One table for each entity. */

export const customerFields: FieldPaths = {
  name: ["name"],
  newname: ["name"],
  firstname: ["firstName"],
  lastname: ["lastName"],
  emailaddresses: ["email"],
  billingemailaddresses: ["email"],
  phonenumbers: ["phone"],
  address: ["address"],
  billingaddress: ["address"],
  thirdpartyaccountid: ["reference"],
  thirdpartyinfo: ["reference"],
  referenceid: ["reference"],
};

export const chargeFields: FieldPaths = {
  clientid: ["customerId"],
  serviceid: ["serviceId"],
  dateofcharge: ["date"],
  quantity: ["quantity"],
  cost: ["amount"],
  notes: ["notes"],
  description: ["description"],
  memorized: ["recurrence", "interval"],
};

export const taxFields: FieldPaths = { name: ["name"], type: ["rate"], rate: ["rate"] };

export const fieldsOf = { customer: customerFields, charge: chargeFields, tax: taxFields };
export type WrittenKind = keyof typeof fieldsOf;
