import type { Store } from "../../src/journal/store.ts";
import { migrate } from "../../src/store/open.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

// Other records than the journal's have their tables.
const engine = await openSqlite(":memory:");
await engine.patiently(migrate);

const nothing = async (): Promise<void> => {};
const nobody = async (): Promise<null> => null;
const none = async (): Promise<readonly never[]> => [];

const nothingCounted = { PENDING: 0, SUCCEEDED: 0, FAILED: 0, UNKNOWN: 0, VALIDATED: 0, PARTIAL: 0, ROLLED_BACK: 0 };

/** A journal that keeps nothing: every operation is new, every change is done at once, and nothing can be read back. */
export const noStore: Store = {
  engine,
  insert: async (operation) => operation,
  byKey: nobody,
  byIds: async () => [],
  ofOnce: async () => [],
  alike: async () => [],
  hasAlike: async () => false,
  byId: nobody,
  list: none,
  trail: async function* () {},
  blocking: none,
  claimed: async () => new Set(),
  warnClaimants: none,
  saveStep: nothing,
  hasRival: async () => false,
  isBeingChanged: async () => false,
  addSteps: nothing,
  save: nothing,
  claim: nobody,
  reclaim: nobody,
  heartbeat: nothing,
  retire: nothing,
  heldBy: none,
  orphans: none,
  due: none,
  prune: async () => 0,
  time: async () => Date.now(),
  watch: async () => nothing,

  statistics: async () => ({ byStatus: nothingCounted, unknownSince: [] }),
  ping: nothing,
  close: nothing,
};
