import type {
  Charge,
  ChargeChange,
  ChargeInput,
  CreditInput,
  Customer,
  CustomerInput,
  Tax,
  TaxChange,
  TaxInput,
} from "../../src/model/model.ts";
import { canonicalDecimal, negate } from "../../src/model/money.ts";

/**
 * Brings the input and the stored object into one form for comparison: members of the input to comparable values. `shown`
 * computes them from the model value, `asked` from the input. Leaves out members that were not given.
 */
export type Comparable = Readonly<Record<string, unknown>>;

export function customerAsked(input: CustomerInput, unreadable: readonly string[]): Comparable {
  const address = input.address && Object.fromEntries(given(input.address).map(([part, value]) => [`address.${part}`, value]));
  const { address: _, ...rest } = Object.fromEntries(given(input));
  return without({ ...rest, ...(input.address === null ? { address: null } : address) }, unreadable);
}

export function customerShown(customer: Customer): Comparable {
  const { name, firstName, lastName, email, phone, reference, address, plan, parent } = customer;
  const parts = Object.fromEntries(Object.entries(address ?? {}).map(([part, value]) => [`address.${part}`, value]));
  const planId = plan?.id ?? null;
  const parentId = parent?.id ?? null;
  return { name, firstName, lastName, email, phone, reference, planId, parentId, ...(address === null ? { address } : parts) };
}

export function chargeAsked(input: ChargeInput | ChargeChange, unreadable: readonly string[]): Comparable {
  const { recurrence, ...rest } = input;
  const parts = recurrence && Object.fromEntries(given(recurrence).map(([part, value]) => [`recurrence.${part}`, value]));
  // Taxes and execution of a charge are requested at creation but shown elsewhere: the cases check them there.
  return without({ ...decimals(Object.fromEntries(given(rest))), ...parts }, [...unreadable, "taxIds", "executeNow"]);
}

/** As `chargeShown` shows the charge that lists contain for it: below zero. */
export function creditAsked({ amount, ...input }: CreditInput, unreadable: readonly string[]): Comparable {
  return chargeAsked({ ...input, ...(amount != null && { amount: negate(amount) }) }, unreadable as readonly string[]);
}

export function chargeShown(charge: Charge): Comparable {
  const { name, description, notes, kind, quantity, date, reference, recurrence } = charge;
  const parts = Object.fromEntries(Object.entries(recurrence ?? {}).map(([part, value]) => [`recurrence.${part}`, value]));
  return decimals({
    ...{ name, description, notes, kind, quantity, date, reference },
    customerId: charge.customer?.id ?? null,
    planId: charge.plan?.id ?? null,
    serviceId: charge.service?.id ?? null,
    amount: charge.amount?.amount ?? null,
    currency: charge.amount?.currency ?? null,
    taxAmount: charge.taxAmount?.amount ?? null,
    cost: charge.cost?.amount ?? null,
    ...parts,
  });
}

export function taxAsked(input: TaxInput | TaxChange, unreadable: readonly string[]): Comparable {
  return without(decimals(sortedScopes(Object.fromEntries(given(input)))), unreadable);
}

export function taxShown(tax: Tax): Comparable {
  const { name, description, rate, appliesTo, defaultLiability, shared, country, effectiveDate, active } = tax;
  return decimals(
    sortedScopes({
      ...{ name, description, rate, appliesTo, defaultLiability, shared, country, effectiveDate, active },
      fixedAmount: tax.fixedAmount?.amount ?? null,
      currency: tax.fixedAmount?.currency ?? null,
      ownerId: tax.owner?.id ?? null,
    }),
  );
}

/** Dependent members: a change of the key may change the values too. */
const consequences: Readonly<Record<string, readonly string[]>> = {
  name: ["organizationName"],
  firstName: ["name"],
  lastName: ["name"],
  planId: ["plan"],
  amount: ["total", "outstanding"],
  currency: ["amount", "taxAmount", "total", "outstanding", "cost"],
  recurrence: ["kind"],
};

/** The part that a change of `members` must not touch: the model value without these members and their dependents. */
export function untouched(
  value: Customer | Charge | Tax,
  members: readonly string[],
  follows: typeof consequences = {},
): Comparable {
  const touched = members.flatMap((member) => [member, ...(consequences[member] ?? []), ...(follows[member] ?? [])]);
  return without({ ...value }, [...touched, "updatedAt", "raw"]);
}

function given(input: object): [string, unknown][] {
  return Object.entries(input).filter(([, value]) => value !== undefined);
}

function without(members: Comparable, names: readonly string[]): Comparable {
  return Object.fromEntries(
    Object.entries(members).filter(([name]) => !names.some((each) => name === each || name.startsWith(`${each}.`))),
  );
}

const decimalMembers = ["amount", "taxAmount", "cost", "quantity", "rate", "fixedAmount"];

function decimals(members: Comparable): Comparable {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      typeof value === "string" && decimalMembers.includes(name) ? canonicalDecimal(value) : value,
    ]),
  );
}

function sortedScopes(members: Comparable): Comparable {
  const scopes = members["appliesTo"];
  return Array.isArray(scopes) ? { ...members, appliesTo: scopes.toSorted() } : members;
}
