import { Button, Select, Stack, Text } from "@mantine/core";
import type { RowSelectionState } from "@tanstack/react-table";
import { useState } from "react";
import { Link } from "wouter";
import { type CustomerStatus, CustomersDocument, SearchDocument } from "../../client/index.ts";
import { useBackendsQuery } from "../../client/react/index.ts";
import { BackendSelect } from "../backend-select.tsx";
import { DataTable } from "../data-table.tsx";
import { customerCsvColumns, foundCustomerColumns, gapsOf } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import { FilterBar } from "../filter-bar.tsx";
import { wordsOf } from "../format.ts";
import { customerStatusColors } from "../labels.ts";
import { Page } from "../page.tsx";
import { remarksOn } from "../search/sources.ts";
import { SearchInput } from "../search-input.tsx";
import { useMay } from "../session/viewer.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { keysOf, knownOf, type UrlState, useUrlState } from "../url.ts";
import { customerColumns, selectableCustomerColumns } from "./customer-columns.tsx";
import { nextSort, sortableColumns, sortedCustomers, sortFrom } from "./sorting.ts";
import {
  type CustomerRow,
  type CustomersAsked,
  foundCustomers,
  mostSorted,
  shortestText,
  useCustomerRows,
} from "./use-customer-rows.ts";

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
