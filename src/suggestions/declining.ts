import type { CallScope, WritePlan } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import type { Customer, Ref } from "../model/model.ts";
import { customersOf, onCustomers, readTogether } from "../mutations/customers.ts";
import type { Planners, WriteOptions } from "../mutations/mutation.ts";

/** The mutations of suggestions. */
export interface SuggestionMutations {
  /** Two customers of different backends. */
  readonly declineLink: { input: WriteOptions & { readonly customerIds: readonly string[] }; entity: Customer };
}

/** Whether null clears a member of a mutation's input: see Wording in mutations/idempotency.ts. */
export const nullClears: Readonly<Record<keyof SuggestionMutations, boolean>> = { declineLink: false };

/** Two customers of different backends. */
type CustomerPair = readonly [Ref, Ref];

/** Declining a suggestion: see store.ts. Doing it again has the same result. */
export interface Declining {
  /** Keeps the pair from being suggested. `operationId` names the journal's record of who declined it. */
  readonly decline: (pair: CustomerPair, operationId: string) => Promise<void>;
  readonly isDeclined: (pair: CustomerPair) => Promise<boolean>;
}

const declineAction = "accounts/decline";

/** The actions of steps that change only the gateway's own suggestions. */
export const suggestionActions: readonly string[] = [declineAction];

export function createSuggestionPlanners(backends: Backends, declining: Declining): Planners<SuggestionMutations> {
  return {
    declineLink: ({ customerIds }) => {
      const refs = customersOf(backends, customerIds, 2);
      const [one, other] = refs;
      if (!one || !other || refs.length > 2 || one.backend === other.backend)
        throw invalidInput(["input", "customerIds"], "must name two customers, of different backends");
      const read = readTogether(backends, refs);
      return onCustomers(refs, (ref, index) => declinePlan(declining, [one, other], ref, (scope) => read(index, scope)));
    },
  };
}

/**
 * Declines a pair, as the target of one of its customers. Each of the two has a target, so that the operation belongs to both
 * backends.
 *
 * @param read rejects if either customer does not exist
 */
function declinePlan(
  declining: Declining,
  pair: CustomerPair,
  ref: Ref,
  read: (scope: CallScope) => Promise<Customer>,
): WritePlan<Customer> {
  return {
    steps: [
      {
        action: declineAction,
        send: async (_id, { stepId }, scope) => {
          const value = await read(scope);
          await declining.decline(pair, stepId.slice(0, stepId.lastIndexOf("-")));
          return { id: ref.id, value };
        },
        find: async () => ({ ours: (await declining.isDeclined(pair)) ? [{ id: ref.id, claim: null }] : [], candidates: [] }),
      },
    ],
    read: (_id, scope) => read(scope),
  };
}
