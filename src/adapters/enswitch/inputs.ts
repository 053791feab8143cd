import type { TakesOf } from "../../adapter/inputs.ts";
import { intervals } from "./map-charge.ts";
import { scopes } from "./map-tax.ts";

/** The inputs of Enswitch's writes (guide 4.4). The manual names no lengths. */

const text = { use: "optional", blank: true } as const;
/** On the wire, 0 and less mean "unset". */
const date = { use: "optional", earliest: "1970-01-02" } as const;

/** Enswitch keeps one name. */
const partOfName = { use: "optional", blank: true, insteadOf: "name" } as const;
const noPhone = { use: "refused", because: "has no parameter for a customer's telephone number in its manual" } as const;
// user/signup has a country, but the visible parameters of customers/create and update do not, and servers ignore unknown parameters.
const noCountry = { use: "refused", because: "has no parameter for a customer's country in its manual" } as const;
const lines = { use: "optional", blank: true, mostItems: 3 } as const;

export const customerTakes: TakesOf<"customer"> = {
  name: { use: "required" },
  firstName: partOfName,
  lastName: partOfName,
  email: { use: "required" },
  planId: { use: "required" },
  parentId: { use: "optional", label: "Belongs to", hint: "The reseller, if there is one" },
  reference: text,
  address: { use: "optional", parts: { lines, city: text, state: text, postalCode: text, country: noCountry } },
  phone: noPhone,
};

const clearableText = { ...text, clearable: true } as const;

export const customerChangeTakes: TakesOf<"customerChange"> = {
  name: { use: "optional" },
  firstName: { ...partOfName, unclearable: "Enswitch keeps one name, change it as a whole" },
  lastName: { ...partOfName, unclearable: "Enswitch keeps one name, change it as a whole" },
  email: { use: "optional", unclearable: "Enswitch needs an e-mail address" },
  planId: { use: "optional", unclearable: "every customer is on a rate plan" },
  reference: clearableText,
  address: {
    use: "optional",
    clearable: true,
    parts: {
      lines: { ...lines, clearable: true },
      city: clearableText,
      state: clearableText,
      postalCode: clearableText,
      country: noCountry,
    },
  },
  phone: noPhone,
};

const chargesLack = {
  notes: { use: "refused", because: "keeps no notes of a charge" },
  quantity: { use: "refused", because: "keeps no quantity: give the amount of the whole line" },
} as const;

const recurrenceParts = {
  interval: { use: "required", values: intervals },
  occurrences: { use: "optional", least: 1, hint: "Default: 1 if it falls due once, otherwise no limit" },
  startsOn: { ...date, unclearable: "a charge always has a start" },
  endsOn: date,
} as const;

export const chargeTakes: TakesOf<"charge"> = {
  customerId: { use: "required" },
  planId: { use: "optional", insteadOf: "customerId" },
  name: { use: "required" },
  amount: { use: "optional", hint: "Default: Enswitch decides" },
  description: text,
  date: { ...date, hint: "Default: today" },
  recurrence: { use: "optional", parts: recurrenceParts },
  cost: { use: "optional", hint: "What it costs the seller" },
  currency: { use: "optional", hint: "Default: the customer's" },
  taxIds: { use: "optional", hint: "Exactly these apply. Default: the customer's own" },
  executeNow: { use: "optional", hint: "If not executed, it is defined and billed on its date" },
  ...chargesLack,
  serviceId: { use: "refused", because: "has no services" },
  taxAmount: { use: "refused", because: "computes taxes from the taxes that apply" },
  kind: { use: "refused", because: "tells kinds by the recurrence" },
  reference: { use: "refused", because: "keeps no reference of a charge" },
};

export const chargeChangeTakes: TakesOf<"chargeChange"> = {
  name: { use: "optional" },
  amount: { use: "optional", unclearable: 'a charge always has an amount, give "0"' },
  description: clearableText,
  date: { ...date, unclearable: "a charge always has a start" },
  recurrence: {
    use: "optional",
    unclearable: "give the interval ONCE instead",
    parts: {
      ...recurrenceParts,
      occurrences: { ...recurrenceParts.occurrences, clearable: true },
      endsOn: { ...date, clearable: true },
    },
  },
  cost: { use: "optional", unclearable: 'Enswitch cannot forget a cost, give "0"', hint: "What it costs the seller" },
  currency: { use: "optional", unclearable: "a charge always has a currency" },
  ...chargesLack,
};

export const creditTakes: TakesOf<"credit"> = {
  customerId: { use: "required" },
  amount: { use: "required", hint: "It raises the customer's balance at once, and cannot be taken back" },
  description: { use: "optional", blank: true, hint: "Shown with the transaction" },
  currency: { use: "optional", hint: "The customer's own" },
};

const noDates = { use: "refused", because: "has taxes that apply from their creation on" } as const;

export const taxTakes: TakesOf<"tax"> = {
  name: { use: "required" },
  description: text,
  rate: { use: "optional" },
  fixedAmount: { use: "optional" },
  appliesTo: { use: "optional", values: scopes },
  defaultLiability: { use: "optional" },
  shared: { use: "optional" },
  ownerId: {
    use: "optional",
    label: "Created in",
    hint: "A reseller with taxes of its own. Default: the gateway's own customer",
  },
  currency: { use: "optional", hint: "Of the fixed amount" },
  country: { use: "refused", because: "has taxes that belong to no country" },
  effectiveDate: noDates,
};

/** Clearing a rate or fixed amount sets it to zero, the manual's default. */
export const taxChangeTakes: TakesOf<"taxChange"> = {
  name: { use: "optional" },
  description: clearableText,
  rate: { use: "optional", clearable: true },
  fixedAmount: { use: "optional", clearable: true },
  appliesTo: { use: "optional", values: scopes, unclearable: "a tax always has its scopes, give an empty list" },
  defaultLiability: { use: "optional", unclearable: "a tax always has a default, give NOBODY" },
  shared: { use: "optional", unclearable: "a tax is shared or not, give false" },
  currency: { use: "optional", unclearable: "a tax always has a currency", hint: "Of the fixed amount" },
  effectiveDate: noDates,
  active: { use: "refused", because: "has taxes that cannot be switched off; change appliesTo or the liability" },
};

export const liabilityTakes: TakesOf<"liability"> = {
  customerId: { use: "required" },
  chargeId: { use: "optional", insteadOf: "customerId" },
  productId: { use: "optional", insteadOf: "customerId", label: "Product", hint: "Its number in Enswitch" },
  liable: { use: "required" },
};
