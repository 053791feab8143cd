import { Text } from "@mantine/core";
import type { MoneyDetailsFragment } from "../client/index.ts";
import { formatAccounting, formatMoney, isZero } from "./format.ts";

interface AmountProperties {
  readonly money: MoneyDetailsFragment | null;
  /** Shown when there is no amount. */
  readonly absent?: string;
  /** Rounds to the digits of the currency, and shows all digits on hover. */
  readonly accounting?: boolean;
}

/** An amount in a table column: digits of equal width, and zero shown faintly. */
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
