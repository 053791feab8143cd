import { MultiSelect, Stack, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import {
  AccountChargesDocument,
  type ChargeFilter,
  type ChargeKind,
  type ChargeStatus,
  type ChargeSummaryFragment,
  CustomerChargesDocument,
  type CustomerChargesQuery,
  type FailureDetailsFragment,
  isCalendarDate,
} from "../../client/index.ts";
import { useInfiniteAccountChargesQuery, useInfiniteCustomerChargesQuery } from "../../client/react/index.ts";
import { Amount } from "../amount.tsx";
import { BackendBadge, ChargeStatusBadge } from "../badges.tsx";
import { columnHelper, DataTable } from "../data-table.tsx";
import { chargeCsvColumns, gapsOf } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import type { Part } from "../export/exporting.ts";
import { FilterBar, SearchInput } from "../filter-bar.tsx";
import { formatDay, formatDecimal, wordsOf } from "../format.ts";
import { ChargeActions } from "../forms/charge-forms.tsx";
import { Panel } from "../page.tsx";
import { chargeStatusColors } from "../palette.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { keysOf, knownOf, type UrlState, useUrlState } from "../url.ts";

const helper = columnHelper<ChargeSummaryFragment>();

const backendColumn = helper.accessor("backend", {
  header: "Backend",
  meta: { w: 190, visibleFrom: "md" },
  cell: ({ getValue }) => <BackendBadge backend={getValue()} />,
});

/** @param ofSeveral true for charges of several backends */
const columnsOf = (ofSeveral: boolean) =>
  helper.columns([
    helper.accessor("name", {
      header: "Charge",
      cell: ({ row: { original: charge } }) => (
        <Stack gap={2}>
          <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
            {charge.name}
          </Text>
          <Text size="xs" c="dimmed">
            {ofSeveral && (
              <Text span inherit hiddenFrom="md">
                {charge.backend.label}
                {" · "}
              </Text>
            )}
            <Text span inherit hiddenFrom="xs">
              {wordsOf(charge.status)}
              {" · "}
            </Text>
            {[
              charge.date && formatDay(charge.date),
              wordsOf(charge.kind),
              charge.quantity !== "1" && `× ${formatDecimal(charge.quantity)}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </Stack>
      ),
    }),
    ...(ofSeveral ? [backendColumn] : []),
    helper.accessor("status", {
      header: "Status",
      meta: { w: 120, visibleFrom: "xs" },
      cell: ({ getValue }) => <ChargeStatusBadge status={getValue()} />,
    }),
    helper.accessor("outstanding", {
      header: "Outstanding",
      meta: { w: 130, ta: "right", visibleFrom: "lg" },
      cell: ({ getValue }) => <Amount money={getValue()} />,
    }),
    helper.accessor((charge) => charge.total ?? charge.amount, {
      id: "total",
      header: "Amount",
      meta: { w: 120, ta: "right" },
      cell: ({ getValue, row }) => <Amount money={getValue()} absent={row.original.amount === null ? "not priced" : "—"} />,
    }),
    helper.display({
      id: "actions",
      header: () => <VisuallyHidden>Actions</VisuallyHidden>,
      meta: { w: 52, ta: "right" },
      cell: ({ row }) => <ChargeActions charge={row.original} />,
    }),
  ]);

const chargeColumns = columnsOf(false);
const accountChargeColumns = columnsOf(true);

const pageSize = 50;
const statuses = keysOf<ChargeStatus>(chargeStatusColors);
const kinds: readonly ChargeKind[] = ["ONE_OFF", "RECURRING", "FEE", "CREDIT"];
const parameters = ["search", "status", "kind", "from", "to"];

/** Reads the filter of `charges` from the address: ?search=…&status=…&status=…&kind=…&from=…&to=… */
function filterOf({ text, list }: UrlState): ChargeFilter {
  const status = knownOf(statuses, list("status"));
  const kind = knownOf(kinds, list("kind"));
  const [from, to] = [text("from"), text("to")];
  return {
    ...(text("search") && { search: text("search") }),
    ...(status.length > 0 && { status }),
    ...(kind.length > 0 && { kind }),
    ...(isCalendarDate(from) && { from }),
    ...(isCalendarDate(to) && { to }),
  };
}

/** Lists a customer's charges, newest first. Scrolling loads more. */
export function ChargesSection({ customerId }: { readonly customerId: string }) {
  const filter = filterOf(useUrlState());
  const variables = { id: customerId, first: pageSize, filter };
  const query = useInfiniteCustomerChargesQuery(variables, { placeholderData: keepPreviousData });
  const { data } = query;
  const charges = useMemo(() => data?.pages.flatMap(({ customer }) => customer?.charges.nodes ?? []) ?? [], [data]);
  const failures = data?.pages[0]?.customer?.charges.unavailable ?? [];
  const file = (
    <ExportButton
      name="Charges"
      document={CustomerChargesDocument}
      variables={variables}
      partOf={({ customer }) => partOf(customer?.charges)}
      columns={chargeCsvColumns}
    />
  );
  return <ChargesList query={query} charges={charges} failures={failures} columns={chargeColumns} file={file} />;
}

/**
 * Lists an account's charges, merged over its backends, newest first. If a missing backend answers again, its charges follow
 * below.
 */
export function AccountChargesSection({ accountId }: { readonly accountId: string }) {
  const filter = filterOf(useUrlState());
  const variables = { id: accountId, first: pageSize, filter };
  const query = useInfiniteAccountChargesQuery(variables, { placeholderData: keepPreviousData });
  const { data } = query;
  const charges = useMemo(() => data?.pages.flatMap(({ account }) => account?.charges.nodes ?? []) ?? [], [data]);
  const failures = data?.pages.at(-1)?.account?.charges.unavailable ?? [];
  const file = (
    <ExportButton
      name="Charges"
      document={AccountChargesDocument}
      variables={variables}
      partOf={({ account }) => partOf(account?.charges)}
      columns={chargeCsvColumns}
    />
  );
  return <ChargesList query={query} charges={charges} failures={failures} columns={accountChargeColumns} file={file} />;
}

type ChargesPage = NonNullable<CustomerChargesQuery["customer"]>["charges"];

const partOf = (charges: ChargesPage | undefined): Part<ChargeSummaryFragment> => ({
  rows: charges?.nodes ?? [],
  gaps: gapsOf(charges?.unavailable),
  pageInfo: charges?.pageInfo,
});

interface ChargesListProperties {
  readonly query: Pick<
    ReturnType<typeof useInfiniteCustomerChargesQuery>,
    | "error"
    | "fetchNextPage"
    | "hasNextPage"
    | "isFetchNextPageError"
    | "isFetchingNextPage"
    | "isPending"
    | "isPlaceholderData"
    | "refetch"
  >;
  readonly charges: readonly ChargeSummaryFragment[];
  /** The backends that are missing from the pages loaded so far. */
  readonly failures: readonly FailureDetailsFragment[];
  readonly columns: typeof chargeColumns;
  /** The button that exports all of them. */
  readonly file: ReactNode;
}

function ChargesList({ query, charges, failures, columns, file }: ChargesListProperties) {
  const url = useUrlState();
  const { error, isPending, isPlaceholderData, hasNextPage, refetch } = query;
  const filtered = Object.keys(filterOf(url)).length > 0;
  const nothing = charges.length === 0 && !hasNextPage;
  return (
    <Panel title="Charges">
      <ChargeFilters url={url} />
      <Unavailable failures={failures} onRetry={refetch} />
      {error && nothing && <Failed title="The charges could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="charges" />}
      {!isPending && !error && failures.length === 0 && nothing && (
        <Empty
          title={filtered ? "No charge matches these filters" : "There are no charges yet"}
          onRemoveFilters={filtered && (() => url.set(Object.fromEntries(parameters.map((name) => [name, null]))))}
        />
      )}
      {!nothing && file}
      {!nothing && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable what="charges" columns={columns} rows={charges} paging={query} />
        </Stack>
      )}
    </Panel>
  );
}

function ChargeFilters({ url }: { readonly url: UrlState }) {
  const [from, to] = [url.text("from"), url.text("to")];
  return (
    <FilterBar
      label="Charges"
      searchSpan={12}
      search={<SearchInput label="Text contains" value={url.text("search")} onChange={(search) => url.set({ search })} />}
    >
      <MultiSelect
        label="Status"
        placeholder={url.list("status").length === 0 ? "Any" : ""}
        data={statuses.map((value) => ({ value, label: wordsOf(value) }))}
        value={knownOf(statuses, url.list("status"))}
        onChange={(status) => url.set({ status })}
      />
      <MultiSelect
        label="Kind"
        placeholder={url.list("kind").length === 0 ? "Any" : ""}
        data={kinds.map((value) => ({ value, label: wordsOf(value) }))}
        value={knownOf(kinds, url.list("kind"))}
        onChange={(kind) => url.set({ kind })}
      />
      <TextInput
        type="date"
        label="From"
        value={from}
        max={to}
        onChange={({ currentTarget }) => url.set({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={to}
        min={from}
        onChange={({ currentTarget }) => url.set({ to: currentTarget.value })}
      />
    </FilterBar>
  );
}
