import { Badge } from "@mantine/core";
import type { ChargeRunRowState, ChargeRunState } from "../../client/index.ts";

interface Look {
  readonly label: string;
  readonly color: string;
}

export const runLooks: Readonly<Record<ChargeRunState, Look>> = {
  PREPARING: { label: "Being checked", color: "blue" },
  NEEDS_ATTENTION: { label: "Needs attention", color: "orange" },
  READY: { label: "Ready", color: "cyan" },
  AWAITING_APPROVAL: { label: "Waiting for approval", color: "yellow" },
  RUNNING: { label: "Being sent", color: "blue" },
  PAUSED: { label: "Paused", color: "yellow" },
  WAITING: { label: "Waiting for outcomes", color: "yellow" },
  INCOMPLETE: { label: "Incomplete", color: "orange" },
  DONE: { label: "Done", color: "green" },
  CANCELLED: { label: "Cancelled", color: "gray" },
  UNDOING: { label: "Being undone", color: "blue" },
  UNDONE: { label: "Undone", color: "gray" },
};

export const rowLooks: Readonly<Record<ChargeRunRowState, Look>> = {
  UNCHECKED: { label: "Not checked", color: "gray" },
  NEEDS_ATTENTION: { label: "Needs attention", color: "orange" },
  READY: { label: "Ready", color: "cyan" },
  SKIPPED: { label: "Skipped", color: "gray" },
  LEFT_OUT: { label: "Already done", color: "gray" },
  SUCCEEDED: { label: "Done", color: "green" },
  FAILED: { label: "Failed", color: "red" },
  UNKNOWN: { label: "Not known yet", color: "yellow" },
  CANCELLED: { label: "Not sent", color: "gray" },
  UNDONE: { label: "Undone", color: "gray" },
};

/** States that change by themselves: the page refreshes them. */
export const movingStates: ReadonlySet<ChargeRunState> = new Set(["PREPARING", "RUNNING", "WAITING", "UNDOING"]);

/** States in which rows can be edited. */
export const openStates: ReadonlySet<ChargeRunState> = new Set(["NEEDS_ATTENTION", "READY", "INCOMPLETE"]);

export function RunStateBadge({ state }: { readonly state: ChargeRunState }) {
  return <Badge color={runLooks[state].color}>{runLooks[state].label}</Badge>;
}

export function RowStateBadge({ state }: { readonly state: ChargeRunRowState }) {
  return <Badge color={rowLooks[state].color}>{rowLooks[state].label}</Badge>;
}
