import type { TakesOf } from "../../adapter/inputs.ts";
import { fromMinorUnits } from "../../model/money.ts";
import { centPlaces, largestInteger } from "./cents.ts";
import type { V01Settings } from "./settings.ts";

/** The inputs of v01's writes. Lengths: contract 5.2 and 10.1. */

const countryCode = { form: /^[A-Za-z]{2}$/, means: "a code of two letters such as US" };

const person = { use: "optional", longest: 125 } as const;
/** Required for organisations too: they name the contact person (quirk 9). The gateway invents no names. */
const requiredPerson = { use: "required", longest: 125, hint: "Of an organisation: its contact person" } as const;

const email = { use: "optional", longest: 100 } as const;
/** Letters in a phone number are a formatting failure (contract 3.1). */
const phone = { use: "optional", longest: 15, pattern: { form: /^[^A-Za-z]+$/, means: "a number without letters" } } as const;
const organisation = { use: "optional", longest: 255, label: "Organisation", hint: "Absent for a person" } as const;

const addressParts = {
  lines: { use: "optional", mostItems: 2, longest: 128 },
  city: { use: "optional", longest: 50 },
  state: { use: "optional", longest: 3 },
  postalCode: { use: "optional", longest: 10 },
  country: { use: "optional", pattern: countryCode, hint: "Two letters, such as US" },
} as const;

export const customerTakes: TakesOf<"customer"> = {
  name: organisation,
  firstName: requiredPerson,
  lastName: requiredPerson,
  email,
  phone,
  reference: { use: "optional", longest: 60, hint: "Default: the gateway makes one" },
  address: { use: "optional", parts: addressParts },
  planId: { use: "refused", because: "puts customers on plans by its subscriptions only" },
  parentId: { use: "refused", because: "has no hierarchy of customers" },
};

/** Nothing can be cleared: no source tells how `modify` clears a field (empty text, null, omission; 5.4). */
export const customerChangeTakes: TakesOf<"customerChange"> = {
  name: { use: "optional", longest: 255, label: "Organisation" },
  firstName: person,
  lastName: person,
  email,
  phone,
  address: { use: "optional", parts: { ...addressParts, lines: { ...addressParts.lines, fewestItems: 1 } } },
  // `code` is CreateOnly (10.1).
  reference: { use: "refused", because: "takes a reference when a customer is created, and cannot change it" },
  planId: customerTakes.planId,
};

const cents = { decimals: centPlaces, most: fromMinorUnits(largestInteger, centPlaces) } as const;

export function chargeTakes({ currency }: V01Settings): TakesOf<"charge"> {
  const once = { use: "refused", because: "charges once, and at once" } as const;
  return {
    customerId: { use: "required" },
    description: { use: "optional" },
    amount: { use: "required", ...cents, notZero: true, hint: "Excluding taxes" },
    taxAmount: { use: "optional", ...cents },
    date: { use: "optional", hint: "When it is due" },
    kind: { use: "optional", values: ["ONE_OFF", "FEE"], words: { ONE_OFF: "Invoice", FEE: "Service fee" } },
    reference: { use: "optional", longest: 60, hint: "Default: the gateway makes one" },
    currency: { use: "optional", values: [currency] },
    // v01 keeps one text, `note`.
    name: { use: "optional", sameAs: "description" },
    notes: { use: "optional", sameAs: "description" },
    recurrence: {
      use: "optional",
      // Recurring entries are made by subscriptions, which need a payment option.
      parts: {
        interval: { use: "required", values: ["ONCE", "IMMEDIATE"] },
        occurrences: { use: "optional", least: 1, most: 1 },
        startsOn: once,
        endsOn: once,
      },
    },
    quantity: { use: "refused", because: "has no quantities: leave it out or give 1" },
    cost: { use: "refused", because: "keeps no cost of what is charged" },
    planId: { use: "refused", because: "has no charges on plans" },
    serviceId: { use: "refused", because: "has no services" },
    taxIds: { use: "refused", because: "takes the amount of the taxes, not the taxes" },
    executeNow: { use: "refused", because: "has no charges that are executed" },
  };
}

export function creditTakes({ currency }: V01Settings): TakesOf<"credit"> {
  return {
    customerId: { use: "required" },
    amount: { use: "required", ...cents, hint: "It settles the customer's debts, the oldest first" },
    description: { use: "optional" },
    currency: { use: "optional", values: [currency] },
  };
}

/** Tax rates belong to no account: the whole portfolio shares one table (9.2). */
const taxesLack = {
  fixedAmount: { use: "refused", because: "has rates only" },
  // No field links a rate to what it applies to (quirk 6).
  appliesTo: { use: "refused", because: "does not report what a tax applies to" },
  defaultLiability: { use: "refused", because: "does not report who is liable for a tax" },
  shared: { use: "refused", because: "has no owners of taxes that could share them" },
} as const;

export function taxTakes(settings: V01Settings): TakesOf<"tax"> {
  const { name, description, rate, currency, ...refused } = membersOfTaxes(settings);
  return {
    name: { use: "required", ...name },
    description: { use: "optional", ...description },
    rate: { use: "required", ...rate },
    effectiveDate: { use: "required", label: "Valid from" },
    country: { use: "optional", pattern: countryCode, hint: `Two letters, such as US. Default: ${settings.country}` },
    currency: { use: "optional", ...currency },
    ...refused,
    ownerId: { use: "refused", because: "has no owners of taxes" },
  };
}

/** Nothing can be cleared: most values are required, and no source tells how to clear a description. */
export function taxChangeTakes(settings: V01Settings): TakesOf<"taxChange"> {
  const { name, description, rate, currency, ...refused } = membersOfTaxes(settings);
  return {
    name: { use: "optional", ...name },
    description: { use: "optional", ...description },
    rate: { use: "optional", ...rate },
    effectiveDate: { use: "optional", label: "Valid from" },
    active: { use: "optional", label: "In force" },
    currency: { use: "optional", ...currency },
    ...refused,
  };
}

function membersOfTaxes({ currency, taxValueScale }: V01Settings) {
  const rate = { decimals: taxValueScale, least: "0", most: fromMinorUnits(largestInteger, taxValueScale) } as const;
  // A rate has one text, its description: the unified name.
  const description = { longest: 255, sameAs: "name" } as const;
  return { name: { longest: 255 }, description, rate, currency: { values: [currency] }, ...taxesLack };
}
