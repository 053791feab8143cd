import { Text } from "@mantine/core";
import type { MoneyDetailsFragment } from "../client/index.ts";
import { formatAccounting, formatMoney, isZero } from "./format.ts";

interface AmountProperties {
  readonly money: MoneyDetailsFragment | null;
  /** Shown where there is none. */
  readonly absent?: string;
  /** With the digits of its currency, and all of them on demand. */
  readonly accounting?: boolean;
}

/** An amount in a column: digits of one width; nothing to see in a zero. */
export function Amount({ money, absent = "—", accounting = false }: AmountProperties) {
  const exact = money && formatMoney(money);
  const shown = money && accounting ? formatAccounting(money) : exact;
  const quiet = money === null || isZero(money.amount);
  return (
    <Text
      size="sm"
      {...(quiet && { c: "dimmed" })}
      {...(exact && shown !== exact && { title: `Exactly ${exact}` })}
      style={{ fontVariantNumeric: "tabular-nums" }}
    >
      {shown ?? absent}
    </Text>
  );
}
