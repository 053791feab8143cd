import { Stack, Text } from "@mantine/core";
import type { AccountBalanceDetailsFragment } from "../../client/index.ts";
import { Amount } from "../amount.tsx";
import { formatMoney } from "../format.ts";
import { totalsOf } from "./sums.ts";

interface OwedProperties {
  readonly balances: readonly AccountBalanceDetailsFragment[];
}

/** The amount due of an account as a table cell: one line for each currency, and the backends that the sum lacks. */
export function Owed({ balances }: OwedProperties) {
  const { sums, missing } = totalsOf(balances);
  return (
    <Stack gap={2} align="flex-end">
      {sums.map((sum) => (
        <Amount key={sum.currency} money={sum} />
      ))}
      {sums.length === 0 && missing.length === 0 && <Amount money={null} />}
      {missing.length > 0 && (
        <Text size="xs" c="dimmed">
          without {missing.map(({ backend }) => backend.label).join(", ")}
        </Text>
      )}
    </Stack>
  );
}

/** The same for the head of the account's page. */
export function OwedInTotal({ balances }: OwedProperties) {
  const { sums, missing } = totalsOf(balances);
  return (
    <>
      {sums.map((sum) => (
        <Text key={sum.currency} fz={30} fw={650} lh={1.3} style={{ fontVariantNumeric: "tabular-nums" }}>
          {formatMoney(sum)}
        </Text>
      ))}
      {sums.length === 0 && missing.length === 0 && <Text size="sm">None of its backends keeps a balance.</Text>}
      {missing.length > 0 && (
        <Text size="sm" role="status">
          Not included (no answer): {missing.map(({ backend }) => backend.label).join(", ")}.
        </Text>
      )}
    </>
  );
}
