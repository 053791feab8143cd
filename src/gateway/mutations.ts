import type { Sight } from "../accounts/model.ts";
import { accountActions, nullClears as accountNullClears, createAccountPlanners, type Linking } from "../accounts/planning.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Planners } from "../mutations/mutation.ts";
import { nullClears as backendNullClears, createPlanners } from "../mutations/planning.ts";
import type { Mutations } from "../schema/index.ts";
import {
  createSuggestionPlanners,
  type Declining,
  suggestionActions,
  nullClears as suggestionNullClears,
} from "../suggestions/declining.ts";

/** All mutations, put together from those who contribute some. */

export interface MutationSource {
  readonly backends: Backends;
  /** What of accounts the caller sees whom the plans are made for. */
  readonly sight: Sight;
  readonly linking: Linking;
  readonly declining: Declining;
}

export function planAll({ backends, sight, linking, declining }: MutationSource): Planners<Mutations> {
  const planners = createPlanners(backends);
  const { createCustomer } = planners;
  return {
    ...planners,
    ...createAccountPlanners({ backends, linking, sight, createCustomer }),
    ...createSuggestionPlanners(backends, declining),
  };
}

/** Whether null clears a member of a mutation's input: see Wording in mutations/same-input.ts. */
export const nullClears: Readonly<Record<keyof Mutations, boolean>> = {
  ...backendNullClears,
  ...accountNullClears,
  ...suggestionNullClears,
};

const ownActions: ReadonlySet<string> = new Set([...accountActions, ...suggestionActions]);

/** Whether a step of this action changes what the gateway keeps itself, and nothing in its backend. */
export function isOwnAction(action: string): boolean {
  return ownActions.has(action);
}
