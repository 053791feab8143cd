import { Anchor, Checkbox, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "wouter";
import type { CustomerSummaryFragment } from "../../client/index.ts";
import { Amount } from "../amount.tsx";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { wordsOf } from "../format.ts";

const helper = columnHelper<CustomerSummaryFragment>();

/** With a column to tick rows in. */
export const selectableCustomerColumns = helper.columns([
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
      <Stack gap={2}>
        <Anchor component={Link} href={`/customers/${encodeURIComponent(customer.id)}`} size="sm" fw={500} lineClamp={2}>
          {customer.name}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
          <Text span inherit hiddenFrom="md">
            {customer.backend.label}
            {customer.status !== "ACTIVE" && ` · ${wordsOf(customer.status)}`}
            {" · "}
          </Text>
          {customer.email ?? customer.reference ?? customer.backendId}
        </Text>
      </Stack>
    ),
  }),
  helper.accessor("backend", {
    header: "Backend",
    meta: { w: 220, visibleFrom: "md" },
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

export const customerColumns = selectableCustomerColumns.filter(({ id }) => id !== "selected");
