import { Anchor, Checkbox, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "wouter";
import { Amount } from "../amount.tsx";
import { BackendBadge, CustomerStatusBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { wordsOf } from "../format.ts";
import type { CustomerRow } from "./use-customer-rows.ts";

const helper = columnHelper<CustomerRow>();

/** The same with a column of checkboxes. */
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

export const customerColumns = selectableCustomerColumns.filter(({ id }) => id !== "selected");
