import type { CallScope, WritePlan } from "../adapter/adapter.ts";
import type { Customer, Ref } from "../model/model.ts";

/** Two customers of different backends. */
export type CustomerPair = readonly [Ref, Ref];

/** What is done with suggestions that people decline: by suggestions/store.ts. Doing it again comes to the same. */
export interface Declining {
  /** Keeps the pair from being suggested. `operationId`: the journal's record of who said so. */
  readonly decline: (pair: CustomerPair, operationId: string) => Promise<void>;
  readonly isDeclined: (pair: CustomerPair) => Promise<boolean>;
}

export const declineAction = "accounts/decline";

/**
 * Declines a pair, as a target of one of its customers: each has one, so that the operation belongs to both backends.
 *
 * @param read rejects where either customer does not exist
 */
export function declinePlan(
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
