import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "./engine.ts";

/**
 * Whether the database still takes what is written to it. A full disk answers every read, and so does a PostgreSQL that has become
 * read-only: only writes tell.
 */
export interface WriteHealth {
  /** Why a statement failed, where that is the store's own trouble; null while it has none. */
  readonly failure: () => unknown;
  /** To be told of everything that fails in the database. */
  readonly noteFailure: (error: unknown) => void;
  /** Resolves at once while all is well. After a failure, resolves once a trial write has succeeded, which ends the failure; else rejects. */
  readonly confirm: () => Promise<void>;
  /** Has a listener told when the trouble begins (why), and when it is over (null). */
  readonly listen: (listener: (failure: unknown) => void) => void;
}

/** Characters: more than most operations have with all their steps. A smaller write may find room where the next operation has none. */
const trialSize = 65_536;

type TrialTables = { trial_writes: { id: string; filler: string } };

/** @param isTrouble tells the database's own trouble from what a statement did wrong */
export function createWriteHealth(database: Database, isTrouble: (error: unknown) => boolean): WriteHealth {
  const trials = database.withTables<TrialTables>();
  const listeners: ((failure: unknown) => void)[] = [];
  let failure: unknown = null;
  let trying: Promise<void> | null = null;

  function change(next: unknown): void {
    const isNews = (failure === null) !== (next === null);
    failure = next;
    if (isNews) for (const listener of listeners) listener(next);
  }

  /** Two transactions: what is deleted in the one in which it was written never needs its room on the disk. */
  async function tryWriting(): Promise<void> {
    const before = failure;
    const filler = randomBytes(trialSize / 2).toString("hex");
    await trials.insertInto("trial_writes").values({ id: randomUUID(), filler }).execute();
    await trials.deleteFrom("trial_writes").execute();
    // What has failed meanwhile is another failure.
    if (failure === before) change(null);
  }

  return {
    failure: () => failure,
    noteFailure: (error) => {
      if (isTrouble(error)) change(error);
    },
    confirm: async () => {
      if (failure === null) return;
      trying ??= tryWriting().finally(() => {
        trying = null;
      });
      await trying;
    },
    listen: (listener) => void listeners.push(listener),
  };
}
