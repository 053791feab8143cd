import { hash } from "node:crypto";
import type { ChargeInput, CreditInput } from "../model/model.ts";
import { canonicalDecimal, isDecimal, negate } from "../model/money.ts";

/**
 * A hash of what repeated charges have in common: customer or plan, service or name, amount, currency and day. If the backend
 * sets the price, the quantity takes the place of the amount. Pure.
 *
 * @param owner global id of the customer or plan
 * @param today the day of a charge without a date, in its backend's zone
 */
export function likenessOf(owner: string, charge: ChargeInput, today: string): string {
  const { serviceId, name, amount, quantity, currency, date } = charge;
  const what = serviceId == null ? ["name", textOf(name)] : ["service", serviceId];
  const price = amount == null ? ["quantity", decimalOf(quantity ?? "1")] : ["amount", decimalOf(amount)];
  return hash("sha256", JSON.stringify([owner, ...what, ...price, currency ?? null, date ?? today])).slice(0, 32);
}

/**
 * The likenesses that the same charge may have: another call may have named the backend's own currency where this one leaves it
 * out, or the other way round. The first one is the charge's own.
 */
export function likenessesOf(owner: string, charge: ChargeInput, backendCurrency: string, today: string): readonly string[] {
  const { currency } = charge;
  const others = currency == null ? [backendCurrency] : currency === backendCurrency ? [null] : [];
  return [currency ?? null, ...others].map((each) => likenessOf(owner, { ...charge, currency: each }, today));
}

/** A credit as it is listed: a charge of less than nothing, named by the first line of what it is given for. */
export function asCharge({ customerId, amount, currency, description }: CreditInput): ChargeInput {
  const [name] = (description ?? "").split(/\r?\n/, 1);
  return { customerId, name, amount: isDecimal(amount) ? negate(amount) : amount, currency };
}

function textOf(text: string | null | undefined): string {
  return (text ?? "").normalize("NFC").trim().toLowerCase();
}

/** Every backend refuses a text that is no number, so it is kept as it is. */
function decimalOf(text: string): string {
  try {
    return canonicalDecimal(text);
  } catch {
    return text;
  }
}
