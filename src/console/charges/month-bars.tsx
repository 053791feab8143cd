import { BarChart } from "@mantine/charts";
import { Box, Paper, Table, Text, VisuallyHidden } from "@mantine/core";
import type { MoneyDetailsFragment } from "../../client/index.ts";
import { formatCompact, formatMoney, formatMonth } from "../format.ts";
import type { Month } from "./by-month.ts";

const colors = ["billing.5", "teal.6", "orange.6", "grape.6"];

interface MonthBarsProperties {
  /** What a bar stands for: a currency, a backend. */
  readonly series: readonly string[];
  readonly months: readonly Month[];
  /** On top of each other, which only sums of one currency can be; default beside each other. */
  readonly stacked?: boolean;
  /** For those who cannot see the picture: what its table has. */
  readonly caption: string;
}

/** A bar, or a pile of them, for each month; the same as a table for those who do not see it. */
export function MonthBars({ series, months, stacked = false, caption }: MonthBarsProperties) {
  // Heights of bars are pixels: only here an amount becomes a floating point number. What is read is the exact one.
  const data = months.map(({ month, sums }) => ({
    month,
    ...Object.fromEntries(sums.map(({ amount }, index) => [`s${index}`, Number(amount)])),
  }));
  // A lone currency is told by its amounts; a lone backend has to be named.
  const named = stacked || series.length > 1;
  const shown = series.map((label, index) => ({
    // Names of members, where a dot in a label would lead further down.
    name: `s${index}`,
    label,
    color: colors[index % colors.length] ?? "gray.6",
  }));
  return (
    <Box>
      <BarChart
        aria-hidden
        h={220}
        data={data}
        dataKey="month"
        type={stacked ? "stacked" : "default"}
        series={shown}
        withLegend={named}
        tickLine="none"
        gridAxis="x"
        maxBarWidth={36}
        valueFormatter={formatCompact}
        xAxisProps={{ tickFormatter: formatMonth, minTickGap: 12, interval: "equidistantPreserveStart" }}
        barProps={{ radius: stacked ? 0 : [4, 4, 0, 0], isAnimationActive: false }}
        // Credits may take a month below zero: its bar then hangs from the line, and takes nothing from the others.
        barChartProps={{ accessibilityLayer: false, ...(stacked && { stackOffset: "sign" as const }) }}
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
                {series.map((label) => (
                  <Table.Th key={label} scope="col">
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
                {series.map((label, index) => (
                  <Table.Td key={label}>{amountOf(sums[index])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </VisuallyHidden>
    </Box>
  );
}

const amountOf = (sum: MoneyDetailsFragment | undefined): string => (sum ? formatMoney(sum) : "");

function MonthSums({ month, series }: { readonly month: Month | undefined; readonly series: readonly string[] }) {
  if (!month) return null;
  return (
    <Paper withBorder shadow="sm" px="sm" py={6}>
      <Text size="xs" c="dimmed">
        {formatMonth(month.month)}
      </Text>
      {month.sums.map((sum, index) => (
        <Text key={series[index]} size="sm" fw={500}>
          {month.sums.length > 1 && series[index] !== sum.currency && `${series[index]}: `}
          {formatMoney(sum)}
        </Text>
      ))}
    </Paper>
  );
}
