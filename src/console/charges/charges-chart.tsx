import { BarChart } from "@mantine/charts";
import { Box, Card, Group, Paper, Stack, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { type CalendarDate, instantOf } from "../../client/index.ts";
import { useCustomerChargesQuery } from "../../client/react/index.ts";
import { formatCompact, formatMoney, formatMonth } from "../format.ts";
import { Failed, Loading } from "../states.tsx";
import { type ChargesByMonth, lastMonths, sumByMonth } from "./by-month.ts";

const monthsShown = 12;
/** The newest charges are enough for the picture; when there are more, it says so. */
const chargesRead = 200;
const colors = ["billing.5", "teal.6", "orange.6", "grape.6"];

/** What a customer was charged in each of the last twelve months, a bar for each currency. */
export function ChargesChart({ customerId }: { readonly customerId: string }) {
  const months = useMemo(() => lastMonths(instantOf(new Date()).slice(0, 10), monthsShown), []);
  const from = `${months[0]}-01` as CalendarDate;
  const { data, error, refetch } = useCustomerChargesQuery({ id: customerId, first: chargesRead, filter: { from } });
  const charges = data?.customer?.charges;
  const byMonth = useMemo(() => sumByMonth(charges?.nodes ?? [], months), [charges, months]);
  return (
    <Card component="section" aria-labelledby="charges-over-time">
      <Stack gap="md">
        <Group justify="space-between" align="baseline">
          <Title order={2} size="h4" id="charges-over-time">
            Charges over time
          </Title>
          <Text size="sm" c="dimmed">
            {charges?.pageInfo.hasNextPage ? `By month, the newest ${charges.nodes.length} of them` : "By month, for a year"}
          </Text>
        </Group>
        {error && <Failed title="The charges could not be loaded" error={error} onRetry={refetch} />}
        {!data && !error && <Loading what="the chart" lines={1} height={220} />}
        {charges && byMonth.currencies.length === 0 && (
          <Text size="sm" c="dimmed">
            There are none in these months.
          </Text>
        )}
        {byMonth.currencies.length > 0 && <Bars byMonth={byMonth} />}
      </Stack>
    </Card>
  );
}

function Bars({ byMonth: { currencies, months } }: { readonly byMonth: ChargesByMonth }) {
  // Heights of bars are pixels: only here an amount becomes a floating point number. What is read is the exact one.
  const data = months.map(({ month, sums }) => ({
    month,
    ...Object.fromEntries(sums.map(({ amount, currency }) => [currency, Number(amount)])),
  }));
  return (
    <Box>
      <BarChart
        aria-hidden
        h={220}
        data={data}
        dataKey="month"
        series={currencies.map((currency, index) => ({ name: currency, color: colors[index % colors.length] ?? "gray.6" }))}
        withLegend={currencies.length > 1}
        tickLine="none"
        gridAxis="x"
        maxBarWidth={36}
        valueFormatter={formatCompact}
        xAxisProps={{ tickFormatter: formatMonth, minTickGap: 12, interval: "equidistantPreserveStart" }}
        barProps={{ radius: [4, 4, 0, 0], isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        tooltipProps={{ content: ({ label }) => <MonthSums month={months.find(({ month }) => month === label)} /> }}
      />
      <VisuallyHidden>
        <Table>
          <caption>Charged in each month</caption>
          <Table.Tbody>
            {months.map(({ month, sums }) => (
              <Table.Tr key={month}>
                <Table.Th scope="row">{formatMonth(month)}</Table.Th>
                <Table.Td>{sums.map(formatMoney).join(", ")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </VisuallyHidden>
    </Box>
  );
}

function MonthSums({ month }: { readonly month: ChargesByMonth["months"][number] | undefined }) {
  if (!month) return null;
  return (
    <Paper withBorder shadow="sm" px="sm" py={6}>
      <Text size="xs" c="dimmed">
        {formatMonth(month.month)}
      </Text>
      {month.sums.map((sum) => (
        <Text key={sum.currency} size="sm" fw={500}>
          {formatMoney(sum)}
        </Text>
      ))}
    </Paper>
  );
}
