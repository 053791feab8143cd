import { Anchor, Table, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";
import { useChargeRunsQuery } from "../../client/react/index.ts";
import { CurrencyBars } from "../charges/month-bars.tsx";
import { formatInstant, formatMoney, formatMonth } from "../format.ts";
import { Page, Panel } from "../page.tsx";
import { unknownColor } from "../palette.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { RunStateBadge } from "./run-state.tsx";
import { byCurrency, differences, historyOf } from "./sums.ts";

const runsRead = 100;
const monthsShown = 24;

/** Shows the runs of one series: the total of each month, and the difference from the month before. */
export function SeriesPage({ series }: { readonly series: string }) {
  const { data, error, refetch } = useChargeRunsQuery({ first: runsRead, filter: { series } });
  const runs = data?.chargeRuns.nodes ?? [];
  const history = useMemo(() => historyOf(data?.chargeRuns.nodes ?? [], monthsShown), [data]);
  return (
    <Page
      title={series}
      description="A series of charge runs: the same row is never sent twice in it."
      actions={
        <Anchor component={Link} href="/runs">
          All charge runs
        </Anchor>
      }
    >
      {error && !data && <Failed title="The series could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the series" lines={6} />}
      {data && runs.length === 0 && <Empty title="There are no runs of this series" />}
      {history.months.length > 0 && (
        <Panel title="Charges by month">
          {/* A series charges in several backends: no backend's colour fits. */}
          <CurrencyBars currencies={history.currencies} months={history.months} color={unknownColor} />
          <Table.ScrollContainer minWidth={280}>
            <Table aria-label="Months" verticalSpacing="xs" horizontalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Month</Table.Th>
                  <Table.Th scope="col" ta="right">
                    Charged
                  </Table.Th>
                  <Table.Th scope="col" ta="right">
                    Change from the previous month
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {history.months
                  .map((month, place) => ({ month, before: history.months[place - 1] }))
                  .toReversed()
                  .map(({ month, before }) => (
                    <Table.Tr key={month.month}>
                      <Table.Th scope="row" fw={500}>
                        {formatMonth(month.month)}
                      </Table.Th>
                      <Table.Td ta="right">
                        {month.sums.map((sum) => (
                          <Text key={sum.currency} size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
                            {formatMoney(sum)}
                          </Text>
                        ))}
                      </Table.Td>
                      <Table.Td ta="right">
                        {before &&
                          differences(month, before).map(({ percent, ...difference }) => (
                            <Text key={difference.currency} size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
                              {difference.amount.startsWith("-") ? "" : "+"}
                              {formatMoney(difference)}
                              {percent !== null && ` (${percent > 0 ? "+" : ""}${percent} %)`}
                            </Text>
                          ))}
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Panel>
      )}
      {runs.length > 0 && (
        <Table aria-label="Runs" verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Run</Table.Th>
              <Table.Th scope="col" ta="right">
                Amount
              </Table.Th>
              <Table.Th scope="col">State</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <Anchor component={Link} href={`/runs/${encodeURIComponent(run.id)}`} size="sm" fw={500}>
                    {run.name}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {formatInstant(run.createdAt)}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  {byCurrency(run.charged ?? run.totals).map((sum) => (
                    <Text key={sum.currency} size="sm">
                      {formatMoney(sum)}
                    </Text>
                  ))}
                </Table.Td>
                <Table.Td>
                  <RunStateBadge state={run.state} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Page>
  );
}
