import { Badge, Button, Select, Stack, Text, VisuallyHidden } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { TaxesDocument, type TaxFilter, type TaxSummaryFragment } from "../../client/index.ts";
import { useBackendsQuery, useInfiniteTaxesQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { columnHelper, DataTable } from "../data-table.tsx";
import { failuresOf } from "../explanation.ts";
import { gapsOf, taxCsvColumns } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import { BackendSelect, FilterBar, SearchInput } from "../filter-bar.tsx";
import { taxRate } from "../format.ts";
import { TaxActions } from "../forms/tax-forms.tsx";
import { Page } from "../page.tsx";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { type UrlState, useUrlState } from "../url.ts";

const helper = columnHelper<TaxSummaryFragment>();

export const taxColumns = helper.columns([
  helper.accessor("name", {
    header: "Tax",
    cell: ({ row: { original: tax } }) => (
      <Stack gap={2}>
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {tax.name}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {tax.backend.label}
          {!tax.active && " · Not in force"}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("backend", {
    header: "Backend",
    meta: { w: 200, visibleFrom: "sm" },
    cell: ({ getValue }) => <BackendBadge backend={getValue()} />,
  }),
  helper.accessor("active", {
    header: "In force",
    meta: { w: 110, visibleFrom: "xs" },
    cell: ({ getValue }) => <Badge color={getValue() ? "green" : "gray"}>{getValue() ? "In force" : "Not in force"}</Badge>,
  }),
  helper.accessor(taxRate, { id: "rate", header: "Rate", meta: { w: 120, ta: "right" } }),
  helper.display({
    id: "actions",
    header: () => <VisuallyHidden>Actions</VisuallyHidden>,
    meta: { w: 52, ta: "right" },
    cell: ({ row }) => <TaxActions tax={row.original} />,
  }),
]);

const pageSize = 50;

/** Reads the filter of `taxes` from the address: ?search=…&backend=…&active=true */
function filterOf({ text, list }: UrlState): { readonly backends?: string[]; readonly filter: TaxFilter } {
  const backends = list("backend");
  const active = text("active");
  return {
    ...(backends.length > 0 && { backends }),
    filter: { ...(text("search") && { search: text("search") }), ...(active && { active: active === "true" }) },
  };
}

/** Lists the taxes of all backends that keep any. */
export function TaxesPage() {
  const url = useUrlState();
  const changes = useMay("write");
  const backends = useBackendsQuery({});
  const query = useInfiniteTaxesQuery({ first: pageSize, ...filterOf(url) }, { placeholderData: keepPreviousData });
  const { data, error, isPending, isPlaceholderData, hasNextPage, refetch } = query;
  const taxes = useMemo(() => data?.pages.flatMap((page) => page.taxes.nodes) ?? [], [data]);
  const failures = useMemo(() => failuresOf(data?.pages.flatMap((page) => page.taxes.unavailable) ?? []), [data]);
  const filtered = url.text("search") !== "" || url.text("active") !== "" || url.list("backend").length > 0;
  return (
    <Page
      title="Taxes"
      actions={
        changes && (
          <Button component={Link} href="/new/tax">
            New tax
          </Button>
        )
      }
    >
      <FilterBar
        label="Taxes"
        searchSpan={6}
        search={<SearchInput label="Text contains" value={url.text("search")} onChange={(search) => url.set({ search })} />}
      >
        <BackendSelect
          backends={backends.data?.backends.filter(({ capabilities }) => capabilities.includes("TAX_READ")) ?? []}
          value={url.list("backend")}
          onChange={(backend) => url.set({ backend })}
        />
        <Select
          label="In force"
          placeholder="Any"
          clearable
          data={[
            { value: "true", label: "In force" },
            { value: "false", label: "Not in force" },
          ]}
          value={url.text("active") || null}
          onChange={(active) => url.set({ active })}
        />
      </FilterBar>
      <Unavailable failures={failures} onRetry={refetch} />
      {error && !data && <Failed title="The taxes could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="taxes" />}
      {data && failures.length === 0 && taxes.length === 0 && !hasNextPage && (
        <Empty
          title={filtered ? "No tax matches these filters" : "There are no taxes yet"}
          onRemoveFilters={filtered && (() => url.set({ search: null, backend: null, active: null }))}
        />
      )}
      {taxes.length > 0 && (
        <ExportButton
          name="Taxes"
          document={TaxesDocument}
          variables={{ first: pageSize, ...filterOf(url) }}
          partOf={({ taxes: { nodes, pageInfo, unavailable } }) => ({ rows: nodes, gaps: gapsOf(unavailable), pageInfo })}
          columns={taxCsvColumns}
        />
      )}
      {(taxes.length > 0 || hasNextPage) && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable what="taxes" columns={taxColumns} rows={taxes} paging={query} />
        </Stack>
      )}
    </Page>
  );
}
