import { Badge, Stack, Text, VisuallyHidden } from "@mantine/core";
import type { TaxSummaryFragment } from "../../client/index.ts";
import { BackendBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { TaxActions } from "../forms/tax-forms.tsx";
import { taxRate } from "./tax-rate.ts";

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
