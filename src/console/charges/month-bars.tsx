import { BarChart } from "@mantine/charts";
import { Box, Paper, Stack, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import type { CalendarDate, CurrencyCode, MoneyDetailsFragment } from "../../client/index.ts";
import { useCustomerChargesQuery } from "../../client/react/index.ts";
import { useBackendColor } from "../badges.tsx";
import { formatCompactMoney, formatMoney, formatMonth, today } from "../format.ts";
import { Panel } from "../page.tsx";
import { Failed, Loading } from "../states.tsx";
import { lastMonths, type Month, sumByMonth } from "./by-month.ts";

/** One part of each bar. */
interface Series {
  readonly key: string;
  /** Null when there is only one series, which needs no name. */
  readonly label: string | null;
  readonly color: string;
}

interface MonthBarsProperties {
  /** One currency for the whole chart: amounts of two have no common scale. */
  readonly currency: CurrencyCode;
  /** Stacked in each month, in this order. */
  readonly series: readonly Series[];
  readonly months: readonly Month[];
  /** Caption of the table that stands in for the chart in screen readers. */
  readonly caption: string;
}

/** Charts one bar, or one stack, for each month. Screen readers get the same data as a table. */
export function MonthBars({ currency, series, months, caption }: MonthBarsProperties) {
  // The height of a bar is in pixels: only here an amount becomes a floating-point number. The text shown is exact.
  const data = months.map(({ month, sums }) => ({
    month,
    ...Object.fromEntries(sums.map(({ amount }, index) => [`s${index}`, Number(amount)])),
  }));
  const named = series.some(({ label }) => label !== null);
  const shown = series.map(({ label, color }, index) => ({
    // The charts take a dot in a name for a path into the data, so labels are not used as names.
    name: `s${index}`,
    label: label ?? currency,
    color,
  }));
  return (
    <Box>
      <BarChart
        aria-hidden
        h={220}
        data={data}
        dataKey="month"
        type="stacked"
        series={shown}
        withLegend={named}
        tickLine="none"
        gridAxis="x"
        maxBarWidth={36}
        valueFormatter={(value) => formatCompactMoney(value, currency)}
        yAxisProps={{ width: "auto" }}
        xAxisProps={{ tickFormatter: formatMonth, minTickGap: 12, interval: "equidistantPreserveStart" }}
        barProps={{ radius: named ? 0 : [4, 4, 0, 0], isAnimationActive: false }}
        // Credits may take a month below zero. Their bar hangs below the line and does not shorten the others.
        barChartProps={{ accessibilityLayer: false, stackOffset: "sign" }}
        tooltipProps={{
          content: ({ label }) => <MonthSums month={months.find(({ month }) => month === label)} series={series} />,
        }}
      />
      <VisuallyHidden>
        <Table>
          <caption>{caption}</caption>
          {named && (
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Month</Table.Th>
                {series.map(({ key, label }) => (
                  <Table.Th key={key} scope="col">
                    {label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
          )}
          <Table.Tbody>
            {months.map(({ month, sums }) => (
              <Table.Tr key={month}>
                <Table.Th scope="row">{formatMonth(month)}</Table.Th>
                {series.map(({ key }, index) => (
                  <Table.Td key={key}>{amountOf(sums[index])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </VisuallyHidden>
    </Box>
  );
}

interface CurrencyBarsProperties {
  readonly currencies: readonly CurrencyCode[];
  /** Each with one sum for each currency, in the same order. */
  readonly months: readonly Month[];
  readonly color: string;
}

/** One chart for each currency. */
export function CurrencyBars({ currencies, months, color }: CurrencyBarsProperties) {
  return currencies.map((currency, place) => (
    <Stack key={currency} gap="xs">
      {currencies.length > 1 && (
        <Title order={3} size="h6">
          {currency}
        </Title>
      )}
      <MonthBars
        currency={currency}
        series={[{ key: currency, label: null, color }]}
        months={months.map(({ month, sums }) => ({ month, sums: sums.slice(place, place + 1) }))}
        caption={`Charged in each month, in ${currency}`}
      />
    </Stack>
  ));
}

const amountOf = (sum: MoneyDetailsFragment | undefined): string => (sum ? formatMoney(sum) : "");

function MonthSums({ month, series }: { readonly month: Month | undefined; readonly series: readonly Series[] }) {
  if (!month) return null;
  return (
    <Paper withBorder shadow="sm" px="sm" py={6}>
      <Text size="xs" c="dimmed">
        {formatMonth(month.month)}
      </Text>
      {month.sums.map((sum, index) => (
        <Text key={series[index]?.key} size="sm" fw={500}>
          {month.sums.length > 1 && `${series[index]?.label}: `}
          {formatMoney(sum)}
        </Text>
      ))}
    </Paper>
  );
}

const monthsShown = 12;
/** The chart reads the newest charges only, and says so when there are more. */
const chargesRead = 200;

interface ChargesChartProperties {
  readonly customerId: string;
  /** Key of the customer's backend. */
  readonly backend: string;
}

/** Charts what a customer was charged in each of the last twelve months, one chart for each currency. */
export function ChargesChart({ customerId, backend }: ChargesChartProperties) {
  const color = useBackendColor()(backend);
  const months = useMemo(() => lastMonths(today(), monthsShown), []);
  const from = `${months[0]}-01` as CalendarDate;
  const { data, error, refetch } = useCustomerChargesQuery({ id: customerId, first: chargesRead, filter: { from } });
  const charges = data?.customer?.charges;
  const byMonth = useMemo(() => sumByMonth(charges?.nodes ?? [], months), [charges, months]);
  return (
    <Panel
      title="Charges over time"
      aside={
        <Text size="sm" c="dimmed">
          {charges?.pageInfo.hasNextPage ? `By month, the newest ${charges.nodes.length} of them` : "By month, for the last year"}
        </Text>
      }
    >
      {error && <Failed title="The charges could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the chart" lines={1} height={220} />}
      {charges && byMonth.currencies.length === 0 && (
        <Text size="sm" c="dimmed">
          No charges in these months.
        </Text>
      )}
      {byMonth.currencies.length > 0 && <CurrencyBars currencies={byMonth.currencies} months={byMonth.months} color={color} />}
    </Panel>
  );
}
