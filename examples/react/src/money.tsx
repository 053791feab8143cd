import type { Decimal } from "billing-gateway-client";

/** A `Decimal` is a text of digits, which Intl formats exactly. */
export function Money({ amount, currency }: { readonly amount: Decimal; readonly currency: string }) {
  return <>{new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount as `${number}`)}</>;
}
