import type { Declining } from "../mutations/declining.ts";
import type { Linking } from "../mutations/linking.ts";
import type { AccountStore } from "./store.ts";

/** What the plans of links do with the accounts. */
export function createLinking({ join, leave, isMember, accountOf, reachesBeyond }: AccountStore): Omit<Linking, keyof Declining> {
  return {
    join: (accountId, { backend, id, name: customerName }, name) =>
      join({ accountId, customer: { backend, id }, customerName, name }),
    leave,
    isMember,
    accountOf,
    reachesBeyond,
  };
}
