import type { Random } from "../world.ts";
import { type BillingCycle, billingDay, dayOf, millisecondsPerDay } from "./dates.ts";
import type { V01Settings } from "./options.ts";
import { type Customer, type PaymentOption, type Plan, type Subscription, takeId, type V01State } from "./state.ts";

export interface LedgerSeed {
  readonly state: V01State;
  readonly settings: V01Settings;
  readonly random: Random;
  readonly customer: Customer;
  readonly paymentOption: PaymentOption;
  readonly now: Date;
  /** When it became a customer. */
  readonly since: Date;
  /** About 4 to 20 entries, or at most 11. */
  readonly size: "full" | "short";
  readonly takeTransactionId: (date: Date) => bigint;
}

/** The most days of a cycle, and how many cycles fit into two years and a ledger of twenty entries. */
export const cycles: Readonly<Record<BillingCycle, { readonly days: number; readonly maximum: number }>> = {
  W: { days: 7, maximum: 8 },
  M: { days: 31, maximum: 8 },
  Q: { days: 92, maximum: 8 },
  S: { days: 184, maximum: 4 },
  A: { days: 366, maximum: 2 },
};

/** Tax on telecommunication and office services by country, in hundredths of a percent; elsewhere no tax is charged. */
const taxByCountry: Readonly<Record<string, number>> = {
  US: 725,
  CA: 500,
  DE: 1_900,
  GB: 2_000,
  FR: 2_000,
  ES: 2_100,
  IT: 2_200,
};

export interface Schedule {
  readonly plan: Plan;
  /** The day of each billing. */
  readonly days: readonly string[];
}

/** A customer's plan and its billing days, limited by the customer's age, two years and the ledger's size. */
export const scheduleOf = ({ state, customer, random, now, since, size }: LedgerSeed): Schedule => {
  const sold = [...state.plans.values()].filter(({ accountId, isActive }) => isActive && accountId === customer.accountId);
  const plan = random.pick(sold);
  const { days, maximum } = cycles[plan.billingCycleType];
  const age = Math.floor((now.getTime() - since.getTime()) / millisecondsPerDay) - 1;
  const sinceLastBilling = random.integer(1, Math.max(1, Math.min(days - 3, age)));
  const possible = Math.max(1, Math.floor((age - sinceLastBilling) / days) + 1);
  const count = Math.min(possible, size === "short" ? Math.min(maximum, 3) : maximum);
  const last = dayOf(new Date(now.getTime() - sinceLastBilling * millisecondsPerDay));
  const first = billingDay(last, plan.billingCycleType, 1 - count);
  return { plan, days: Array.from({ length: count }, (_, index) => billingDay(first, plan.billingCycleType, index)) };
};

/** Stores the subscription of a schedule. A few are frozen for the next payment; those of inactive customers are cancelled. */
export const seedSubscription = ({ plan, days }: Schedule, { state, customer, paymentOption, random, settings }: LedgerSeed) => {
  const [firstBillingDate = ""] = days;
  const lastBillingDate = days.at(-1) ?? firstBillingDate;
  const next = billingDay(firstBillingDate, plan.billingCycleType, days.length);
  const afterNext = billingDay(firstBillingDate, plan.billingCycleType, days.length + 1);
  const isFrozen = customer.isActive && random.next() < 0.05;
  const subscription: Subscription = {
    id: takeId(state, "subscription"),
    code: `${customer.code}-${plan.billingCycleType}`,
    accountId: customer.accountId,
    customerId: customer.id,
    amount: plan.amount,
    taxAmount: taxOf(plan.amount, customer, settings),
    createDate: `${firstBillingDate} 01:30:00`,
    firstBillingDate,
    lastBillingDate,
    nextBillingDate: nextOf(customer, isFrozen ? afterNext : next),
    billingCycleType: plan.billingCycleType,
    planId: plan.id,
    planName: plan.name,
    paymentOptionId: paymentOption.id,
    adjustments: [
      ...(customer.isActive ? [] : [{ id: takeId(state, "adjustment"), type: "C" as const, effectiveDate: lastBillingDate }]),
      ...(isFrozen
        ? [{ id: takeId(state, "adjustment"), type: "F" as const, effectiveDate: next, endDate: afterNext, length: 1 }]
        : []),
    ],
  };
  state.subscriptions.set(subscription.id, subscription);
  return subscription;
};

const nextOf = (customer: Customer, day: string): string | undefined => (customer.isActive ? day : undefined);

/** The tax in an amount, or on top of it, in cents; undefined if there is none. */
export const taxOf = (amount: number, { countryCode }: Customer, { taxIncluded }: V01Settings): number | undefined => {
  const rate = taxByCountry[countryCode ?? ""];
  return rate === undefined ? undefined : Math.round((amount * rate) / (taxIncluded ? 10_000 + rate : 10_000));
};
