import { ActionIcon, Anchor, Badge, Group, Menu, Select, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { createContext, useContext, useMemo, useState } from "react";
import { Link } from "wouter";
import type { ChargeRunDetailsFragment, ChargeRunRowDetailsFragment, ChargeRunRowState } from "../../client/index.ts";
import { useAllowChargeRunDuplicatesMutation, useInfiniteChargeRunRowsQuery } from "../../client/react/index.ts";
import { Amount } from "../amount.tsx";
import { columnHelper, DataTable } from "../data-table.tsx";
import { formatDay, isolated } from "../format.ts";
import { useMay } from "../session/session.ts";
import { Failed, Loading } from "../states.tsx";
import { keysOf, knownOf, useUrlState } from "../url.ts";
import { inWords } from "./mapping.ts";
import { CorrectRow, SkipRow } from "./row-forms.tsx";
import { countOf, movingStates, openStates, RowStateBadge, rowLooks, useRefreshRun } from "./run-state.tsx";

const pageSize = 100;
const everyMs = 2_000;

interface ShownRow extends ChargeRunRowDetailsFragment {
  readonly id: string;
}

type Action = "correct" | "skip" | "allow";
const ActContext = createContext<((row: ShownRow, action: Action) => void) | null>(null);

/** Lists the rows of a run: all of them, those in one state, or those with warnings. */
export function RunRows({ run }: { readonly run: ChargeRunDetailsFragment }) {
  const url = useUrlState();
  const changes = useMay("write") && openStates.has(run.state);
  const [acting, setActing] = useState<{ readonly row: ShownRow; readonly action: "correct" | "skip" } | null>(null);
  const allow = useAllowChargeRunDuplicatesMutation(useRefreshRun());
  const shown = url.text("rows");
  const [state] = knownOf<ChargeRunRowState>(keysOf(rowLooks), [shown]);
  const filter = shown === "WARNED" ? { warned: true } : state ? { state: [state] } : {};
  const query = useInfiniteChargeRunRowsQuery(
    { id: run.id, first: pageSize, filter },
    { placeholderData: keepPreviousData, ...(movingStates.has(run.state) && { refetchInterval: everyMs }) },
  );
  const { data, error, isPending, refetch } = query;
  const rows = useMemo(
    () => data?.pages.flatMap((page) => page.chargeRun?.rows.nodes ?? []).map((row): ShownRow => ({ ...row, id: row.key })) ?? [],
    [data],
  );
  const act = (row: ShownRow, action: Action): void => {
    if (action === "allow") allow.mutate({ input: { id: run.id, keys: [row.key] } });
    else setActing({ row, action });
  };
  const choices = keysOf(rowLooks).flatMap((each) => {
    const count = countOf(run, each);
    return count === 0 ? [] : [{ value: each as string, label: `${rowLooks[each].label} (${count.toLocaleString()})` }];
  });
  return (
    <Stack gap="sm" component="section" aria-labelledby="rows">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4" id="rows">
          Rows
        </Title>
        <Select
          aria-label="Rows to show"
          placeholder="All rows"
          clearable
          data={[...choices, { value: "WARNED", label: "With warnings" }]}
          value={shown || null}
          onChange={(value) => url.set({ rows: value })}
        />
      </Group>
      {error && !data && <Failed title="The rows could not be loaded" error={error} onRetry={refetch} />}
      {allow.error && <Failed title="The row was not allowed" error={allow.error} />}
      {isPending && <Loading what="the rows" lines={8} />}
      {data && rows.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {shown ? "No row matches." : "There are no rows."}
        </Text>
      )}
      {rows.length > 0 && (
        <ActContext value={changes ? act : null}>
          <DataTable what="rows" columns={rowColumns} rows={rows} paging={query} />
        </ActContext>
      )}
      {acting?.action === "correct" && <CorrectRow runId={run.id} row={acting.row} onClose={() => setActing(null)} />}
      {acting?.action === "skip" && <SkipRow runId={run.id} row={acting.row} onClose={() => setActing(null)} />}
    </Stack>
  );
}

const helper = columnHelper<ShownRow>();

const rowColumns = helper.columns([
  helper.accessor("line", {
    header: "Line",
    meta: { w: 70, visibleFrom: "sm" },
    cell: ({ getValue }) => (
      <Text size="sm" c="dimmed">
        {getValue()}
      </Text>
    ),
  }),
  helper.display({
    id: "what",
    header: "Charge",
    cell: ({ row: { original: row } }) => <What row={row} />,
  }),
  helper.display({
    id: "amount",
    header: "Amount",
    meta: { w: 130, ta: "right" },
    cell: ({ row: { original: row } }) => (
      <Amount money={row.stored ?? row.amount} {...(row.state === "READY" && { absent: "priced later" })} />
    ),
  }),
  helper.display({
    id: "state",
    header: "State",
    meta: { w: 170, visibleFrom: "xs" },
    cell: ({ row: { original: row } }) => <RowStateBadge state={row.state} />,
  }),
  helper.display({
    id: "actions",
    header: "",
    meta: { w: 56, ta: "right" },
    cell: ({ row: { original: row } }) => <Actions row={row} />,
  }),
]);

function What({ row }: { readonly row: ShownRow }) {
  const who = row.customerName ?? row.customerReference ?? row.given.customerId ?? "Unknown customer";
  return (
    <Stack gap={2} style={{ overflowWrap: "anywhere" }}>
      <Group gap={6}>
        {row.customerId === null ? (
          <Text size="sm" fw={500}>
            {who}
          </Text>
        ) : (
          <Anchor component={Link} href={`/customers/${encodeURIComponent(row.customerId)}`} size="sm" fw={500}>
            {who}
          </Anchor>
        )}
        {row.backendLabel !== null && (
          <Badge color="gray" variant="default">
            {row.backendLabel}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {[isolated(row.name ?? row.description ?? ""), row.date && formatDay(row.date), isolated(row.customerReference ?? "")]
          .filter(Boolean)
          .join(" · ")}
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        Line {row.line}
      </Text>
      <Text size="xs" hiddenFrom="xs" component="div">
        <RowStateBadge state={row.state} />
      </Text>
      {row.problems.map(({ message, candidates }) => (
        <Text key={message} size="xs" fw={600}>
          {inWords(message)}
          {candidates.length > 0 && ` Possible customers: ${candidates.map(({ name }) => name).join(", ")}.`}
        </Text>
      ))}
      {row.warnings.map((warning) => (
        <Text key={warning} size="xs">
          {warning}
        </Text>
      ))}
      {row.reason !== null && (
        <Text size="xs" c="dimmed">
          Skipped: {row.reason}
        </Text>
      )}
      {row.changed.length > 0 && (
        <Text size="xs" c="dimmed">
          Changed: {row.changed.join(", ")}
        </Text>
      )}
      {row.operationId !== null && (
        <Anchor component={Link} href={`/operations/${encodeURIComponent(row.operationId)}`} size="xs">
          Show the operation
        </Anchor>
      )}
    </Stack>
  );
}

const mendable: ReadonlySet<ChargeRunRowState> = new Set(["NEEDS_ATTENTION", "READY", "SKIPPED", "FAILED"]);

function Actions({ row }: { readonly row: ShownRow }) {
  const act = useContext(ActContext);
  if (act === null || !mendable.has(row.state)) return null;
  const isAlike = row.problems.some(({ code }) => code === "LIKELY_DUPLICATE");
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions of line ${row.line}`}>
          ⋯
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => act(row, "correct")}>Correct</Menu.Item>
        {isAlike && <Menu.Item onClick={() => act(row, "allow")}>Allow, although it looks like another charge</Menu.Item>}
        {row.state !== "SKIPPED" && <Menu.Item onClick={() => act(row, "skip")}>Skip</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
