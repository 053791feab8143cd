import type { TakesOf } from "../../../adapter/inputs.ts";
import {
  address,
  changedAddress,
  chargesLack,
  double,
  email,
  noHierarchy,
  noPlans,
  quantity,
  recurrenceParts,
  text,
} from "../inputs.ts";

/** The inputs of v3. It ignores null (contract 7.5), so only a recurrence can be cleared. */

/** v3 has no persons: first and last name make the customer's one name. */
const person = { use: "optional", blank: true, insteadOf: "name" } as const;
const noPersons = { use: "refused", because: "keeps no persons on customers" } as const;

export const customerTakes: TakesOf<"customer"> = {
  name: { use: "required" },
  firstName: person,
  lastName: person,
  email,
  phone: text,
  reference: text,
  address,
  planId: noPlans,
  parentId: noHierarchy,
};

export const customerChangeTakes: TakesOf<"customerChange"> = {
  name: text,
  email,
  phone: text,
  reference: text,
  address: changedAddress,
  firstName: noPersons,
  lastName: noPersons,
  planId: noPlans,
};

export function chargeChangeTakes(currency: string): TakesOf<"chargeChange"> {
  return {
    amount: { use: "optional", ...double },
    quantity,
    description: { use: "optional", blank: true },
    date: { use: "optional" },
    recurrence: { use: "optional", clearable: true, parts: recurrenceParts },
    notes: { use: "optional", blank: true },
    currency: { use: "optional", values: [currency] },
    ...chargesLack,
  };
}

const taxesLack = {
  description: { use: "refused", because: "keeps no descriptions of taxes" },
  defaultLiability: { use: "refused", because: "attaches taxes to services, not to customers" },
  shared: { use: "refused", because: "has no owners of taxes that could share them" },
  effectiveDate: { use: "refused", because: "keeps no dates of taxes" },
} as const;

/** Only services point to a tax (contract 7.9). */
const appliesTo = { use: "optional", values: ["SERVICES"], fewestItems: 1 } as const;

export function taxTakes(currency: string): TakesOf<"tax"> {
  return {
    name: { use: "required" },
    rate: { use: "required", ...double },
    fixedAmount: { use: "optional", ...double, insteadOf: "rate" },
    appliesTo,
    currency: { use: "optional", values: [currency] },
    ...taxesLack,
    ownerId: { use: "refused", because: "has no owners of taxes" },
    country: { use: "refused", because: "keeps no countries of taxes" },
  };
}

/** A tax has a rate or an amount, never neither: one replaces the other. */
export function taxChangeTakes(currency: string): TakesOf<"taxChange"> {
  return {
    name: text,
    rate: { use: "optional", ...double },
    fixedAmount: { use: "optional", ...double, insteadOf: "rate" },
    active: { use: "optional", label: "In force" },
    appliesTo,
    currency: { use: "optional", values: [currency] },
    ...taxesLack,
  };
}
