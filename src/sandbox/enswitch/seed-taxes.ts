import type { TaxRow } from "./rows.ts";
import { liabilityKey, nextId, type State, systemOwner } from "./state.ts";
import { taxDefaults } from "./taxes.ts";

const day = 86_400;

/** The ids of the first two taxes of seedTaxes. */
const vat = 1;
const ukVat = 2;

const addTax = (
  state: State,
  created: number,
  tax: Partial<Omit<TaxRow, "id">> & Pick<TaxRow, "name" | "currency" | "liable" | "customer">,
): void => {
  const id = nextId(state, "taxes");
  state.taxes.set(id, { id, ...taxDefaults, ...tax });
  state.taxCreated.set(id, created);
};

/**
 * Taxes of several kinds: percentage, flat, both; on everything or not on charges; for all, new or no customers; shared or not.
 */
export const seedTaxes = (state: State, now: number, currency: string): void => {
  const owner = { customer: systemOwner, currency };
  addTax(state, now - 1800 * day, {
    ...owner,
    name: "VAT",
    rate: "21.00",
    liable: 2,
    shared: 1,
    description: "Standard rate",
  });
  addTax(state, now - 1800 * day, { ...owner, name: "UK VAT", rate: "20.00", currency: "GBP", liable: 0 });
  addTax(state, now - 900 * day, {
    ...owner,
    name: "Regulatory recovery fee",
    amount: "0.35",
    liable: 2,
    features: 0,
    messages: 0,
  });
  addTax(state, now - 300 * day, { ...owner, name: "Digital services levy", rate: "1.50", amount: "0.10", liable: 1 });
  addTax(state, now - 700 * day, {
    ...owner,
    name: "Emergency call surcharge",
    amount: "0.75",
    liable: 2,
    charges: 0,
    products: 0,
  });
  addTax(state, now - 1200 * day, {
    ...owner,
    name: "Reverse charge",
    rate: "0.00",
    liable: 0,
    description: "VAT due by the recipient",
  });
};

/** British customers are liable for British VAT instead of the standard tax. */
export const seedLiabilities = (state: State): void => {
  for (const customer of state.customers.values()) {
    if (customer.country !== "GB") continue;
    state.liabilities.set(liabilityKey(vat, "customer", customer.id), 0);
    state.liabilities.set(liabilityKey(ukVat, "customer", customer.id), 1);
  }
};

/** Taxes of resellers for their own customers: rates of several countries, and a fraction of a percent. */
const resellerRates = ["19.00", "20.00", "8.875", "21.00"] as const;

export const seedResellerTax = (state: State, reseller: number, created: number): void => {
  const rate = resellerRates[state.taxes.size % resellerRates.length] ?? resellerRates[0];
  const currency = state.customers.get(reseller)?.currency ?? "";
  addTax(state, created, { name: `Reseller VAT ${Number(rate)} %`, rate, currency, liable: 2, customer: reseller });
};
