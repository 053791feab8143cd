import type { Decimal } from "billing-gateway-client";

/** A `Decimal` is a text of digits. Intl formats it exactly, and would round it to the currency's usual digits. */
export function Money({ amount, currency }: { readonly amount: Decimal; readonly currency: string }) {
  return <>{new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 20 }).format(amount)}</>;
}
