import { Badge } from "@mantine/core";
import type { OperationStatus } from "../../client/generated/graphql.ts";

interface Look {
  readonly label: string;
  readonly color: string;
}

export const statusLooks: Readonly<Record<OperationStatus, Look>> = {
  PENDING: { label: "In progress", color: "blue" },
  SUCCEEDED: { label: "Done", color: "green" },
  FAILED: { label: "Failed", color: "red" },
  UNKNOWN: { label: "Not known yet", color: "yellow" },
  PARTIAL: { label: "Partly done", color: "orange" },
  ROLLED_BACK: { label: "Rolled back", color: "gray" },
  VALIDATED: { label: "Checked only", color: "cyan" },
};

/** A status in words. The colour only repeats them. */
export function OperationStatusBadge({ status }: { readonly status: OperationStatus }) {
  const { label, color } = statusLooks[status];
  return (
    <Badge color={color} variant="light" style={{ flexShrink: 0 }}>
      {label}
    </Badge>
  );
}
