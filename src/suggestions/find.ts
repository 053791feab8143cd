import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { IndexedBatch, RecordData } from "../directory/model.ts";
import { createEpisodes } from "../model/episodes.ts";
import type { Ref } from "../model/model.ts";
import type { Engine } from "../store/engine.ts";
import { blockingKeys, comparableCustomer } from "./keys.ts";
import type { ComparableCustomer } from "./model.ts";
import { createPairs, type ScoredPair, type UncomparedPage } from "./pairs.ts";
import { compare } from "./score.ts";

/**
 * Finds customers of other backends that are probably the same as new or changed ones. It reads the directory page by page:
 * only a batch and the records that share a key with it are in memory, and other work gets its turn in between.
 */
export interface Finder {
  /**
   * Takes the directory's batches: see `OnIndexed`. Never rejects. It still compares after `end`, because the directory ends
   * later.
   */
  readonly onIndexed: (batch: IndexedBatch) => Promise<void>;
  /**
   * Compares every customer not yet compared in its current form: after a crash, a failure, or a new version of the comparison.
   */
  readonly catchUp: () => Promise<void>;
  /** Stops catching up after the current batch. The next process does the rest. */
  readonly end: () => Promise<void>;
}

/** Customers in one transaction. The journal waits while it is written. */
const batchSize = 200;

/** Comparisons before other work gets its turn: a few milliseconds. */
const mostWithoutPause = 500;

/** Goes up when a change of src/comparing, keys.ts or score.ts changes results: everything is then compared again. */
const comparisonVersion = 2;

/** A customer's record in the directory, in one version. */
export interface DirectoryCustomer extends Ref {
  readonly name: string;
  /** JSON: RecordData. */
  readonly data: string;
  readonly fingerprint: string;
}

export function createFinder(engine: Engine, report: (problem: string, details: object) => void): Finder {
  const pairs = createPairs(engine);
  // True until one complete pass: an earlier process may have left work undone.
  let isBehind = true;
  let catching: Promise<void> | null = null;
  const ending = new AbortController();

  async function compareBatch(backend: string, records: readonly DirectoryCustomer[]): Promise<void> {
    if (records.length === 0) return;
    const customers = new Map(records.map((record) => [record.id, comparableOf(record)]));
    const keyed = [...customers].map(([id, customer]) => ({ id, keys: blockingKeys(customer) }));
    // Keys are committed first, so that of two batches in work at once, the later one sees the other.
    await pairs.putKeys(backend, keyed);
    const candidates = await pairs.candidates(backend, keyed);
    const others = new Map<string, ComparableCustomer>();
    for (const record of await pairs.records(candidates.map(({ other }) => other))) {
      others.set(refKey(record), comparableOf(record));
    }
    const scored: ScoredPair[] = [];
    for (const [index, { mine, other }] of candidates.entries()) {
      if (index % mostWithoutPause === mostWithoutPause - 1) await nextTurn();
      const one = customers.get(mine.id);
      const another = others.get(refKey(other));
      const comparison = one && another && compare(one, another);
      if (comparison) scored.push({ customers: [one, another], ...comparison });
    }
    const compared = records.map(({ id, fingerprint }) => ({ id, compared: comparedVersion(fingerprint) }));
    await pairs.keep(backend, compared, scored);
  }

  async function compareAll(): Promise<void> {
    // Set before the first page: a batch that fails from now on may lie where this pass has already been, and sets it again.
    isBehind = false;
    try {
      await pairs.dropGone(ending.signal);
      for (const backend of await pairs.backends()) {
        for (let after: number | null = 0; after !== null && !ending.signal.aborted; ) {
          const { records, last }: UncomparedPage = await pairs.uncompared(backend, comparedVersion(""), after, batchSize);
          await compareBatch(backend, records);
          after = last;
          await nextTurn();
        }
      }
    } catch (error) {
      isBehind = true;
      throw error;
    }
    if (ending.signal.aborted) isBehind = true;
  }

  /** Single-flight: callers in the meantime share one pass. */
  function catchUp(): Promise<void> {
    catching ??= compareAll().finally(() => {
      catching = null;
    });
    return catching;
  }

  async function follow({ backend, written, removed }: IndexedBatch): Promise<void> {
    if (removed.length > 0) await pairs.drop(removed);
    for (let from = 0; from < written.length; from += batchSize) {
      const refs = written.slice(from, from + batchSize).map(({ id }) => ({ backend, id }));
      await compareBatch(backend, await pairs.records(refs));
    }
  }

  return {
    catchUp,
    end: async () => {
      ending.abort();
      await catching?.catch(() => {});
    },
    onIndexed: async (batch) => {
      if (batch.type !== "Customer") return;
      try {
        // Catching up may have passed the batch's place already, or be comparing older versions of its customers.
        if (isBehind || catching) await catchUp();
        await follow(batch);
      } catch (error) {
        isBehind = true;
        report("customers could not be compared for suggestions; retrying", { backend: batch.backend, error });
      }
    },
  };
}

function comparedVersion(fingerprint: string): string {
  return `${comparisonVersion} ${fingerprint}`;
}

function refKey({ backend, id }: Ref): string {
  return `${backend}:${id}`;
}

function comparableOf({ backend, id, name, data }: DirectoryCustomer): ComparableCustomer {
  const { email, phone, reference, postalCode, country } = JSON.parse(data) as RecordData;
  return comparableCustomer({ backend, id, name, email, phone, reference, postalCode, country });
}

interface UpkeepOptions {
  readonly finder: Pick<Finder, "catchUp">;
  /** Deletes records that must not be kept. The finder drops their suggestions as it catches up. */
  readonly forget: (signal: AbortSignal) => Promise<void>;
  /** The pause between two passes, in milliseconds; the first starts at once. */
  readonly everyMs: number;
  readonly report: (problem: string, details: object) => void;
}

/** The pause after a failure, at most. */
const retryMs = 30_000;

/**
 * Compares whatever is still to be compared, at the start and as often as the directory is read. Nobody else knows what another
 * process on the store has left undone. A failure is reported once and retried.
 */
export function startUpkeep({ finder, forget, everyMs, report }: UpkeepOptions): { readonly end: () => Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;

  async function keepUp(): Promise<void> {
    const failures = createEpisodes((error) => report("suggestions could not be brought up to date; retrying", { error }));
    while (!signal.aborted) {
      let waitMs = everyMs;
      try {
        await forget(signal);
        await finder.catchUp();
        failures.worked();
      } catch (error) {
        if (!signal.aborted) failures.failed(error);
        waitMs = Math.min(retryMs, everyMs);
      }
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  const running = keepUp();
  return {
    end: async () => {
      ending.abort();
      await running;
    },
  };
}
