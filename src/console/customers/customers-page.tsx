import { Anchor, Button, Checkbox, Select, Stack, Text, VisuallyHidden } from "@mantine/core";
import type { RowSelectionState } from "@tanstack/react-table";
import { useState } from "react";
import { Link } from "wouter";
import { type CustomerStatus, CustomersDocument, SearchDocument } from "../../client/index.ts";
import { useBackendsQuery } from "../../client/react/index.ts";
import { Amount } from "../amount.tsx";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { columnHelper, DataTable } from "../data-table.tsx";
import { customerCsvColumns, foundCustomerColumns, gapsOf } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import { BackendSelect, FilterBar, SearchInput } from "../filter-bar.tsx";
import { wordsOf } from "../format.ts";
import { Page } from "../page.tsx";
import { customerStatusColors } from "../palette.ts";
import { remarksOn } from "../search/found.ts";
import { useMay } from "../session/session.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { keysOf, knownOf, type UrlState, useUrlState } from "../url.ts";
import {
  type CustomerRow,
  type CustomersAsked,
  foundCustomers,
  mostSorted,
  nextSort,
  shortestText,
  sortableColumns,
  sortedCustomers,
  sortFrom,
  useCustomerRows,
} from "./use-customer-rows.ts";

const helper = columnHelper<CustomerRow>();

/** The same with a column of checkboxes. */
const selectableCustomerColumns = helper.columns([
  helper.display({
    id: "selected",
    meta: { w: 44 },
    header: () => <VisuallyHidden>Selected</VisuallyHidden>,
    cell: ({ row }) => (
      <Checkbox
        aria-label={`Select ${row.original.name}`}
        checked={row.getIsSelected()}
        onChange={({ currentTarget }) => row.toggleSelected(currentTarget.checked)}
      />
    ),
  }),
  helper.accessor("name", {
    header: "Name",
    cell: ({ row: { original: customer } }) => (
      <Stack gap={0}>
        <Anchor
          component={Link}
          href={`/customers/${encodeURIComponent(customer.id)}`}
          size="sm"
          fw={500}
          style={{ overflowWrap: "anywhere" }}
        >
          {customer.name}
        </Anchor>
        <Text size="xs" c="dimmed" hiddenFrom="md" style={{ overflowWrap: "anywhere" }}>
          {customer.backend.label}
          {customer.status !== "ACTIVE" && ` · ${wordsOf(customer.status)}`}
          {" · "}
          {customer.reference ?? customer.email ?? customer.backendId}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("reference", {
    header: "Reference",
    meta: { w: 150, visibleFrom: "md" },
    cell: ({ getValue }) => <Plain text={getValue()} />,
  }),
  helper.accessor("email", {
    header: "E-mail",
    meta: { w: 230, visibleFrom: "xl" },
    cell: ({ getValue }) => <Plain text={getValue()} />,
  }),
  helper.accessor("backend", {
    header: "Backend",
    meta: { w: 170, visibleFrom: "md" },
    cell: ({ getValue }) => <BackendBadge backend={getValue()} />,
  }),
  helper.accessor("status", {
    header: "Status",
    meta: { w: 120, visibleFrom: "sm" },
    cell: ({ getValue }) => <CustomerStatusBadge status={getValue()} />,
  }),
  helper.accessor("amountDue", {
    header: "Amount due",
    meta: { w: 130, ta: "right" },
    cell: ({ getValue }) => <Amount money={getValue()} />,
  }),
]);

function Plain({ text }: { readonly text: string | null }) {
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }} {...(text === null && { c: "dimmed" })}>
      {text ?? "—"}
    </Text>
  );
}

const customerColumns = selectableCustomerColumns.filter(({ id }) => id !== "selected");

/** Reads the query from the address: ?search=…&backend=…&backend=…&status=…&sort=-amountDue */
function askedOf({ text, list }: UrlState): CustomersAsked {
  const [status] = knownOf<CustomerStatus>(keysOf(customerStatusColors), [text("status")]);
  return { text: text("search").trim(), backends: list("backend"), status, sort: sortFrom(text("sort")) };
}

/** Lists the customers of all backends. Names a backend that is down at once, and shows the customers of the others. */
export function CustomersPage() {
  const url = useUrlState();
  const asked = askedOf(url);
  const changes = useMay("write");
  const [selection, setSelection] = useState<RowSelectionState>({});
  const backends = useBackendsQuery({});
  const { rows: customers, failures, remarks, ...query } = useCustomerRows(asked);
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  const selected = Object.keys(selection);
  const filtered = asked.text !== "" || url.text("status") !== "" || asked.backends.length > 0;
  return (
    <Page
      title="Customers"
      actions={
        <>
          {selected.length > 0 && (
            <Button variant="default" component={Link} href={`/new/charges?${bulkQuery(selected)}`}>
              Charge {selected.length} selected
            </Button>
          )}
          {changes && (
            <Button component={Link} href="/new/customer">
              New customer
            </Button>
          )}
        </>
      }
    >
      <FilterBar
        label="Customers"
        searchSpan={6}
        search={
          <SearchInput
            label="Name, e-mail, reference or phone"
            value={url.text("search")}
            onChange={(search) => url.set({ search })}
          />
        }
      >
        <BackendSelect
          backends={backends.data?.backends.filter(({ capabilities }) => capabilities.includes("CUSTOMER_READ")) ?? []}
          value={url.list("backend")}
          onChange={(backend) => url.set({ backend })}
        />
        <Select
          label="Status"
          placeholder="Any"
          clearable
          data={keysOf(customerStatusColors).map((value) => ({ value, label: wordsOf(value) }))}
          value={url.text("status") || null}
          onChange={(status) => url.set({ status })}
        />
      </FilterBar>
      <Unavailable failures={failures} onRetry={refetch} />
      {remarks.length > 0 && (
        <Text size="sm" c="dimmed" role="status">
          {remarks.join(" ")}
        </Text>
      )}
      {asked.text !== "" && !query.isSearch && (
        <Text size="sm" c="dimmed" role="status">
          Type at least {shortestText} characters: until then, all customers are shown.
        </Text>
      )}
      {query.isCut && (
        <Text size="sm" c="dimmed" role="status">
          Only the first {mostSorted.toLocaleString()} customers are sorted: filter to see the others.
        </Text>
      )}
      {error && !data && <Failed title="The customers could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="customers" lines={10} />}
      {data && failures.length === 0 && customers.length === 0 && !query.hasMore && (
        <Empty
          title={filtered ? "No customer matches these filters" : "There are no customers yet"}
          onRemoveFilters={filtered && (() => url.set({ search: null, backend: null, status: null }))}
        >
          {(filtered || changes) && (
            <Text c="dimmed" size="sm">
              {filtered ? "Type fewer letters, or choose more backends." : "Create the first one."}
            </Text>
          )}
        </Empty>
      )}
      {customers.length > 0 && <CustomersFile key={JSON.stringify(asked)} asked={asked} query={query} />}
      {(customers.length > 0 || query.hasMore) && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable
            what="customers"
            columns={changes ? selectableCustomerColumns : customerColumns}
            rows={customers}
            paging={query.paging}
            sorting={{
              columns: sortableColumns,
              by: asked.sort,
              onSort: (column) => url.set({ sort: nextSort(asked.sort, column) }),
            }}
            dense
            selection={selection}
            onSelectionChange={setSelection}
          />
        </Stack>
      )}
    </Page>
  );
}

interface CustomersFileProperties {
  readonly asked: CustomersAsked;
  readonly query: Pick<ReturnType<typeof useCustomerRows>, "isSearch" | "listed" | "sought">;
}

/** Exports the whole list as a file. */
function CustomersFile({ asked: { status, sort }, query: { isSearch, listed, sought } }: CustomersFileProperties) {
  const sorted = (rows: readonly CustomerRow[]) => sortedCustomers(rows, sort);
  return isSearch ? (
    <ExportButton
      name="Customers"
      document={SearchDocument}
      variables={sought}
      partOf={(found) => ({
        rows: foundCustomers(found, status),
        gaps: [...gapsOf(found.search.unavailable), ...remarksOn(found.search.sources, Date.now())],
        pageInfo: found.search.pageInfo,
      })}
      columns={foundCustomerColumns}
      sorted={sorted}
    />
  ) : (
    <ExportButton
      name="Customers"
      document={CustomersDocument}
      variables={listed}
      partOf={({ customers: { nodes, unavailable, pageInfo } }) => ({ rows: nodes, gaps: gapsOf(unavailable), pageInfo })}
      columns={customerCsvColumns}
      sorted={sorted}
    />
  );
}

const bulkQuery = (customerIds: readonly string[]): URLSearchParams =>
  new URLSearchParams(customerIds.map((id) => ["customer", id]));
