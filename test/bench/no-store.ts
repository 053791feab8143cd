import type { Store } from "../../src/operations/store.ts";

const nothing = async (): Promise<void> => {};
const nobody = async (): Promise<null> => null;
const none = async (): Promise<readonly never[]> => [];

/** A journal that keeps nothing: every operation is new, every change is done at once, and nothing can be read back. */
export const noStore: Store = {
  insert: async (operation) => operation,
  byKey: nobody,
  byId: nobody,
  list: none,
  blocking: none,
  claimed: async () => new Set(),
  saveStep: nothing,
  addSteps: nothing,
  save: nothing,
  claim: async () => true,
  heartbeat: nothing,
  retire: nothing,
  orphans: none,
  due: none,
  prune: async () => 0,
  watch: async () => nothing,
  ping: nothing,
  close: nothing,
};
