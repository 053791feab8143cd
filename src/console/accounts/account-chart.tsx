import { Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import type { CalendarDate } from "../../client/index.ts";
import { useAccountStatementQuery } from "../../client/react/index.ts";
import { useBackendColor } from "../badges.tsx";
import { lastMonths } from "../charges/by-month.ts";
import { MonthBars } from "../charges/month-bars.tsx";
import { today } from "../format.ts";
import { Panel } from "../page.tsx";
import { Failed, Loading, Unavailable } from "../states.tsx";
import { barsOf } from "./sums.ts";

const monthsShown = 12;

/**
 * Charts what an account was charged in each of the last twelve months: one chart for each currency, with its backends stacked.
 */
export function AccountChart({ accountId }: { readonly accountId: string }) {
  const colorOf = useBackendColor();
  const to = today();
  const months = useMemo(() => lastMonths(to, monthsShown), [to]);
  const from = `${months[0]}-01` as CalendarDate;
  const { data, error, refetch } = useAccountStatementQuery({ id: accountId, from, to });
  const statement = data?.account?.statement;
  const pictures = useMemo(() => barsOf(statement?.rows ?? [], months), [statement, months]);
  return (
    <Panel
      title="Charges over time"
      aside={
        <Text size="sm" c="dimmed">
          By month and backend, for a year
        </Text>
      }
    >
      {error && <Failed title="The charges could not be summed" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the chart" lines={1} height={220} />}
      <Unavailable failures={statement?.unavailable ?? []} onRetry={refetch} />
      {statement && pictures.length === 0 && (
        <Text size="sm" c="dimmed">
          No charges in these months.
        </Text>
      )}
      {pictures.map(({ currency, series, months: shown }) => (
        <Stack key={currency} gap="xs">
          {pictures.length > 1 && (
            <Title order={3} size="h6">
              {currency}
            </Title>
          )}
          <MonthBars
            currency={currency}
            series={series.map(({ key, label }) => ({ key, label, color: colorOf(key) }))}
            months={shown}
            caption={`Charged in each month, in ${currency}`}
          />
        </Stack>
      ))}
    </Panel>
  );
}
