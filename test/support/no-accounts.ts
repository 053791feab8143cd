import type { Linking } from "../../src/mutations/linking.ts";

/** For what links no customers: every account is empty. */
export const noAccounts: Linking = {
  join: async () => {},
  leave: async () => {},
  isMember: async () => false,
  reachesBeyond: async () => false,
  accountOf: async () => null,
  decline: async () => {},
  isDeclined: async () => false,
};
