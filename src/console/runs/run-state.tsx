import { Alert, Badge, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ChargeRunAnswerFragment, ChargeRunDetailsFragment, ChargeRunRowState, ChargeRunState } from "../../client/index.ts";
import { useChargeRunQuery, useChargeRunUpdates } from "../../client/react/index.ts";
import { Failed } from "../states.tsx";

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

interface Properties {
  readonly answer: ChargeRunAnswerFragment | undefined;
  readonly error: unknown;
  readonly title?: string;
}

/** Says why a mutation of a run was refused. Renders nothing when it was not. */
export function Refusals({ answer, error, title = "The action failed" }: Properties) {
  if (error) return <Failed title={title} error={error} />;
  if (!answer || answer.errors.length === 0) return null;
  return (
    <Alert color="red" title={title} role="alert">
      {answer.errors.map(({ message }) => (
        <Text key={message} size="sm">
          {message}
        </Text>
      ))}
    </Alert>
  );
}

const everyMs = 1_000;
const restingMs = 15_000;

/** Follows a run by subscription. While that is down, polls it every second as long as it changes by itself. */
export function useRun(id: string) {
  const { error } = useChargeRunUpdates(id);
  return useChargeRunQuery(
    { id },
    {
      refetchInterval: ({ state: { data } }) =>
        error !== null && data?.chargeRun && movingStates.has(data.chargeRun.state) ? everyMs : restingMs,
    },
  );
}

/** Options of every mutation of a run: invalidate its queries. */
export function useRefreshRun(): { readonly onSuccess: () => void } {
  const queries = useQueryClient();
  return { onSuccess: () => void queries.invalidateQueries() };
}

export function countOf(run: ChargeRunDetailsFragment, state: ChargeRunDetailsFragment["counts"][number]["state"]): number {
  return run.counts.reduce((sum, count) => sum + (count.state === state ? count.rows : 0), 0);
}
