import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { AccountsQuery } from "../../client/index.ts";
import { BackendBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { Owed } from "./owed.tsx";

type ListedAccount = AccountsQuery["accounts"]["nodes"][number];

const helper = columnHelper<ListedAccount>();

export const accountColumns = helper.columns([
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
