import { instantOf, type OpenOperationsQuery, type OperationInFullFragment } from "../../client/index.ts";
import { useOpenOperationsQuery } from "../../client/react/index.ts";

type Failed = OpenOperationsQuery["failed"]["nodes"][number];
type Open = Failed | OperationInFullFragment;

const hourMs = 3_600_000;
const refreshMs = 15_000;

/** What a person has to look at, asked for again while the console is open: the navigation counts it, the start page lists it. */
export function useOpenOperations() {
  // To the hour, so that the same question is asked for a while.
  const since = instantOf(new Date(Math.floor(Date.now() / hourMs) * hourMs - 24 * hourMs));
  const query = useOpenOperationsQuery({ failedSince: since }, { refetchInterval: refreshMs });
  const lists = query.data ? [query.data.unsettled, query.data.failed] : [];
  return {
    ...query,
    operations: lists.flatMap(({ nodes }): readonly Open[] => nodes),
    /** There are more than are shown. */
    more: lists.some(({ pageInfo }) => pageInfo.hasNextPage),
  };
}

/** Somebody has to say which of the candidates it is, or that it is none. */
export function waitsForDecision({ steps }: Open): boolean {
  return (steps as OperationInFullFragment["steps"]).some(({ candidates = [] }) => candidates.length > 0);
}

/** Why it is where it is, in the words of the first call that did not succeed. */
export function reasonOf({ steps }: Open): string | null {
  return steps.find(({ error }) => error !== null)?.error?.message ?? null;
}
