import { instantOf, type OpenOperationsQuery, type OperationInFullFragment } from "../../client/index.ts";
import { useOpenOperationsQuery } from "../../client/react/index.ts";

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
