import { useQueryClient } from "@tanstack/react-query";
import type { ChargeRunDetailsFragment } from "../../client/index.ts";
import { useChargeRunQuery, useChargeRunUpdates } from "../../client/react/index.ts";
import { movingStates } from "./run-state.tsx";

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
