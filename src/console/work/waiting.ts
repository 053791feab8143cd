import type { ChargeRunState } from "../../client/index.ts";
import { useBackendsQuery, useChargeRunsQuery } from "../../client/react/index.ts";
import { useOpenOperations } from "./open-operations.ts";

/** Counts what needs a person, for the navigation and the start page. */

/** States that only a person can end. */
const waitingStates: readonly ChargeRunState[] = ["AWAITING_APPROVAL", "PAUSED", "NEEDS_ATTENTION"];
const runsShown = 5;
const refreshMs = 15_000;

/** The charge runs that wait for a person. */
export function useWaitingRuns() {
  return useChargeRunsQuery({ first: runsShown, filter: { state: [...waitingStates] } }, { refetchInterval: refreshMs });
}

/** The backends that are down. Reading their health probes those that were not called lately. */
export function useBackendsDown() {
  const query = useBackendsQuery({}, { refetchInterval: refreshMs });
  return { ...query, down: query.data?.backends.filter(({ health }) => health.status === "DOWN") ?? [] };
}

interface Need {
  readonly count: number;
  /** True when there are more than were counted. */
  readonly more: boolean;
  readonly one: string;
  readonly many: string;
}

/**
 * Counts what needs a person and says what it is; null when nothing does. Does not count suggestions: there may be thousands, and
 * none is urgent.
 */
export function useNeeds(): { readonly count: string; readonly words: string } | null {
  const { operations, more } = useOpenOperations();
  const runs = useWaitingRuns().data?.chargeRuns;
  const { down } = useBackendsDown();
  return summaryOf([
    { count: operations.length, more, one: "operation", many: "operations" },
    { count: runs?.nodes.length ?? 0, more: runs?.pageInfo.hasNextPage ?? false, one: "charge run", many: "charge runs" },
    { count: down.length, more: false, one: "backend down", many: "backends down" },
  ]);
}

/** "2 operations and 1 charge run need attention". Pure. */
export function summaryOf(needs: readonly Need[]): { readonly count: string; readonly words: string } | null {
  const open = needs.filter(({ count }) => count > 0);
  if (open.length === 0) return null;
  const sum = open.reduce((total, { count }) => total + count, 0);
  const parts = open.map(
    ({ count, more, one, many }) => `${count}${more ? " or more" : ""} ${count === 1 && !more ? one : many}`,
  );
  const words = new Intl.ListFormat("en", { type: "conjunction" }).format(parts);
  const isOne = sum === 1 && !open.some(({ more }) => more);
  return { count: `${sum}${open.some(({ more }) => more) ? "+" : ""}`, words: `${words} ${isOne ? "needs" : "need"} attention` };
}
