import { type ChargeRunState, instantOf, type OpenOperationsQuery, type OperationInFullFragment } from "../../client/index.ts";
import { useBackendsQuery, useChargeRunsQuery, useOpenOperationsQuery } from "../../client/react/index.ts";

type Failed = OpenOperationsQuery["failed"]["nodes"][number];
type Open = Failed | OperationInFullFragment;

const hourMs = 3_600_000;
const refreshMs = 15_000;

/**
 * The operations that need a person, refreshed while the console is open. The navigation counts them, the start page lists them.
 */
export function useOpenOperations() {
  // Rounded to the hour, so that the query stays the same for a while.
  const since = instantOf(new Date(Math.floor(Date.now() / hourMs) * hourMs - 24 * hourMs));
  const query = useOpenOperationsQuery({ failedSince: since }, { refetchInterval: refreshMs });
  const lists = query.data ? [query.data.unsettled, query.data.failed] : [];
  return {
    ...query,
    operations: lists.flatMap(({ nodes }): readonly Open[] => nodes),
    /** True when there are more than are shown. */
    more: lists.some(({ pageInfo }) => pageInfo.hasNextPage),
  };
}

/** A person has to say which candidate it is, or that it is none. */
export function waitsForDecision({ steps }: Open): boolean {
  return (steps as OperationInFullFragment["steps"]).some(({ candidates = [] }) => candidates.length > 0);
}

/** Why the operation is in its state, in the words of the step that `subject` is about: the first of unknown outcome, else that failed. */
export function reasonOf({ steps }: Open): string | null {
  const failed = steps.filter(({ error }) => error !== null);
  const telling = failed.find(({ status }) => status === "UNKNOWN") ?? failed[0];
  return telling?.error?.message ?? null;
}

/** Counts what needs a person, for the navigation and the start page. */

/** States that only a person can end. */
const waitingStates: readonly ChargeRunState[] = ["AWAITING_APPROVAL", "PAUSED", "NEEDS_ATTENTION"];
const runsShown = 5;

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
