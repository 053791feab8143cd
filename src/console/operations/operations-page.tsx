import { Alert, MultiSelect, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type Instant,
  instantOf,
  isCalendarDate,
  type OperationFilter,
  type OperationStatus,
  OperationsDocument,
} from "../../client/index.ts";
import { queryKey, useAllOperationUpdates, useBackendsQuery, useInfiniteOperationsQuery } from "../../client/react/index.ts";
import { DataTable } from "../data-table.tsx";
import { operationCsvColumns } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import { Page } from "../page.tsx";
import { useMay, useViewer } from "../session/session.ts";
import { Empty, Failed, Loading } from "../states.tsx";
import { keysOf, knownOf, type UrlState, useUrlState } from "../url.ts";
import { operationColumns } from "./operation-columns.tsx";
import { statusLooks } from "./operation-status.tsx";
import { mutationLabels } from "./operation-words.ts";

const pageSize = 50;
const parameters = ["status", "mutation", "backend", "from", "to"] as const;

/** Lists the journal, newest first, and follows it. */
export function OperationsPage() {
  const url = useUrlState();
  const queries = useQueryClient();
  const { name } = useViewer();
  const all = useMay("admin");
  const backends = useBackendsQuery({});
  const variables = { first: pageSize, filter: filterOf(url) };
  const query = useInfiniteOperationsQuery(variables, { placeholderData: keepPreviousData });
  const updates = useAllOperationUpdates({
    onUpdate: () => void queries.invalidateQueries({ queryKey: queryKey(OperationsDocument) }),
  });
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  const operations = useMemo(() => data?.pages.flatMap((page) => page.operations.nodes) ?? [], [data]);
  const filtered = parameters.some((name) => url.text(name) !== "");
  return (
    <Page
      title="Operations"
      description={`${all ? "All changes" : `All changes by ${name}`}, with their outcomes. Updates automatically.`}
    >
      <Filters url={url} backends={backends.data?.backends ?? []} />
      {updates.error !== null && (
        <Alert color="yellow" title="Live updates interrupted" role="status">
          <Text size="sm">The live connection was lost. It is being restored.</Text>
        </Alert>
      )}
      {error && !data && <Failed title="The operations could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="operations" lines={10} />}
      {data && operations.length === 0 && !query.hasNextPage && (
        <Empty
          title={
            filtered ? "No operation matches these filters" : all ? "There are no operations yet" : "You have no operations yet"
          }
          onRemoveFilters={filtered && (() => url.set(Object.fromEntries(parameters.map((name) => [name, null]))))}
        />
      )}
      {operations.length > 0 && (
        <ExportButton
          name="Operations"
          document={OperationsDocument}
          variables={variables}
          partOf={({ operations: { nodes, pageInfo } }) => ({ rows: nodes, gaps: [], pageInfo })}
          columns={operationCsvColumns}
        />
      )}
      {operations.length > 0 && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable what="operations" columns={operationColumns} rows={operations} paging={query} rowHeight={81} />
        </Stack>
      )}
    </Page>
  );
}

interface FiltersProperties {
  readonly url: UrlState;
  readonly backends: readonly { readonly key: string; readonly label: string }[];
}

function Filters({ url, backends }: FiltersProperties) {
  return (
    <SimpleGrid cols={{ base: 2, lg: 5 }} role="search">
      <MultiSelect
        label="Status"
        placeholder={url.list("status").length === 0 ? "Any" : ""}
        clearable
        data={keysOf(statusLooks).map((value) => ({ value, label: statusLooks[value].label }))}
        value={url.list("status")}
        onChange={(status) => url.set({ status })}
      />
      <Select
        label="Action"
        placeholder="Any"
        clearable
        data={keysOf(mutationLabels).map((value) => ({ value, label: mutationLabels[value] ?? value }))}
        value={url.text("mutation") || null}
        onChange={(mutation) => url.set({ mutation })}
      />
      <Select
        label="Backend"
        placeholder="Any"
        clearable
        data={backends.map(({ key, label }) => ({ value: key, label }))}
        value={url.text("backend") || null}
        onChange={(backend) => url.set({ backend })}
      />
      <TextInput
        type="date"
        label="From"
        value={url.text("from")}
        onChange={({ currentTarget }) => url.set({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={url.text("to")}
        onChange={({ currentTarget }) => url.set({ to: currentTarget.value })}
      />
    </SimpleGrid>
  );
}

/** Reads the filter from the address: ?status=…&status=…&mutation=…&backend=…&from=…&to=… */
function filterOf({ text, list }: UrlState): OperationFilter {
  const status = knownOf<OperationStatus>(keysOf(statusLooks), list("status"));
  const from = edgeOf(text("from"), 0);
  const to = edgeOf(text("to"), 1);
  return {
    // Check-only operations have changed nothing.
    validateOnly: status.includes("VALIDATED") ? null : false,
    ...(status.length > 0 && { status }),
    ...(text("mutation") && { mutation: text("mutation") }),
    ...(text("backend") && { backend: text("backend") }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

/** The first instant of a day in the reader's time zone, or with `daysLater` 1, of the day after it. */
function edgeOf(day: string, daysLater: 0 | 1): Instant | null {
  if (!isCalendarDate(day)) return null;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return instantOf(new Date(new Date(year, month - 1, date + daysLater).getTime() - daysLater));
}
