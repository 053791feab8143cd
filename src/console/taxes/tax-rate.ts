import type { TaxSummaryFragment } from "../../client/index.ts";
import { formatMoney, formatPercent, isZero } from "../format.ts";

/** "20 %", "€0.50", or both. Leaves out a zero part unless there is no other. */
export function taxRate({ rate, fixedAmount }: Pick<TaxSummaryFragment, "rate" | "fixedAmount">): string {
  const parts = [
    ...(rate === null ? [] : [{ amount: rate, text: formatPercent(rate) }]),
    ...(fixedAmount === null ? [] : [{ amount: fixedAmount.amount, text: formatMoney(fixedAmount) }]),
  ];
  const telling = parts.filter(({ amount }) => !isZero(amount));
  return telling.map(({ text }) => text).join(" + ") || (parts[0]?.text ?? "—");
}
