import { Button, Select, Stack, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import type { RowSelectionState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { CustomerFilter, CustomerStatus } from "../../client/index.ts";
import { useBackendsQuery, useInfiniteCustomersQuery } from "../../client/react/index.ts";
import { BackendSelect } from "../backend-select.tsx";
import { DataTable } from "../data-table.tsx";
import { failuresOf } from "../failures.ts";
import { FilterBar } from "../filter-bar.tsx";
import { wordsOf } from "../format.ts";
import { customerStatusColors } from "../labels.ts";
import { Page } from "../page.tsx";
import { SearchInput } from "../search-input.tsx";
import { useMay } from "../session/viewer.ts";
import { Empty, Failed, Loading, Unavailable } from "../states.tsx";
import { keysOf, knownOf, type UrlState, useUrlState } from "../url.ts";
import { customerColumns, selectableCustomerColumns } from "./customer-columns.tsx";

const pageSize = 100;

/** What `customers` is asked for, as the address has it: ?search=…&backend=…&backend=…&status=… */
function filterOf({ text, list }: UrlState): { readonly backends?: string[]; readonly filter: CustomerFilter } {
  const [status] = knownOf<CustomerStatus>(keysOf(customerStatusColors), [text("status")]);
  const backends = list("backend");
  return {
    ...(backends.length > 0 && { backends }),
    filter: { ...(text("search") && { search: text("search") }), ...(status && { status }) },
  };
}

/** The customers of all backends in one list; a backend that is down is named, the others' customers are shown. */
export function CustomersPage() {
  const url = useUrlState();
  const changes = useMay("write");
  const [selection, setSelection] = useState<RowSelectionState>({});
  const backends = useBackendsQuery({});
  const query = useInfiniteCustomersQuery({ first: pageSize, ...filterOf(url) }, { placeholderData: keepPreviousData });
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  const customers = useMemo(() => data?.pages.flatMap((page) => page.customers.nodes) ?? [], [data]);
  const failures = useMemo(() => failuresOf(data?.pages.flatMap((page) => page.customers.unavailable) ?? []), [data]);
  const selected = Object.keys(selection);
  const filtered = url.text("search") !== "" || url.text("status") !== "" || url.list("backend").length > 0;
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
        search={<SearchInput label="Name contains" value={url.text("search")} onChange={(search) => url.set({ search })} />}
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
      {error && !data && <Failed title="The customers could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="customers" lines={10} />}
      {data && failures.length === 0 && customers.length === 0 && !query.hasNextPage && (
        <Empty title={filtered ? "No customer fits these filters" : "There are no customers yet"}>
          {(filtered || changes) && (
            <Text c="dimmed" size="sm">
              {filtered ? "Search for less of the name, or ask more backends." : "Create the first one."}
            </Text>
          )}
          {filtered && (
            <Button variant="default" onClick={() => url.set({ search: null, backend: null, status: null })}>
              Remove the filters
            </Button>
          )}
        </Empty>
      )}
      {(customers.length > 0 || query.hasNextPage) && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable
            what="customers"
            columns={changes ? selectableCustomerColumns : customerColumns}
            rows={customers}
            paging={query}
            selection={selection}
            onSelectionChange={setSelection}
          />
        </Stack>
      )}
    </Page>
  );
}

const bulkQuery = (customerIds: readonly string[]): URLSearchParams =>
  new URLSearchParams(customerIds.map((id) => ["customer", id]));
