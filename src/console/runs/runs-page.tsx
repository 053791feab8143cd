import { Anchor, Button, Select, Stack, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import type { ChargeRunFilter, ChargeRunState, ChargeRunSummaryFragment } from "../../client/index.ts";
import { useInfiniteChargeRunsQuery } from "../../client/react/index.ts";
import { columnHelper, DataTable } from "../data-table.tsx";
import { formatInstant, formatMoney, isolated } from "../format.ts";
import { Page } from "../page.tsx";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { keysOf, knownOf, useUrlState } from "../url.ts";
import { RunStateBadge, runLooks } from "./run-state.tsx";
import { byCurrency } from "./sums.ts";

const pageSize = 50;
const refreshMs = 5_000;

/** Lists the charge runs, newest first. */
export function RunsPage() {
  const url = useUrlState();
  const changes = useMay("write");
  const [state] = knownOf<ChargeRunState>(keysOf(runLooks), [url.text("state")]);
  const filter: ChargeRunFilter = state ? { state: [state] } : {};
  const query = useInfiniteChargeRunsQuery(
    { first: pageSize, filter },
    { placeholderData: keepPreviousData, refetchInterval: refreshMs },
  );
  const { data, error, isPending, refetch } = query;
  const runs = useMemo(() => data?.pages.flatMap((page) => page.chargeRuns.nodes) ?? [], [data]);
  return (
    <Page
      title="Charge runs"
      description="A month’s usage from a file: checked, confirmed once and sent to every backend, each row at most once."
      actions={
        changes && (
          <Button component={Link} href="/new/run">
            New charge run
          </Button>
        )
      }
    >
      <Select
        label="State"
        placeholder="Any"
        clearable
        maw={260}
        data={keysOf(runLooks).map((value) => ({ value, label: runLooks[value].label }))}
        value={state ?? null}
        onChange={(next) => url.set({ state: next })}
      />
      {error && !data && <Failed title="The charge runs could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="charge runs" lines={8} />}
      {data && runs.length === 0 && (
        <Empty title={state ? "No charge run is in this state" : "There are no charge runs yet"}>
          <Text size="sm" c="dimmed">
            A run begins with a file, such as the copier’s list of the month.
          </Text>
        </Empty>
      )}
      {runs.length > 0 && <DataTable what="charge runs" columns={runColumns} rows={runs} paging={query} />}
    </Page>
  );
}

const helper = columnHelper<ChargeRunSummaryFragment>();

const runColumns = helper.columns([
  helper.accessor("name", {
    header: "Run",
    cell: ({ row: { original: run } }) => (
      <Stack gap={2}>
        <Anchor component={Link} href={`/runs/${encodeURIComponent(run.id)}`} fw={500} style={{ overflowWrap: "anywhere" }}>
          {run.name}
        </Anchor>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {formatInstant(run.createdAt)}
          {run.actor !== null && ` · ${isolated(run.actor)}`}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("series", {
    header: "Series",
    meta: { w: 200, visibleFrom: "md" },
    cell: ({ getValue }) => (
      <Anchor component={Link} href={`/series/${encodeURIComponent(getValue())}`} size="sm">
        {getValue()}
      </Anchor>
    ),
  }),
  helper.display({
    id: "amount",
    header: "Amount",
    meta: { w: 170, ta: "right", visibleFrom: "sm" },
    cell: ({ row: { original: run } }) => (
      <Stack gap={0}>
        {byCurrency(run.charged ?? run.totals).map((sum) => (
          <Text key={sum.currency} size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
            {formatMoney(sum)}
          </Text>
        ))}
      </Stack>
    ),
  }),
  helper.accessor("state", {
    header: "State",
    meta: { w: 170 },
    cell: ({ getValue }) => <RunStateBadge state={getValue()} />,
  }),
]);
