import { Anchor, Button, Card, Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import type { ChargeRunDetailsFragment, ChargeRunTotalDetailsFragment } from "../../client/index.ts";
import { downloadCsv } from "../export/exporting.ts";
import { formatInstant, formatMoney, isolated } from "../format.ts";
import { Page } from "../page.tsx";
import { useFiles, useMay } from "../session/session.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { RunPanel } from "./run-panel.tsx";
import { RunRows } from "./run-rows.tsx";
import { RunStateBadge, useRun } from "./run-state.tsx";
import { byCurrency } from "./sums.ts";

/** Shows one run: its state, the next step, its totals and its rows. */
export function RunPage({ runId }: { readonly runId: string }) {
  const { data, error, isPending, refetch } = useRun(runId);
  const run = data?.chargeRun;
  return (
    <Page
      title={run?.name ?? "Charge run"}
      description={
        run && (
          <>
            {formatInstant(run.createdAt)}
            {run.actor !== null && ` · ${isolated(run.actor)}`} · Series{" "}
            <Anchor component={Link} href={`/series/${encodeURIComponent(run.series)}`} size="sm" underline="always">
              {run.series}
            </Anchor>
          </>
        )
      }
      actions={
        <>
          {run && <ResultButton run={run} />}
          <Anchor component={Link} href="/runs">
            All charge runs
          </Anchor>
        </>
      }
    >
      {isPending && <Loading what="the charge run" lines={6} />}
      {error && !run && <Failed title="The charge run could not be loaded" error={error} onRetry={refetch} />}
      {data && !run && (
        <Empty title="Charge run not found">
          <Text size="sm" c="dimmed">
            It may have been deleted, or it has rows for backends that you may not see.
          </Text>
        </Empty>
      )}
      {run && <Run run={run} />}
    </Page>
  );
}

function Run({ run }: { readonly run: ChargeRunDetailsFragment }) {
  const changes = useMay("write");
  const approves = useMay("approve");
  return (
    <Stack gap="lg">
      <Card>
        <Stack gap="md">
          <Group gap="md" aria-live="polite">
            <RunStateBadge state={run.state} />
            {run.executedBy !== null && (
              <Text size="sm" c="dimmed">
                Confirmed by {run.executedBy}
              </Text>
            )}
          </Group>
          <SimpleGrid cols={{ base: 1, md: run.charged && run.totals.length > 0 ? 2 : 1 }}>
            {run.totals.length > 0 && <Totals caption="To be sent" totals={run.totals} />}
            {run.charged && run.charged.length > 0 && <Totals caption="Charged" totals={run.charged} />}
          </SimpleGrid>
          {run.totals.length > 0 && (
            <Text size="sm" c="dimmed">
              {run.calls.toLocaleString()} calls to backends.
            </Text>
          )}
        </Stack>
      </Card>
      {(changes || (approves && run.state === "AWAITING_APPROVAL")) && <RunPanel run={run} />}
      <RunRows run={run} />
    </Stack>
  );
}

function Totals({ caption, totals }: { readonly caption: string; readonly totals: readonly ChargeRunTotalDetailsFragment[] }) {
  return (
    <Table aria-label={caption} verticalSpacing="xs" captionSide="top">
      <Table.Caption ta="left">{caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Backend</Table.Th>
          <Table.Th scope="col" ta="right">
            Rows
          </Table.Th>
          <Table.Th scope="col" ta="right">
            Amount
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {totals.map((total) => (
          <Table.Tr key={`${total.backend} ${total.currency}`}>
            <Table.Td>{total.backendLabel}</Table.Td>
            <Table.Td ta="right">{total.rows.toLocaleString()}</Table.Td>
            <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
              {formatMoney({ amount: total.amount, currency: total.currency as never })}
              {total.unpriced > 0 && (
                <Text size="xs" c="dimmed">
                  and {total.unpriced} priced by the backend
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
        {/* With a single total, the sum would repeat it. */}
        {(totals.length > 1 ? byCurrency(totals) : []).map((sum) => (
          <Table.Tr key={sum.currency} fw={650}>
            <Table.Td>Total</Table.Td>
            <Table.Td ta="right">
              {totals
                .filter(({ currency }) => currency === sum.currency)
                .reduce((rows, total) => rows + total.rows, 0)
                .toLocaleString()}
            </Table.Td>
            <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
              {formatMoney(sum)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Downloads the result: a file with one line for each row. */
function ResultButton({ run }: { readonly run: ChargeRunDetailsFragment }) {
  const files = useFiles();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => files.read(`/runs/${encodeURIComponent(run.id)}/result.csv`),
    onSuccess: (text) => downloadCsv(`${run.name}.csv`, text),
  });
  return (
    <>
      <Button variant="default" onClick={() => mutate()} loading={isPending}>
        Download the result
      </Button>
      {error && <Failed title="The result could not be loaded" error={error} />}
    </>
  );
}
