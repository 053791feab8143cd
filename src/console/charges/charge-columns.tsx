import { Stack, Text, VisuallyHidden } from "@mantine/core";
import type { ChargeSummaryFragment } from "../../client/index.ts";
import { Amount } from "../amount.tsx";
import { BackendBadge, ChargeStatusBadge } from "../badges.tsx";
import { columnHelper } from "../data-table.tsx";
import { formatDay, formatDecimal, wordsOf } from "../format.ts";
import { ChargeActions } from "../forms/charge-forms.tsx";

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

export const chargeColumns = columnsOf(false);
export const accountChargeColumns = columnsOf(true);
