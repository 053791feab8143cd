import { useQueryClient } from "@tanstack/react-query";
import type { ChargeRunAnswerFragment, ChargeRunDetailsFragment } from "../../client/index.ts";
import { useChargeRunQuery, useChargeRunUpdates } from "../../client/react/index.ts";
import { movingStates } from "./run-state.tsx";

const everyMs = 1_000;
const restingMs = 15_000;

/** A run as the gateway tells of it; where it cannot, it is looked at every second while something goes on with it. */
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

/** What every mutation of a run ends with: its page shows it as it is now. */
export function useRefreshRun(): { readonly onSuccess: () => void } {
  const queries = useQueryClient();
  return { onSuccess: () => void queries.invalidateQueries() };
}

/** What a mutation refused; empty where it did not. */
export function refusalsOf(answer: ChargeRunAnswerFragment | undefined): readonly string[] {
  return answer?.errors.map(({ message }) => message) ?? [];
}

export function countOf(run: ChargeRunDetailsFragment, state: ChargeRunDetailsFragment["counts"][number]["state"]): number {
  return run.counts.reduce((sum, count) => sum + (count.state === state ? count.rows : 0), 0);
}
