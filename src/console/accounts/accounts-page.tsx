import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { AccountsDocument, type AccountsQuery } from "../../client/index.ts";
import { useInfiniteAccountsQuery } from "../../client/react/index.ts";
import { BackendBadge } from "../badges.tsx";
import { columnHelper, DataTable } from "../data-table.tsx";
import { accountCsvColumns, gapsOf } from "../export/columns.ts";
import { ExportButton } from "../export/export-button.tsx";
import { SearchInput } from "../filter-bar.tsx";
import { Page } from "../page.tsx";
import { Empty, Failed, Loading } from "../states.tsx";
import { useUrlState } from "../url.ts";
import { Owed } from "./owed.tsx";

type ListedAccount = AccountsQuery["accounts"]["nodes"][number];

const helper = columnHelper<ListedAccount>();

const accountColumns = helper.columns([
  helper.accessor("name", {
    header: "Account",
    cell: ({ row: { original: account } }) => (
      <Stack gap={2}>
        <Anchor
          component={Link}
          href={`/accounts/${encodeURIComponent(account.id)}`}
          size="sm"
          fw={500}
          style={{ overflowWrap: "anywhere" }}
        >
          {account.name}
        </Anchor>
        <Text size="xs" c="dimmed" hiddenFrom="md">
          {account.customers.map(({ backend }) => backend.label).join(" · ")}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("customers", {
    header: "Backends",
    meta: { w: 420, visibleFrom: "md" },
    cell: ({ getValue }) => (
      <Group gap={4}>
        {getValue().map(({ id, backend }) => (
          <BackendBadge key={id} backend={backend} />
        ))}
      </Group>
    ),
  }),
  helper.accessor("balances", {
    header: "Amount due",
    meta: { w: 150, ta: "right" },
    cell: ({ getValue }) => <Owed balances={getValue()} />,
  }),
]);

const pageSize = 50;

/** Lists the accounts, newest link first. ?search=… */
export function AccountsPage() {
  const url = useUrlState();
  const search = url.text("search");
  const query = useInfiniteAccountsQuery({ first: pageSize, ...(search && { search }) }, { placeholderData: keepPreviousData });
  const { data, error, isPending, isPlaceholderData, hasNextPage, refetch } = query;
  const accounts = useMemo(() => data?.pages.flatMap((page) => page.accounts.nodes) ?? [], [data]);
  const nothing = accounts.length === 0 && !hasNextPage;
  return (
    <Page
      title="Accounts"
      description="Each account links the records of one customer in several backends."
      actions={
        <Button variant="default" component={Link} href="/suggestions">
          Suggestions
        </Button>
      }
    >
      <Stack maw={480} role="search" aria-label="Accounts">
        <SearchInput label="Name contains" value={search} onChange={(text) => url.set({ search: text })} />
      </Stack>
      {error && !data && <Failed title="The accounts could not be loaded" error={error} onRetry={refetch} />}
      {isPending && <Loading what="accounts" lines={10} />}
      {data && nothing && (
        <Empty title={search ? "No account’s name contains this" : "There are no accounts yet"}>
          {search ? (
            <Button variant="default" onClick={() => url.set({ search: null })}>
              Remove the filter
            </Button>
          ) : (
            <Text c="dimmed" size="sm">
              Link customers on a customer’s page, or look at the{" "}
              <Anchor component={Link} href="/suggestions" inherit underline="always">
                suggestions
              </Anchor>
              .
            </Text>
          )}
        </Empty>
      )}
      {accounts.length > 0 && (
        <ExportButton
          name="Accounts"
          document={AccountsDocument}
          variables={{ first: pageSize, ...(search && { search }) }}
          partOf={({ accounts: { nodes, pageInfo } }) => ({
            rows: nodes.flatMap(({ balances, ...account }) => balances.map((balance) => ({ ...balance, account }))),
            gaps: gapsOf(nodes.flatMap(({ balances }) => balances.flatMap(({ failure }) => failure ?? []))),
            pageInfo,
          })}
          columns={accountCsvColumns}
        />
      )}
      {data && !nothing && (
        <Stack gap={0} opacity={isPlaceholderData ? 0.6 : 1} aria-busy={isPlaceholderData}>
          <DataTable what="accounts" columns={accountColumns} rows={accounts} paging={query} />
        </Stack>
      )}
    </Page>
  );
}
