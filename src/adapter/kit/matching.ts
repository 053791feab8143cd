import type { Customer, Tax } from "../../model/model.ts";
import type { CustomerQuery, TaxQuery } from "../../model/queries.ts";
import { containsText, foldText } from "../../model/text.ts";

/** Checks filters again that a backend was asked for: it may ignore one, or mean something else by it. */

/** @param texts the texts of the customer in which a search looks */
export function matchesCustomer(
  customer: Customer,
  { search, email, reference, status }: CustomerQuery,
  texts: readonly (string | null)[],
): boolean {
  if (status && customer.status !== status) return false;
  if (email && (customer.email === null || foldText(customer.email) !== foldText(email))) return false;
  if (reference && customer.reference !== reference) return false;
  return !search || containsText(texts, search);
}

/** The same for a tax, but for its country. */
export function matchesTax(tax: Tax, { search, active }: TaxQuery, texts: readonly (string | null)[]): boolean {
  return tax.active === (active ?? tax.active) && (!search || containsText(texts, search));
}
