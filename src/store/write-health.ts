import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "./engine.ts";

/**
 * Whether the database still accepts writes. A full disk answers every read, and so does a PostgreSQL that has become read-only: only
 * writes show the failure.
 */
export interface WriteHealth {
  /** The error of the last failure for which the store itself is to blame; null while all is well. */
  readonly failure: () => unknown;
  /** Call this with every error of the database. */
  readonly noteFailure: (error: unknown) => void;
  /** Resolves at once while all is well. After a failure it tries a write: resolves if that succeeds, which ends the failure, else rejects. */
  readonly confirm: () => Promise<void>;
  /** Registers a listener: called with the error when a failure begins, and with null when it ends. */
  readonly listen: (listener: (failure: unknown) => void) => void;
}

/** In characters; longer than most operations with all their steps. A smaller trial might fit where the next operation does not. */
const trialSize = 65_536;

type TrialTables = { trial_writes: { id: string; filler: string } };

/** @param isTrouble tells failures of the database from faults of a statement */
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

  /** Uses two transactions: what is deleted in the transaction that wrote it never needs space on the disk. */
  async function tryWriting(): Promise<void> {
    const before = failure;
    const filler = randomBytes(trialSize / 2).toString("hex");
    await trials.insertInto("trial_writes").values({ id: randomUUID(), filler }).execute();
    await trials.deleteFrom("trial_writes").execute();
    // If something failed meanwhile, that is another failure.
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
