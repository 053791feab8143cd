import type { PlanRow } from "./rows.ts";
import { type State, systemOwner } from "./state.ts";

/** Ids of the rate plans. */
export const plans = {
  system: 1,
  business: 2,
  businessPounds: 3,
  businessDollars: 4,
  prepaid: 5,
  starter: 6,
  wholesale: 7,
} as const;

const plan = (id: number, name: string, currency: string, outcost: string, description = ""): PlanRow => ({
  id,
  name,
  description,
  customer: systemOwner,
  currency,
  period: "monthly",
  inconnect_markup: "0.00",
  incost_markup: "0.00",
  inmessage_markup: "0.00",
  outconnect_markup: "0.0125",
  outcost_markup: outcost,
  outmessage_markup: "0.05",
});

const product = (id: number, name: string, amount: string, currency: string, period: string) => ({
  id,
  name,
  customer: systemOwner,
  description: "",
  amount,
  currency,
  period,
  shared: 1,
});

export const seedCatalogue = (state: State, currency: string): void => {
  const rows = [
    plan(plans.system, "System", currency, "0.00", "The system owner's own"),
    plan(plans.business, "Business", currency, "0.0189", "Two seats and more, billed afterwards"),
    plan(plans.businessPounds, "Business UK", "GBP", "0.0165", "Business, in pounds"),
    plan(plans.businessDollars, "Business US", "USD", "0.0211", "Business, in dollars"),
    plan(plans.prepaid, "Prepaid", currency, "0.0249"),
    plan(plans.starter, "Starter", currency, "0.0299", "One line, no call history"),
    plan(plans.wholesale, "Wholesale", currency, "0.0098", "For resellers"),
  ];
  for (const row of rows) state.plans.set(row.id, row);
  state.plansWithoutHistory.add(plans.starter);
  const products = [
    product(1, "Desk telephone", "119.00", currency, ""),
    product(2, "Conference bridge", "14.90", currency, "monthly"),
    product(3, "Fax line", "29.97", currency, "quarterly"),
  ];
  for (const row of products) state.products.set(row.id, row);
};
