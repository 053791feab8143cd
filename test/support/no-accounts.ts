import type { MutationSource } from "../../src/gateway/mutations.ts";

/** For what links no customers: every account is empty, and nothing is declined. */
export const noAccounts: Pick<MutationSource, "linking" | "declining"> = {
  linking: {
    join: async () => {},
    leave: async () => {},
    isMember: async () => false,
    membersWith: async () => [],
    accountOf: async () => null,
  },
  declining: {
    decline: async () => {},
    isDeclined: async () => false,
  },
};
