import type { FieldPaths } from "../../adapter/kit/comparing.ts";

/** The member of the unified input behind each parameter, for errors and warnings. */
export const customerFields: FieldPaths = {
  code: ["reference"],
  firstName: ["firstName"],
  lastName: ["lastName"],
  organizationName: ["name"],
  email: ["email"],
  homePhone: ["phone"],
  workPhone: ["phone"],
  cellPhone: ["phone"],
  phone: ["phone"],
  street1: ["address", "lines"],
  street2: ["address", "lines"],
  city: ["address", "city"],
  state: ["address", "state"],
  zipCode: ["address", "postalCode"],
  countryCode: ["address", "country"],
};

export const chargeFields: FieldPaths = {
  code: ["reference"],
  customerId: ["customerId"],
  amount: ["amount"],
  taxAmount: ["taxAmount"],
  dueDate: ["date"],
  note: ["description"],
};

export const taxFields: FieldPaths = {
  countryCode: ["country"],
  effectiveDate: ["effectiveDate"],
  value: ["rate"],
  description: ["name"],
  isActive: ["active"],
};
