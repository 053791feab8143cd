import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import type { ChargeChange } from "../../model/model.ts";

/** The member of the unified input behind each parameter of Enswitch, for errors and warnings. One table for each entity. */

export const customerFields: FieldPaths = {
  id: ["id"],
  name: ["name"],
  email: ["email"],
  plan: ["planId"],
  parent: ["parentId"],
  bill_ref: ["reference"],
  address1: ["address", "lines"],
  address2: ["address", "lines"],
  address3: ["address", "lines"],
  address_city: ["address", "city"],
  address_state: ["address", "state"],
  address_code: ["address", "postalCode"],
};

export const chargeFields: FieldPaths = {
  id: ["id"],
  customer: ["customerId"],
  plan: ["planId"],
  name: ["name"],
  description: ["description"],
  amount: ["amount"],
  buy: ["cost"],
  currency: ["currency"],
  start: ["date"],
  end: ["recurrence", "endsOn"],
  number: ["recurrence", "occurrences"],
  period: ["recurrence", "interval"],
};

/** As chargeFields. A charge has one start, which the caller names in `date` or in `recurrence.startsOn`. */
export function chargeFieldsOf({ date, recurrence }: Pick<ChargeChange, "date" | "recurrence">): FieldPaths {
  return date == null && recurrence?.startsOn != null ? { ...chargeFields, start: ["recurrence", "startsOn"] } : chargeFields;
}

/** taxes/liable/set, for the taxes of a new charge. */
export const chargeTaxFields: FieldPaths = { tax: ["taxIds"] };

export const taxFields: FieldPaths = {
  id: ["id"],
  name: ["name"],
  description: ["description"],
  rate: ["rate"],
  amount: ["fixedAmount"],
  currency: ["currency"],
  customer: ["ownerId"],
  accounts: ["appliesTo"],
  calls: ["appliesTo"],
  cardgroups: ["appliesTo"],
  charges: ["appliesTo"],
  features: ["appliesTo"],
  messages: ["appliesTo"],
  numbers: ["appliesTo"],
  products: ["appliesTo"],
  liable: ["defaultLiability"],
  shared: ["shared"],
};

/** taxes/liable/get and set, by the subject of the liability. */
export const liabilityFields: Readonly<Record<"customer" | "charge" | "product", FieldPaths>> = {
  customer: { tax: ["taxId"], number: ["customerId"] },
  charge: { tax: ["taxId"], number: ["chargeId"] },
  product: { tax: ["taxId"], number: ["productId"] },
};
