import type { Backends } from "../adapter/backends.ts";
import type { Ref } from "../model/model.ts";
import type { Engine } from "../store/engine.ts";
import { createSearch, type OpenSearch } from "./find.ts";
import type { IndexedBatch, OnIndexed } from "./model.ts";
import { followOwnWrites, type OwnWrites } from "./own-writes.ts";
import { createRecordChanges, type RecordChanges } from "./record-changes.ts";
import { createRecords, type Records } from "./records.ts";
import { createSources, type OriginOf, type Sources } from "./sources.ts";
import { createWalk, startRefresh } from "./walk.ts";

/** The directory: a copy of the backends' records that is kept fresh in the background and read without asking a backend. */
export interface Directory {
  readonly records: Records;
  readonly sources: Sources;
  readonly changes: RecordChanges;
  readonly openSearch: OpenSearch;
  /** Whether it is kept fresh. If not, its records may be of any age and are not used. */
  readonly isKept: boolean;
  /** How often every source is read again, in milliseconds; 0 = never, the directory is off. */
  readonly refreshMs: number;
  readonly charges: boolean;
  readonly retentionMs: number;
  /** The customers' names as last read, in the same order; null = not known. One query for each backend. */
  readonly customerNames: (customers: readonly Ref[]) => Promise<(string | null)[]>;
  /** Takes every step of an operation that has ended. */
  readonly noticed: OwnWrites["noticed"];
  /** Adds a listener to every indexed batch: see OnIndexed. */
  readonly listen: (onIndexed: OnIndexed) => void;
  /** Starts the refresh and the pruning of old changes. */
  readonly start: (pace?: Partial<DirectoryPace>) => void;
  /**
   * Ends the refresh permanently. Records stay, and own writes are still read. Resolves when it makes no more calls to backends.
   */
  readonly endRefresh: () => Promise<void>;
  /** Ends everything. Call it before the backends' connections and the store are closed. */
  readonly close: () => Promise<void>;
}

export interface DirectoryOptions {
  readonly engine: Engine;
  /** All backends, as the gateway's own user. */
  readonly backends: Backends;
  readonly originOf: OriginOf;
  /** Milliseconds; 0 = off. */
  readonly refreshMs: number;
  readonly charges: boolean;
  readonly retentionMs: number;
  /** Names this process among those on the same store. */
  readonly owner: string;
  readonly report: (problem: string, details: object) => void;
}

export interface DirectoryPace {
  readonly lookEveryMs: number;
  readonly leaseMs: number;
  readonly pruneEveryMs: number;
}

const usualPace: DirectoryPace = { lookEveryMs: 5_000, leaseMs: 60_000, pruneEveryMs: 3_600_000 };
const pollMs = 1_000;

/** Does no I/O until it is started or asked. */
export function createDirectory(options: DirectoryOptions): Directory {
  const { engine, backends, originOf, refreshMs, charges, retentionMs, owner, report } = options;
  const records = createRecords(engine);
  const sources = createSources(engine, originOf);
  const changes = createRecordChanges(engine, pollMs);
  const listeners: OnIndexed[] = [];
  const onIndexed = async (batch: IndexedBatch): Promise<void> => {
    changes.recorded();
    for (const listener of listeners) await listener(batch);
  };
  const isKept = refreshMs > 0;
  const ownWrites = followOwnWrites({ backends, records, sources, charges, onIndexed, report });
  let endRefresh = async (): Promise<void> => {};

  function start({ lookEveryMs, leaseMs, pruneEveryMs } = usualPace): void {
    const walk = createWalk({ records, sources, onIndexed });
    const settings = { backends: backends.all, sources, walk, owner, refreshMs, charges, lookEveryMs, leaseMs, report };
    const refresh = startRefresh(settings);
    let pruned = Promise.resolve();
    const prune = (): void => {
      const before = new Date(Date.now() - retentionMs).toISOString();
      // The next run deletes what is left over.
      pruned = changes.prune(before).catch((error: unknown) => report("old changes could not be deleted", { error }));
    };
    const pruning = setInterval(prune, pruneEveryMs).unref();
    endRefresh = async () => {
      clearInterval(pruning);
      await Promise.all([refresh.end(), pruned]);
    };
  }

  return {
    records,
    sources,
    changes,
    openSearch: createSearch(engine),
    isKept,
    refreshMs,
    charges,
    retentionMs,
    // A directory that is off may hold names of any age.
    customerNames: async (customers) => (isKept ? customerNames(records, customers) : customers.map(() => null)),
    noticed: (operation, step) => {
      if (isKept) ownWrites.noticed(operation, step);
    },
    listen: (listener) => void listeners.push(listener),
    start: (pace) => {
      if (isKept) start({ ...usualPace, ...pace });
    },
    endRefresh: () => endRefresh(),
    close: async () => {
      await Promise.all([endRefresh(), ownWrites.end(), changes.end()]);
    },
  };
}

async function customerNames(records: Records, customers: readonly Ref[]): Promise<(string | null)[]> {
  const known = new Map<string, string>();
  for (const [backend, group] of Map.groupBy(customers, (customer) => customer.backend)) {
    const ids = [...new Set(group.map(({ id }) => id))];
    const found = await records.byRefs({ type: "Customer", backend }, ids);
    for (const { id, name } of found) known.set(`${backend}:${id}`, name);
  }
  return customers.map(({ backend, id }) => known.get(`${backend}:${id}`) ?? null);
}
