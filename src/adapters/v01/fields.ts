import type { FieldPaths } from "../../adapter/kit/comparing.ts";

/** The backend's parameters and the members of the unified input that they carry. */
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
