import { accountActions, nullClears as accountNullClears, createAccountPlanners, type Linking } from "../accounts/planning.ts";
import type { Planners } from "../mutations/mutation.ts";
import { nullClears as backendNullClears, createPlanners } from "../mutations/planning.ts";
import type { Reach } from "../reads/loaders.ts";
import type { Mutations } from "../schema/index.ts";
import {
  createSuggestionPlanners,
  type Declining,
  suggestionActions,
  nullClears as suggestionNullClears,
} from "../suggestions/declining.ts";

/** All mutations: those on backends, on accounts and on suggestions. */

export interface MutationSource {
  /** The backends and users that plans are made for. */
  readonly reach: Reach;
  readonly linking: Linking;
  readonly declining: Declining;
}

export function planAll({ reach, linking, declining }: MutationSource): Planners<Mutations> {
  const { backends } = reach;
  const planners = createPlanners(backends);
  return {
    ...planners,
    ...createAccountPlanners({ reach, linking, planners }),
    ...createSuggestionPlanners(backends, declining),
  };
}

/** Whether null clears a member of a mutation's input: see Wording in mutations/idempotency.ts. */
export const nullClears: Readonly<Record<keyof Mutations, boolean>> = {
  ...backendNullClears,
  ...accountNullClears,
  ...suggestionNullClears,
};

const ownActions: ReadonlySet<string> = new Set([...accountActions, ...suggestionActions]);

/** Whether a step of this action changes only the gateway's own store, and nothing in its backend. */
export function isOwnAction(action: string): boolean {
  return ownActions.has(action);
}
