import type { DecimalLimits, TakesOf } from "../../adapter/inputs.ts";

/** The inputs that both generations share. Both silently drop unknown members (contract 2.5), so every member is checked. */

/** JSON numbers are doubles, which hold 15 digits exactly. */
export const double = { digits: 15 } as const satisfies DecimalLimits;

export const email = { use: "optional", pattern: { form: /^[^\s@]+@[^\s@]+$/, means: "an e-mail address" } } as const;
export const text = { use: "optional" } as const;
const mayBeBlank = { use: "optional", blank: true } as const;

export const noPlans = { use: "refused", because: "has no plans" } as const;
export const noHierarchy = { use: "refused", because: "has no hierarchy of customers" } as const;

const addressParts = {
  lines: { ...mayBeBlank, mostItems: 2 },
  city: mayBeBlank,
  state: mayBeBlank,
  postalCode: mayBeBlank,
  country: mayBeBlank,
} as const;

export const address = { use: "optional", parts: addressParts } as const;
/** The backend ignores null (contract 4.5, 7.5). */
export const changedAddress = {
  use: "optional",
  parts: { ...addressParts, lines: { ...addressParts.lines, fewestItems: 1 } },
} as const;

export const quantity = { use: "optional", moreThan: "0", ...double } as const;

/** `Memorized` means monthly without end; no other recurrence exists (contract 5.1). */
const withoutEnd = { use: "refused", because: "repeats charges without end" } as const;
export const recurrenceParts = {
  interval: { use: "required", values: ["ONCE", "MONTHLY", "IMMEDIATE"] },
  occurrences: withoutEnd,
  startsOn: { use: "optional" },
  endsOn: withoutEnd,
} as const;

export const chargesLack = {
  name: { use: "refused", because: "names charges after their service or description" },
  cost: { use: "refused", because: "keeps no cost of what is charged" },
} as const;

export function chargeTakes(currency: string): TakesOf<"charge"> {
  return {
    customerId: { use: "required" },
    serviceId: { use: "required" },
    // Omitted = priced by the contract; 0 = free (contract 5.1).
    amount: { use: "optional", ...double, hint: "Default: priced by the contract; 0 is free" },
    quantity: { ...quantity, hint: "Default: 1" },
    description: mayBeBlank,
    date: { use: "optional", hint: "Default: today" },
    recurrence: { use: "optional", parts: recurrenceParts },
    notes: mayBeBlank,
    currency: { use: "optional", values: [currency] },
    ...chargesLack,
    planId: { use: "refused", because: "has no charges on plans" },
    taxAmount: { use: "refused", because: "keeps no tax amounts" },
    kind: { use: "refused", because: "tells kinds by the recurrence" },
    reference: { use: "refused", because: "keeps no reference on charges" },
    taxIds: { use: "refused", because: "has no taxes on charges" },
    executeNow: { use: "refused", because: "cannot execute charges" },
  };
}
