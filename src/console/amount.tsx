import { Text } from "@mantine/core";
import type { MoneyDetailsFragment } from "../client/index.ts";
import { formatMoney, isZero } from "./format.ts";

interface AmountProperties {
  readonly money: MoneyDetailsFragment | null;
  /** Shown where there is none. */
  readonly absent?: string;
}

/** An amount in a column: digits of one width; nothing to see in a zero. */
export function Amount({ money, absent = "—" }: AmountProperties) {
  const quiet = money === null || isZero(money.amount);
  return (
    <Text size="sm" {...(quiet && { c: "dimmed" })} style={{ fontVariantNumeric: "tabular-nums" }}>
      {money ? formatMoney(money) : absent}
    </Text>
  );
}
